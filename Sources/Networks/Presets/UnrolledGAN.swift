import Language
import Specification

extension Preset {
  /// Metz et al. 2017, arXiv:1611.02163; for points the networks and numbers of its authors' program.
  static let unrolled = Preset(
    "unrolled", synonyms: ["unrolledgan"],
    summary: "a generator that sees its loss through the discriminator's next updates",
    discussion: """
      Metz et al. 2017. Points by the networks of the authors' published program: two hidden layers of `width` (128) \
      tanh in both networks, latents N(0, I) of 256, orthogonal weights of gain 1.4; Adam with 1e-3 for the \
      generator, 1e-4 for the discriminator, (0.5, 0.999), batches of 512, five updates seen through, both networks \
      updated at once, the objective `minimax`. Images by the networks of `dcgan` with five updates.
      """, options: Set(["width"]).union(Variants.keys),
    initialisation: .orthogonal(gain: 1.4),
    recipe: RecipeSpecification(unrolledSteps: 5, updates: .simultaneous),
    pointRecipe: RecipeSpecification(
      objective: Objective("minimax"),
      generatorOptimiser: OptimiserSpecification(learningRate: 1e-3, beta1: 0.5, beta2: 0.999),
      discriminatorOptimiser: OptimiserSpecification(learningRate: 1e-4, beta1: 0.5, beta2: 0.999),
      batch: 512, unrolledSteps: 5, updates: .simultaneous),
    example: "arch net like unrolled points=2"
  ) { request throws(Diagnostic) in
    guard let points = request.points else { return try request.dcgan("unrolled") }
    let width = request.width ?? 128
    try checkWidth(width, largest: 1)
    let hidden = "dense \(width); tanh; dense \(width); tanh"
    return try request.pair(
      "unrolled", .orthogonal(gain: 1.4), latent: 256,
      generator: layers("\(hidden); dense \(points)"),
      discriminator: layers("\(hidden); dense 1"))
  }
}
