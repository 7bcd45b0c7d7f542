import Language
import Specification

extension Preset {
  /// Mao et al. 2017, arXiv:1611.04076, section 3.2.
  static let lsgan = Preset(
    "lsgan", summary: "least squares in place of cross-entropy",
    discussion: """
      Mao et al. 2017, equation 9: targets 0 and 1, losses halved as there. Images by the networks of `dcgan` with \
      Adam's 2e-4 and (0.5, 0.999); points by three hidden layers of `width` (512) ReLU in both networks.
      """, options: Set(["width", "labels", "condition"]).union(Variants.keys),
    initialisation: .normal(deviation: 0.02),
    recipe: RecipeSpecification(objective: Objective("lsgan")),
    example: "arch net like lsgan image=32x32x3 width=16"
  ) { request throws(Diagnostic) in
    if let points = request.points { return try request.pointPair("lsgan", points) }
    return try request.dcgan("lsgan")
  }
}
