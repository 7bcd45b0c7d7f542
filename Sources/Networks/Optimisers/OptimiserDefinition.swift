package import Specification
import TensorGraph

/// How an optimiser moves the weights of a network, and the keyword for it.
///
/// Everything but weights, gradients and states is a scalar input of the program, computed on the host
/// in double precision, so that every dial can be turned at the next step.
package struct OptimiserDefinition: Sendable {
  package let signature: Signature
  /// What is kept of each weight: `first_moment`. They begin at zero.
  let states: [String]
  /// The program's inputs at the `update`-th update (from 1).
  let dials: @Sendable (_ specification: OptimiserSpecification, _ update: Int) -> [Dial]
  private let move: @Sendable (Inputs) -> (weight: Tensor, states: [Tensor])

  typealias Dial = (name: String, value: Double)

  /// What an update is computed from.
  struct Inputs {
    let weight, gradient: Tensor
    /// In the order of the definition's `states`.
    let states: [Tensor]
    /// A scalar input by its name in `dials`.
    let dial: (String) -> Tensor
    /// Whether the step is differentiated.
    var isDifferentiated = false

    /// The root of an average of squares, whose derivative is finite where it vanishes.
    func root(of squares: Tensor) -> Tensor {
      (isDifferentiated ? squares + 1e-30 : squares).sqrt()
    }
  }

  init(
    _ signature: Signature, states: [String],
    dials: @escaping @Sendable (OptimiserSpecification, Int) -> [Dial],
    move: @escaping @Sendable (Inputs) -> (weight: Tensor, states: [Tensor])
  ) {
    (self.signature, self.states, self.dials, self.move) = (signature, states, dials, move)
  }

  /// Replaces the weights of a network and what is kept of them.
  ///
  /// - Parameters:
  ///   - network: what scalar inputs are called by.
  ///   - isDifferentiated: whether a loss is differentiated through the step.
  func update(
    _ weights: [(name: String, tensor: Tensor)], of network: String, gradients: [Tensor],
    isDifferentiated: Bool = false, in states: inout StateValues
  ) {
    let graph = states.graph
    for ((name, weight), gradient) in zip(weights, gradients) {
      let names = self.states.map { Self.state($0, of: name) }
      let moved = move(
        Inputs(
          weight: weight, gradient: gradient,
          states: names.map { states.value($0, weight.shape) },
          dial: { graph.input(input($0, of: network), .scalar) },
          isDifferentiated: isDifferentiated))
      for (state, value) in zip(names, moved.states) { states.replace(state, by: value) }
      states.replace(name, by: moved.weight)
    }
  }

  /// The name of a state that is kept of a weight.
  static func state(_ name: String, of weight: String) -> String { "optimiser.\(weight).\(name)" }

  /// Names and values of the program's scalar inputs at the `update`-th update (from 1) of a network.
  package func inputs(
    _ specification: OptimiserSpecification, of network: String, update: Int
  ) -> [(name: String, value: Float)] {
    dials(specification, update).map { (input($0.name, of: network), Float($0.value)) }
  }

  private func input(_ dial: String, of network: String) -> String {
    "\(network).\(signature.keyword).\(dial)"
  }
}
