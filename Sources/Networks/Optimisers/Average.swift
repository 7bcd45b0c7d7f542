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
  static func inputs(
    of networks: [Network], remedies: [RemedyDefinition] = []
  ) -> @Sendable (Phase.Moment) -> [(name: String, value: Double)] {
    { moment in
      guard let average = moment.dials.generatorAverage else { return [] }
      let updates = moment.updates["generator", default: 0]
      let decay = remedies.averageDecay(average, in: moment.dials, updates: updates)
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
