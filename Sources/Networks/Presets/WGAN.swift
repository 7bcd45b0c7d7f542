import Language
import Specification

extension Preset {
  /// Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1 and section 4.
  static let wgan = Preset(
    "wgan", summary: "the first Wasserstein GAN: clipped weights and RMSProp",
    discussion: """
      Arjovsky et al. 2017, algorithm 1: five updates of the critic for one of the generator, weights clipped to \
      0.01, RMSProp with 5e-5, batches of 64. Images by the networks of `dcgan`, points by three hidden layers of \
      `width` (512) ReLU in both networks. The clipping is its weakness: `wgan-gp` learns more.
      """, options: Set(["width", "labels", "condition"]).union(Variants.keys),
    initialisation: .normal(deviation: 0.02),
    recipe: {
      let optimiser = OptimiserSpecification("rmsprop", argument: 0.99, learningRate: 5e-5)
      return RecipeSpecification(
        objective: Objective("wasserstein"), generatorOptimiser: optimiser,
        discriminatorOptimiser: optimiser, discriminatorSteps: 5,
        remedies: [RemedySpecification("clip-weights", 0.01)])
    }(),
    example: "arch net like wgan image=32x32x3 width=16"
  ) { request throws(Diagnostic) in
    if let points = request.points { return try request.pointPair("wgan", points) }
    return try request.dcgan("wgan")
  }
}
