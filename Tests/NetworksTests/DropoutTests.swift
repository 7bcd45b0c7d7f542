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
      let streams = [0, 3].map { Stream.layerNoise + UInt32($0 + application) }
      let (first, second) = (
        Philox(seed: 5, stream: streams[0]), Philox(seed: 5, stream: streams[1])
      )
      let expected = (0..<64).map { index in
        (first.uniform(index) < 0.75 ? 1 / 0.75 : 0) * (second.uniform(index) < 0.5 ? 2 : 0)
      }
      #expect(expectClose(try output(.training(application: application)), expected))
    }
  }

  @Test func `inference keeps everything`() throws {
    #expect(try output(.inference) == [Double](repeating: 1, count: 64))
  }

  @Test func `the two networks' noise never shares a stream`() throws {
    let specification = NetworkSpecification(
      layers: layers.map(LayerSpecification.init), initialisation: .torch)
    var streams: [Set<UInt32>] = []
    for role in [Network.Role.generator, .discriminator] {
      let network = Network(role, try specification.placed(as: role.rawValue, input: [1]))
      let graph = Graph()
      var states = StateValues(graph: graph)
      for application in 0..<3 {
        _ = network.apply(
          to: graph.input("x", [2, 1]), mode: .training(application: application), in: &states)
      }
      streams.append(
        Set(
          graph.nodes.compactMap { node in
            if case .random(_, let stream, _) = node.op { stream } else { nil }
          }))
    }
    #expect(streams[0].count == 6 && streams[1].count == 6)
    #expect(streams[0].isDisjoint(with: streams[1]))
  }
}
