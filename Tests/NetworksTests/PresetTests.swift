import Networks
import Specification
import TensorGraph
import Testing

@Suite struct PresetTests {
  private static let examples: [ExampleShape] =
    [16, 32, 48, 64, 80, 96, 112, 128].flatMap { side in
      [1, 3].map { .image(ImageShape(height: side, width: side, channels: $0)) }
    } + [.point(dimensions: 2)]

  /// Every preset with every example that it makes.
  private static let architectures: [ArchitectureSpecification] = ArchitecturePreset.allCases
    .flatMap { preset in examples.compactMap { try? preset.architecture(of: $0) } }

  @Test func `every preset makes images of every size`() {
    #expect(Self.architectures.count == 3 * 16 + 1)
  }

  @Test(arguments: architectures)
  func `graphs have the shapes that the specification prints`(
    architecture: ArchitectureSpecification
  ) throws {
    let placed = try architecture.placed()
    for (role, layers) in [
      (Network.Role.generator, placed.generator), (.discriminator, placed.discriminator),
    ] {
      let graph = Graph()
      var states = StateValues(graph: graph)
      var value = graph.input("x", Shape([2] + (layers.first?.input ?? [])))
      for layer in layers {
        value = Network(role, [layer]).apply(
          to: value, mode: .training(application: 0), in: &states)
        #expect(value.shape.dimensions == [2] + layer.output, "\(layer.scope)")
      }
      var shapes: [String: [Int]] = [:]
      for node in graph.nodes {
        if case .state(let name, let shape) = node.op { shapes[name] = shape.dimensions }
      }
      let expected = layers.flatMap(\.parameters).map { ($0.name, $0.shape) }
      #expect(shapes == Dictionary(uniqueKeysWithValues: expected))
    }
  }

  @Test(arguments: architectures)
  func `every preset has its programs`(architecture: ArchitectureSpecification) throws {
    let recipe = RecipeSpecification(batch: 2, generatorAverage: 0.99)
    let plan = try Plan(architecture: architecture, recipe: recipe)
    let programs = try plan.training() + plan.evaluating(count: 3)
    #expect(programs.map(\.name) == ["step", "discriminator", "sample", "sample_average"])
    for sampler in programs.dropFirst(2) {
      #expect(
        sampler.outputs.map(\.tensor.shape.dimensions) == [[3] + architecture.example.dimensions])
      let random = sampler.graph.nodes.contains { if case .random = $0.op { true } else { false } }
      #expect(!random && sampler.updates.isEmpty)
    }
  }
}
