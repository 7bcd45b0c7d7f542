import Language
import Specification

extension Preset {
  /// Gulrajani et al. 2017, arXiv:1704.00028, appendix F: residual networks; layer normalisation in the critic,
  /// since batch normalisation spoils the penalty.
  static let wganGP = Preset(
    "wgan-gp",
    summary: "residual networks with layer normalisation and the gradient penalty's recipe",
    discussion: """
      Gulrajani et al. 2017: the generator normalises by the batch, the critic each example, a factor and a \
      shift for each channel as their program does; sides and `width` are those of `sngan`. Its recipe is \
      `wasserstein` with `penalty=gp:10`, five updates of the critic for one of the generator, Adam with \
      1e-4 and (0, 0.9). Labels are read as in `sngan`. Points, as in their program for mixtures, by three \
      hidden layers of `width` (512) ReLU in both networks, latents of 2, `penalty=gp:0.1`, (0.5, 0.9), batches of \
      256.
      """, options: ["width", "labels", "condition"], initialisation: .glorotUniform,
    recipe: {
      var recipe = residualRecipe(objective: Objective("wasserstein"), rate: 1e-4, critic: 5)
      recipe.penalties = [PenaltySpecification("gp", weight: 10)]
      return recipe
    }(),
    pointRecipe: {
      let adam = OptimiserSpecification(learningRate: 1e-4, beta1: 0.5, beta2: 0.9)
      return RecipeSpecification(
        objective: Objective("wasserstein"), generatorOptimiser: adam,
        discriminatorOptimiser: adam, batch: 256, discriminatorSteps: 5,
        penalties: [PenaltySpecification("gp", weight: 0.1)])
    }(),
    example: "arch net like wgan-gp image=32x32x3 width=16"
  ) { request throws(Diagnostic) in
    if let points = request.points { return try request.pointPair("wgan-gp", points) }
    let stages = try ResidualStages(request.image(for: "wgan-gp"), for: "wgan-gp")
    let widths = try ResidualWidths(request, stages)
    let none = NetworkSpecification.noTransform
    let labelled = try ConditionalParts(request)
    return try request.residualPair(
      "wgan-gp", generator: widths.generator(stages, norm: labelled.norm),
      discriminator: widths.discriminator(
        stages, features: "relu; globalpool", labelled, norm: "layernorm scale=channel; "),
      transforms: (none, none), labelled)
  }
}
