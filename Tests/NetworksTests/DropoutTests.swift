import Networks
import Randomness
import Specification
import TensorGraph
import Testing

@Suite struct DropoutTests {
  private let layers: [LayerSpecification.Kind] = [
    .dense(output: [1], bias: false), .dropout(rate: 0.25), .dropout(rate: 0.5),
  ]

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
    let single: [LayerSpecification.Kind] = [
      .dense(output: [1], bias: false), .dropout(rate: 0.5),
    ]
    for layers in [single, layers] {
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
    let network = try Network.forTesting(layers, input: [1])
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
    let specification = NetworkSpecification(
      layers: layers.map(LayerSpecification.init), initialisation: .torch)
    var streams: [Set<UInt64>] = []
    for role in [Network.Role.generator, .discriminator] {
      let network = Network(role, try specification.placed(as: role.rawValue, input: [1]))
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
    #expect(streams.map(\.count) == [2, 2].map { $0 * Self.applications.count })
    #expect(streams[0].isDisjoint(with: streams[1]))
  }
}
