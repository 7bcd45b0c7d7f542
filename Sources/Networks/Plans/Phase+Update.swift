import MetricDescriptions
import Specification
import TensorGraph

/// How a phase moves its weights in a program.
extension Phase {
  /// The update of the phase that comes first in its program.
  ///
  /// - Parameter opponent: the other player, where gradients are corrected by its.
  /// - Returns: what is measured, by name.
  func update(
    _ occurrence: Occurrence, against opponent: Phase?, in states: inout StateValues
  ) -> [(name: String, tensor: Tensor)] {
    let before = states
    let built = build(occurrence, &states)
    let weights = values(in: states)
    let gradients = states.graph.gradients(
      of: built.loss, withRespectTo: weights.map(\.tensor))
    let game = corrected(gradients, weights, occurrence, against: opponent, in: before)
    move(weights, game, inputs: name, in: &states)
    return readings(built.loss, built.measures(), gradients)
  }

  /// The update of a phase that comes after others in its program.
  ///
  /// The loss is differentiated in a graph of its own, where weights are states and not what earlier
  /// updates made of them: these may depend on what this loss depends on too, and their derivative is not
  /// wanted. What both graphs say alike, a batch of fakes for one, is one node again here.
  ///
  /// - Parameters:
  ///   - source: what it sees.
  ///   - inputs: what the optimiser's scalar inputs are called by.
  func laterUpdate(
    _ occurrence: Occurrence, against opponent: Phase?, seeing source: StateValues,
    inputs: String? = nil, in states: inout StateValues
  ) -> [(name: String, tensor: Tensor)] {
    let graph = Graph()
    var own = StateValues(graph: graph)
    let weights = values(in: own)
    unrolling?.unroll(occurrence, in: &own)
    let before = own
    let built = build(occurrence, &own)
    let gradients = graph.gradients(of: built.loss, withRespectTo: weights.map(\.tensor))
    let game = corrected(gradients, weights, occurrence, against: opponent, in: before)
    let measures = built.measures()
    let replaced = own.updates.filter { unrolling?.states.contains($0.name) != true }

    var rebuilt = source.rebuild(
      [built.loss] + replaced.map(\.tensor) + gradients + game + measures)[...]
    func take(_ count: Int) -> [Tensor] {
      defer { rebuilt = rebuilt.dropFirst(count) }
      return Array(rebuilt.prefix(count))
    }
    let loss = take(1)
    for ((name, _), tensor) in zip(replaced, take(replaced.count)) {
      states.replace(name, by: tensor)
    }
    let (here, moving) = (take(gradients.count), take(game.count))
    move(values(in: states), moving, inputs: inputs ?? name, in: &states)
    return readings(loss[0], take(measures.count), here)
  }

  /// What an update would make of the weights, as a function of all that its loss depends on; nothing else is
  /// replaced.
  ///
  /// - Parameters:
  ///   - states: what it sees and what it leaves.
  ///   - inputs: what the optimiser's scalar inputs are called by.
  func imagine(_ occurrence: Occurrence, inputs: String, in states: inout StateValues) {
    var ahead = states
    let built = build(occurrence, &ahead)
    let weights = values(in: states)
    let gradients = states.graph.gradients(
      of: built.loss, withRespectTo: weights.map(\.tensor))
    let corrected = remedies.corrected(gradients, of: weights, in: &ahead)
    optimiser.definition.update(
      weights, of: inputs, gradients: corrected, isDifferentiated: true, in: &states)
    slow(weights, in: &states)
    correct(weights, in: &states)
    for name in updated.flatMap({ remedies.states(of: $0.name) }) {
      states.takeReplaced(name, from: ahead)
    }
  }

  /// Shortens the way of weights that move at a rate of their own.
  private func slow(
    _ weights: [(name: String, tensor: Tensor)], in states: inout StateValues
  ) {
    for (parameter, weight) in zip(updated, weights) where parameter.rate != 1 {
      let moved = states.value(weight.name, weight.tensor.shape)
      states.replace(weight.name, by: weight.tensor + (moved - weight.tensor) * parameter.rate)
    }
  }

  /// What remedies make of weights that have just been moved.
  private func correct(
    _ weights: [(name: String, tensor: Tensor)], in states: inout StateValues
  ) {
    guard !remedies.isEmpty else { return }
    for (name, weight) in weights {
      let moved = states.value(name, weight.shape)
      states.replace(name, by: remedies.corrected(weight: moved))
    }
  }

  private func values(in states: StateValues) -> [(name: String, tensor: Tensor)] {
    updated.map { (name: $0.name, tensor: states.value($0.name, Shape($0.shape))) }
  }

  /// Gradients after what corrects them by the other player's.
  private func corrected(
    _ gradients: [Tensor], _ weights: [(name: String, tensor: Tensor)], _ occurrence: Occurrence,
    against opponent: Phase?, in states: StateValues
  ) -> [Tensor] {
    guard let opponent else { return gradients }
    var unused = states
    let others = opponent.values(in: states).map(\.tensor)
    let loss = opponent.build(
      Occurrence(phase: opponent.name, leader: occurrence.leader, dueTerms: []), &unused
    ).loss
    return remedies.corrected(
      RemedyDefinition.Game(
        gradients: gradients, weights: weights.map(\.tensor),
        otherGradients: states.graph.gradients(of: loss, withRespectTo: others),
        otherWeights: others))
  }

  private func move(
    _ weights: [(name: String, tensor: Tensor)], _ gradients: [Tensor], inputs: String,
    in states: inout StateValues
  ) {
    let corrected = remedies.corrected(gradients, of: weights, in: &states)
    optimiser.definition.update(weights, of: inputs, gradients: corrected, in: &states)
    slow(weights, in: &states)
    correct(weights, in: &states)
    for network in averaged { Average.update(network, in: &states) }
  }

  private func readings(
    _ loss: Tensor, _ measures: [Tensor], _ gradients: [Tensor]
  ) -> [(name: String, tensor: Tensor)] {
    let squares = gradients.map { $0.squared().sum() }
    let norm = squares.dropFirst().reduce(squares[0], +).sqrt()
    let norms = measuresLayers ? layers.map { $0.map { squares[$0] }.added.sqrt() } : []
    return zip(measured.map(\.name), [loss] + measures + [norm] + norms).map { ($0, $1) }
  }
}
