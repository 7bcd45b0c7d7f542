import Specification
import TensorGraph

extension OptimiserDefinition {
  /// Tieleman and Hinton 2012, lecture 6.5, as PyTorch computes it: v ← ρv + (1-ρ)g²,
  /// θ ← θ - α · g / (√v + ε).
  static let rmsProp = OptimiserDefinition(
    Signature(
      "rmsprop", summary: "the gradient over the moving average of its size",
      discussion: """
        Tieleman and Hinton 2012; used by the first Wasserstein GAN (Arjovsky et al. 2017) with lr=5e-5. \
        The number is the decay of the average; `epsilon=` is a dial.
        """, argument: .init("a decay", in: 0...1.0.nextDown, standard: 0.99), options: ["epsilon"]),
    states: ["square_average"],
    dials: { specification, _ in
      let decay = specification.argument ?? 0.99
      return [
        ("rate", specification.learningRate), ("decay", decay), ("decay_complement", 1 - decay),
        ("epsilon", specification.epsilon),
      ]
    },
    move: { inputs in
      let (gradient, dial) = (inputs.gradient, inputs.dial)
      let average =
        inputs.states[0] * dial("decay") + gradient.squared() * dial("decay_complement")
      let step = gradient / (inputs.root(of: average) + dial("epsilon"))
      return (inputs.weight - step * dial("rate"), [average])
    })
}
