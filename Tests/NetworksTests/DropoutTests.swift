import Networks
import Randomness
import Specification
import TensorGraph
import TestSupport
import Testing

@Suite struct DropoutTests {
  private let layers = "dense 1 bias=no; dropout 0.25; dropout 0.5"

  private func output(_ mode: Mode) throws -> [Double] {
    var run = LayerRun(states: ["discriminator.block1.dense.weight": [1]])
    run.mode = mode
    run.seed = 5
    return try run(layers, [64, 1], [Double](repeating: 1, count: 64)).values
  }

  @Test func `a value is kept where its uniform number is below the share kept`() throws {
    for application in 0..<3 {
      let streams = [0, 3].map { Stream.layerNoise + UInt64($0 + application) }
      let (first, second) = (
        Philox(seed: 5, stream: streams[0]), Philox(seed: 5, stream: streams[1])
      )
      let expected = (0..<64).map { index in
        (first.uniform(index) < 0.75 ? 1 / 0.75 : 0) * (second.uniform(index) < 0.5 ? 2 : 0)
      }
      #expect(expectClose(try output(.training(application: application)), expected))
    }
  }

  /// As many as any step has, more, and that of the gradient penalty.
  private static let applications = Array(0..<9) + [16_384]

  @Test func `every application has masks of its own`() throws {
    for layers in ["dense 1 bias=no; dropout 0.5", layers] {
      var run = LayerRun(states: ["discriminator.block1.dense.weight": [1]])
      run.seed = 5
      let masks = try Self.applications.map { application in
        run.mode = .training(application: application)
        return try run(layers, [64, 1], [Double](repeating: 1, count: 64)).values
      }
      #expect(Set(masks).count == masks.count)
    }
  }

  /// Checkpoints go on with the numbers that they were begun with.
  @Test func `the streams of a step are those that it always had`() throws {
    var recipe = RecipeSpecification(batch: 4)
    recipe.penalties = [PenaltySpecification("gp", weight: 10)]
    let program = try #require(try TinyGAN(recipe).programs[Plan.step])
    let streams = program.graph.nodes.compactMap { node -> UInt64? in
      if case .random(_, let stream, _) = node.op { stream.number } else { nil }
    }
    #expect(streams.sorted() == [16, 19, 256, 257, 258, 256 + 16_384])
  }

  @Test func `two random ops of one stream make no program, and both are named`() throws {
    let network = try Network.typed(layers, input: [1])
    let graph = Graph()
    var states = StateValues(graph: graph)
    let y = network.apply(
      to: graph.input("x", [2, 1]), mode: .training(application: 1), in: &states)
    let outputs = [(name: "y", tensor: y)]
    _ = try NetworkProgram(name: "step", graph: graph, outputs: outputs, updates: [])
    _ = graph.random(
      .uniform, RandomStream(Stream.layerNoise + 1, for: "latents of a test"), [2, 1])
    let error = #expect(throws: NetworksError.self) {
      try NetworkProgram(name: "step", graph: graph, outputs: outputs, updates: [])
    }
    #expect(
      error?.description == "in the program `step` the random numbers of "
        + "discriminator.block1.dropout, application 1 would be those of latents of a test; "
        + "this is a fault of gansh, and nothing was computed with them")
  }

  @Test func `inference keeps everything`() throws {
    #expect(try output(.inference) == [Double](repeating: 1, count: 64))
  }

  @Test func `the two networks' noise never shares a stream`() throws {
    var streams: [Set<UInt64>] = []
    // An unnamed pair has the numbers that it always had; those of others are of their names.
    for (role, name) in [
      (NetworkSpecification.Role.generator, nil), (.discriminator, nil), (.discriminator, "local"),
      (.encoder, nil), (.classifier, nil),
    ] as [(NetworkSpecification.Role, String?)] {
      let specification = NetworkSpecification(
        role, name: name, layers: try [LayerSpecification](layers), initialisation: .torch)
      let network = try Network(
        specification, inputs: [(wire: specification.inputs[0], shape: [1])])
      let graph = Graph()
      var states = StateValues(graph: graph)
      for application in Self.applications {
        _ = network.apply(
          to: graph.input("x", [2, 1]), mode: .training(application: application), in: &states)
      }
      streams.append(
        Set(
          graph.nodes.compactMap { node in
            if case .random(_, let stream, _) = node.op { stream.number } else { nil }
          }))
    }
    #expect(streams.allSatisfy { $0.count == 2 * Self.applications.count })
    let all = streams.reduce(into: Set<UInt64>()) { $0.formUnion($1) }
    #expect(all.count == streams.reduce(0) { $0 + $1.count })
  }
}
