import Specification
import TensorGraph

extension OptimiserDefinition {
  /// Stochastic gradient descent with momentum (Polyak 1964), as PyTorch computes it: b ← μb + g,
  /// θ ← θ - α·b.
  static let sgd = OptimiserDefinition(
    Signature(
      "sgd", synonyms: ["momentum"], summary: "the gradient, or a sum of past ones with momentum",
      discussion: "The number is the momentum: `sgd:0` is plain descent.",
      argument: .init("a momentum", in: 0...1.0.nextDown, standard: 0.9)),
    states: ["momentum"],
    dials: { specification, _ in
      [("rate", specification.learningRate), ("momentum", specification.argument ?? 0)]
    },
    move: { inputs in
      let sum = inputs.states[0] * inputs.dial("momentum") + inputs.gradient
      return (inputs.weight - sum * inputs.dial("rate"), [sum])
    })
}
