import Language
import Specification

extension Preset {
  /// Huang et al. 2024, arXiv:2501.05441, sections 2 and 3.
  static let r3 = Preset(
    "r3", synonyms: ["r3gan"],
    summary: "relativistic pairing with both zero-centred penalties, R1 and R2",
    discussion: """
      The loss of R3GAN (Huang et al. 2024): `relativistic` with `r1` and `r2` of one weight, no normalisation \
      anywhere, Adam with (0, 0.99). The weight is the paper's 0.05 for images of CIFAR-10's size; larger ones want \
      more (2 for faces of 64x64 there). Images by the residual networks of `sngan` without any normalisation, which \
      are not the paper's grouped ones; points by three hidden layers of `width` (512) LeakyReLU in both networks.
      """, initialisation: .heUniform,
    recipe: r3Recipe(weight: 0.05, batch: 64), pointRecipe: r3Recipe(weight: 0.1, batch: 256),
    example: "arch net like r3 image=32x32x3 width=16"
  ) { request throws(Diagnostic) in
    if let points = request.points {
      return try request.pointPair("r3", points, activation: "lrelu 0.2")
    }
    let stages = try ResidualStages(request.image(for: "r3"), for: "r3")
    let widths = try ResidualWidths(request, stages)
    let none = NetworkSpecification.noTransform
    return try request.residualPair(
      "r3", generator: widths.generator(stages, norm: nil),
      discriminator: widths.discriminator(
        stages, features: "relu; sumpool", try ConditionalParts(request)),
      transforms: (none, none), try ConditionalParts(request))
  }

  private static func r3Recipe(weight: Double, batch: Int) -> RecipeSpecification {
    let adam = OptimiserSpecification(learningRate: 2e-4, beta1: 0, beta2: 0.99)
    return RecipeSpecification(
      objective: Objective("relativistic"), generatorOptimiser: adam,
      discriminatorOptimiser: adam, batch: batch,
      penalties: [
        PenaltySpecification("r1", weight: weight), PenaltySpecification("r2", weight: weight),
      ])
  }
}
