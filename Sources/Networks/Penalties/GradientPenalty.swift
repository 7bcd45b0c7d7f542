import Specification
import TensorGraph

/// Penalties between real examples and fakes, x̂ uniform on the lines between them, one share for each
/// pair.
extension PenaltyDefinition {
  /// Gulrajani et al. 2017, arXiv:1704.00028, algorithm 1.
  static let gradient = PenaltyDefinition(
    Signature(
      "gp", synonyms: ["wgangp", "gradientpenalty"],
      summary: "(‖∇D‖ - 1)² between real examples and fakes, WGAN-GP's",
      discussion: """
        Taken at a random point of the line between a real example and a fake (Gulrajani et al. 2017, \
        algorithm 1). `gp` alone weighs 10. Batch normalisation in the discriminator spoils it, since \
        it mixes the examples; `layernorm` does not.
        """, argument: weight, isOfEachExample: true)
  ) { inputs in
    let between = inputs.between(inputs.real, inputs.fake, application: 0)
    return (inputs.squaredGradients(at: between).gradientNorm - 1).squared().mean()
  }

  /// Petzka et al. 2018, arXiv:1709.08894, equation 8.
  static let oneSidedGradient = PenaltyDefinition(
    Signature(
      "gp-onesided", synonyms: ["gplp", "lp", "wganlp"],
      summary: "the same where ‖∇D‖ is above 1 alone, WGAN-LP's",
      discussion: """
        E max(0, ‖∇D‖ - 1)² between real examples and fakes (Petzka et al. 2018, equation 8): gradients \
        below 1 cost nothing.
        """, argument: weight, isOfEachExample: true)
  ) { inputs in
    let between = inputs.between(inputs.real, inputs.fake, application: 1)
    return (inputs.squaredGradients(at: between).gradientNorm - 1).maximum(0.0).squared().mean()
  }

  /// Thanh-Tung et al. 2019, arXiv:1902.03984, section 4.
  static let zeroCentredGradient = PenaltyDefinition(
    Signature(
      "gp-zero", synonyms: ["gp0", "0gp", "zerocentred", "zerocentered"],
      summary: "‖∇D‖² between real examples and fakes",
      discussion: """
        E ‖∇D‖² at random points of the lines between real examples and fakes (Thanh-Tung et al. 2019): \
        the gradient is drawn to 0 and not to 1.
        """, argument: weight, isOfEachExample: true)
  ) { inputs in
    let between = inputs.between(inputs.real, inputs.fake, application: 2)
    return inputs.squaredGradients(at: between).mean()
  }

  /// Zhou et al. 2019, arXiv:1902.05687, section 5.
  static let largestGradient = PenaltyDefinition(
    Signature(
      "gp-max", synonyms: ["maxgp", "lgan"],
      summary: "the largest ‖∇D‖² of the batch between real examples and fakes",
      discussion: """
        max ‖∇D‖² over random points of the lines between real examples and fakes (Zhou et al. 2019): it \
        bounds the Lipschitz constant without asking for 1 anywhere.
        """, argument: weight, isOfEachExample: true)
  ) { inputs in
    let between = inputs.between(inputs.real, inputs.fake, application: 4)
    return inputs.squaredGradients(at: between).maximum([0])
  }

  private static let weight = Signature.Argument(
    "a weight", in: PenaltySpecification.weights, standard: 10)
}
