import Foundation
import Specification
import TensorGraph

/// Adam as PyTorch computes it: m ← β₁m + (1-β₁)g, v ← β₂v + (1-β₂)g²,
/// θ ← θ - (α / (1-β₁ᵗ)) · m / (√v / √(1-β₂ᵗ) + ε).
extension OptimiserDefinition {
  /// Kingma and Ba 2015, arXiv:1412.6980.
  static let adam = OptimiserDefinition(
    Signature(
      "adam", summary: "moving averages of the gradient and of its square",
      discussion: """
        Kingma and Ba 2015. Its decays are `betas=`, and `epsilon=` keeps it from dividing by 0; all are \
        dials.
        """, options: ["betas", "epsilon"]),
    states: ["first_moment", "second_moment"], dials: adamDials, move: adamStep)

  /// Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2, as PyTorch computes it: the weights shrink
  /// by the rate times the decay before Adam's step.
  static let adamW = OptimiserDefinition(
    Signature(
      "adamw", summary: "Adam with a decay of the weights that is not part of the gradient",
      discussion: """
        Loshchilov and Hutter 2019: before Adam's step every weight, biases too, is multiplied by \
        1 - lr·decay. The number is the decay.
        """, argument: .init("a decay", in: 0...1, standard: 0.01), options: ["betas", "epsilon"]),
    states: ["first_moment", "second_moment"],
    dials: { specification, update in
      let share = 1 - specification.learningRate * (specification.argument ?? 0)
      return adamDials(specification, update) + [("shrinkage", share)]
    },
    move: { inputs in
      adamStep(
        Inputs(
          weight: inputs.weight * inputs.dial("shrinkage"), gradient: inputs.gradient,
          states: inputs.states, dial: inputs.dial, isDifferentiated: inputs.isDifferentiated))
    })

  /// Daskalakis et al. 2018, arXiv:1711.00141, algorithm 1: twice Adam's step less the one before.
  static let optimistic = OptimiserDefinition(
    Signature(
      "optimistic", synonyms: ["optimisticadam", "oadam", "omd"],
      summary: "twice Adam's step less the one before, against going round in circles",
      discussion: """
        Daskalakis et al. 2018, algorithm 1. The first step is twice Adam's; with `betas=0,0.9` it is what \
        calms games that turn about their equilibrium.
        """, options: ["betas", "epsilon"]),
    states: ["first_moment", "second_moment", "last_step"], dials: adamDials,
    move: { inputs in
      let (weight, moments) = adamStep(inputs)
      let step = inputs.weight - weight
      return (inputs.weight - (step * 2 - inputs.states[2]), moments + [step])
    })

  @Sendable private static func adamDials(
    _ specification: OptimiserSpecification, _ update: Int
  ) -> [Dial] {
    let (beta1, beta2) = (specification.beta1, specification.beta2)
    let count = Double(update)
    return [
      ("step_size", specification.learningRate / (1 - pow(beta1, count))), ("beta1", beta1),
      ("beta1_complement", 1 - beta1), ("beta2", beta2), ("beta2_complement", 1 - beta2),
      ("second_correction", 1 / (1 - pow(beta2, count)).squareRoot()),
      ("epsilon", specification.epsilon),
    ]
  }

  @Sendable private static func adamStep(
    _ inputs: Inputs
  ) -> (weight: Tensor, states: [Tensor]) {
    let (gradient, dial) = (inputs.gradient, inputs.dial)
    let m = inputs.states[0] * dial("beta1") + gradient * dial("beta1_complement")
    let v = inputs.states[1] * dial("beta2") + gradient.squared() * dial("beta2_complement")
    let denominator = inputs.root(of: v) * dial("second_correction") + dial("epsilon")
    return (inputs.weight - m / denominator * dial("step_size"), [m, v])
  }
}
