import Specification
import TensorGraph

/// The exponential moving average of a network: a ← a + (1 - decay)·(θ - a) after each of its
/// updates; running statistics are copied.
///
/// - Source: Yazıcı et al. 2019, arXiv:1806.04498.
package enum Average {
  /// The scalar input 1 - decay.
  static func input(of network: Network) -> String { "\(network.name).average_complement" }

  /// The state that holds a state's average.
  package static func name(of state: String) -> String { "average.\(state)" }

  /// The scalar inputs of the averages of some networks.
  ///
  /// - Parameter phase: the name of the one that moves them.
  static func inputs(
    of networks: [Network], movedBy phase: String, remedies: [RemedyDefinition]
  ) -> @Sendable (Phase.Moment) -> [(name: String, value: Double)] {
    { moment in
      guard moment.dials.keepsAverage else { return [] }
      let updates = moment.updates[phase, default: 0]
      // Where a half-life says it, it is below 1.
      let decay = remedies.averageDecay(
        moment.dials.generatorAverage ?? 1, in: moment.dials, updates: updates)
      return networks.map { (input(of: $0), 1 - decay) }
    }
  }

  static func update(_ network: Network, in states: inout StateValues) {
    let share = states.graph.input(input(of: network), .scalar)
    for parameter in network.parameters {
      let value = states.value(parameter.name, Shape(parameter.shape))
      let name = name(of: parameter.name)
      guard parameter.role.isTrained else {
        states.replace(name, by: value)
        continue
      }
      let average = states.value(name, value.shape)
      states.replace(name, by: average + (value - average) * share)
    }
  }
}
