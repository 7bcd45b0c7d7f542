import Language
import Specification

extension Preset {
  /// Kodali et al. 2017, arXiv:1705.07215, algorithm 1.
  static let dragan = Preset(
    "dragan", summary: "a gradient penalty around real examples, beside cross-entropy",
    discussion: """
      Kodali et al. 2017, algorithm 1: ‖∇D‖ is drawn to 1 near real examples. The paper's weight of 10 stands beside \
      the sum of both cross-entropies; `nonsaturating` is half of that, so it is 5 here. Images by the networks of \
      `dcgan` without batch normalisation in the discriminator, Adam with 2e-4 and (0.5, 0.999); points by three \
      hidden layers of `width` (512) ReLU in both networks.
      """, options: Set(["width", "labels", "condition"]).union(Variants.keys),
    initialisation: .normal(deviation: 0.02),
    recipe: RecipeSpecification(penalties: [PenaltySpecification("dragan", weight: 5)]),
    example: "arch net like dragan image=32x32x3 width=16"
  ) { request throws(Diagnostic) in
    if let points = request.points { return try request.pointPair("dragan", points) }
    return try request.dcgan("dragan", discriminatorNormalises: false)
  }
}
