package import TensorGraph

/// What a machine's states stand for at one point of a program: the states themselves, until a layer
/// or an optimiser replaces them by new values.
///
/// A training step is a walk in which one of these is handed on: the discriminator's update replaces
/// its weights, and what comes later sees the new ones. What was replaced at the end are the
/// program's updates.
package struct StateValues {
  package let graph: Graph
  private var replaced: [String: Tensor] = [:]

  package init(graph: Graph) { self.graph = graph }

  /// The value of a state now: what replaced it, or the state as the machine keeps it.
  package func value(_ name: String, _ shape: Shape) -> Tensor {
    let value = replaced[name] ?? graph.state(name, shape)
    precondition(value.shape == shape, "\(name) is \(value.shape), wanted \(shape)")
    return value
  }

  package mutating func replace(_ name: String, by tensor: Tensor) { replaced[name] = tensor }

  /// Takes a state's value from what another walk in this graph made of it.
  mutating func take(_ state: (name: String, shape: Shape), from other: StateValues) {
    replace(state.name, by: other.value(state.name, state.shape))
  }

  /// The same of a state that the other walk has replaced; else nothing is changed.
  mutating func takeReplaced(_ name: String, from other: StateValues) {
    if let value = other.replaced[name] { replaced[name] = value }
  }

  /// The same with some states as the machine keeps them.
  func before(replacing names: [String]) -> StateValues {
    var values = self
    for name in names { values.replaced[name] = nil }
    return values
  }

  /// Every state that was replaced with its last value, in the order of the names.
  package var updates: [(name: String, tensor: Tensor)] {
    replaced.sorted { $0.key < $1.key }.map { (name: $0.key, tensor: $0.value) }
  }
}
