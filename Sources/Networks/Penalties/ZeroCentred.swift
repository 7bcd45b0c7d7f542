import Specification
import TensorGraph

/// Penalties on the examples themselves: γ/2·E‖∇D‖².
extension PenaltyDefinition {
  /// Mescheder et al. 2018, arXiv:1801.04406, equation 9.
  static let r1 = PenaltyDefinition(
    Signature(
      "r1", summary: "half of ‖∇D‖² on real examples",
      discussion: """
        γ/2·E ‖∇D(x)‖² (Mescheder et al. 2018, equation 9), γ is the weight. `r1:10@16` adds it to every \
        16th update of the discriminator, 16 times (Karras et al. 2020).
        """, argument: weight, isOfEachExample: true)
  ) { $0.squaredGradients(at: $0.real).mean() * 0.5 }

  /// Mescheder et al. 2018, arXiv:1801.04406, equation 10.
  static let r2 = PenaltyDefinition(
    Signature(
      "r2", summary: "half of ‖∇D‖² on fakes",
      discussion: """
        γ/2·E ‖∇D(G(z))‖² (Mescheder et al. 2018, equation 10), γ is the weight. With `r1` and the \
        `relativistic` objective it is R3GAN's.
        """, argument: weight, isOfEachExample: true)
  ) { $0.squaredGradients(at: $0.fake, areFakes: true).mean() * 0.5 }

  private static let weight = Signature.Argument(
    "a weight", in: PenaltySpecification.weights, standard: 1)
}
