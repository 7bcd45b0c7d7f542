import Networks
import Specification
import TensorGraph
import TestSupport

/// Applies layers to numbers with the reference evaluator.
struct LayerRun {
  var states: [String: [Double]] = [:]
  var mode = Mode.inference
  var seed: UInt64 = 1
  var initialisation = Initialisation.normal(deviation: 0)

  /// The output for a batch of one network `net` of these layers, and the states that it replaced.
  func callAsFunction(
    _ layers: String, _ shape: [Int], _ values: [Double]
  ) throws -> (shape: [Int], values: [Double], updates: [String: [Double]]) {
    let network = try Network.typed(layers, input: Array(shape[1...]))
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

func expectClose(
  _ a: [Double], _ b: [Double], within tolerance: Double = 1e-9
) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
}
