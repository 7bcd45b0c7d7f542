import Networks
import Specification
import TensorGraph

/// Applies layers to numbers with the reference evaluator.
struct LayerRun {
  var states: [String: [Double]] = [:]
  var mode = Mode.inference
  var seed: UInt64 = 1
  var initialisation = Initialisation.normal(deviation: 0)

  /// The output for a batch of one network `net` of these layers, and the states that it replaced.
  func callAsFunction(
    _ layers: [LayerSpecification.Kind], _ shape: [Int], _ values: [Double]
  ) throws -> (shape: [Int], values: [Double], updates: [String: [Double]]) {
    let network = try Network.forTesting(layers, input: Array(shape[1...]))
    let graph = Graph()
    var stateValues = StateValues(graph: graph)
    let y = network.apply(
      to: graph.input("x", Shape(shape)), mode: mode, in: &stateValues)
    let updates = stateValues.updates
    let results = try Reference(inputs: ["x": values], states: states, seed: seed)
      .evaluate([y] + updates.map(\.tensor))
    var replaced: [String: [Double]] = [:]
    for (update, result) in zip(updates, results.dropFirst()) { replaced[update.name] = result }
    return (y.shape.dimensions, results[0], replaced)
  }
}

extension Network {
  static func forTesting(_ layers: [LayerSpecification.Kind], input: [Int]) throws -> Network {
    let specification = NetworkSpecification(
      layers: layers.map(LayerSpecification.init), initialisation: .normal(deviation: 0.02))
    return Network(
      .discriminator, try specification.placed(as: "discriminator", input: input))
  }
}

func expectClose(
  _ a: [Double], _ b: [Double], within tolerance: Double = 1e-9
) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
}
