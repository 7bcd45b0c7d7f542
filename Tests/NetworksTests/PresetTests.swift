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
  private static let architectures: [ArchitectureSpecification] = Preset.all.flatMap { preset in
    examples.compactMap { try? preset.architecture(.init($0)) }
  }

  @Test func `every preset makes images of every size`() {
    for preset in Preset.all.map(\.keyword) {
      let made = Self.architectures.filter { $0.origin == preset }
      // A classifier needs labels; some make points, too.
      let makesPoints = [
        "mlp", "wgan", "wgan-gp", "dragan", "lsgan", "sngan", "pacgan", "unrolled", "veegan", "r3",
      ]
      let ofImages =
        switch preset {
        case "classifier", "resnet", "recogniser": 0
        // Sides that are powers of two, and those of 32 and more.
        case "context-encoder": 8
        case "glcic": 14
        default: 16
        }
      #expect(made.count == ofImages + (makesPoints.contains(preset) ? 1 : 0), "\(preset)")
    }
  }

  @Test(arguments: architectures)
  func `a network has the parameters that its graphs read`(
    architecture: ArchitectureSpecification
  ) throws {
    for network in try Model(architecture).networks {
      let graph = Graph()
      var states = StateValues(graph: graph)
      let inputs = network.inputs.map { ($0.wire, graph.input($0.wire, Shape([3] + $0.shape))) }
      let outputs = network.apply(
        to: Dictionary(uniqueKeysWithValues: inputs), mode: .training(application: 0),
        in: &states)
      for (name, shape) in network.outputs {
        #expect(outputs[name]?.shape.dimensions == [3] + shape)
      }
      var shapes: [String: [Int]] = [:]
      for node in graph.nodes {
        if case .state(let name, let shape) = node.op { shapes[name] = shape.dimensions }
      }
      let expected = network.parameters.map { ($0.name, $0.shape) }
      #expect(shapes == Dictionary(uniqueKeysWithValues: expected))
      #expect(network.layers.flatMap(\.parameters) == network.parameters)
    }
  }

  @Test(arguments: architectures.filter { ["mlp", "conv", "dcgan"].contains($0.origin) })
  func `every preset of a plain pair has its programs`(architecture: ArchitectureSpecification)
    throws
  {
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
