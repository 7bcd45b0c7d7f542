import Language
import Specification

extension Preset {
  /// Srivastava et al. 2017, arXiv:1705.07761, algorithm 1.
  static let veegan = Preset(
    "veegan", summary: "a reconstructor reads latents back, and pairs are judged",
    discussion: """
      Srivastava et al. 2017, algorithm 1: the discriminator judges (x, F(x)) against (G(z), z), the generator \
      minimises the logit and ½·‖z - F(G(z))‖², the reconstructor F the latter. For points generator and \
      reconstructor have two hidden layers of `width` (128) ReLU, the discriminator one, latents N(0, I) of 254; \
      Adam with 1e-3 and (0.5, 0.999), batches of 500. Images by the generator of `dcgan`, a reconstructor like \
      its discriminator, and Adam with 2e-4.
      """, initialisation: .torch,
    recipe: RecipeSpecification(
      objective: Objective("reverse-kl"),
      remedies: [RemedySpecification("latent-reconstruction", 1)]),
    pointRecipe: {
      let adam = OptimiserSpecification(learningRate: 1e-3, beta1: 0.5, beta2: 0.999)
      return RecipeSpecification(
        objective: Objective("reverse-kl"), generatorOptimiser: adam,
        discriminatorOptimiser: adam, batch: 500,
        remedies: [RemedySpecification("latent-reconstruction", 1)])
    }(), example: "arch net like veegan points=2"
  ) { request throws(Diagnostic) in
    let latent = request.latent ?? (request.points == nil ? 100 : 254)
    var architecture: ArchitectureSpecification
    let reading, judging: String
    if let points = request.points {
      let width = request.width ?? 128
      try checkWidth(width, largest: 1)
      let hidden = "dense \(width); relu; dense \(width); relu"
      architecture = try request.pair(
        "veegan", .torch, latent: latent, generator: layers("\(hidden); dense \(points)"),
        discriminator: layers("dense \(width); relu; dense 1"))
      reading = "\(hidden); dense \(latent)"
      judging = "concat z; dense \(width); relu; dense 1"
    } else {
      architecture = try request.dcgan("veegan", discriminatorNormalises: false)
      let image = try request.image(for: "veegan")
      let width = request.width ?? 64
      let wide = [1, 2, 4].map { "conv \($0 * width) kernel=4 stride=2 padding=1; lrelu 0.2" }
      let seen = wide.joined(separator: "; ")
      reading = "\(seen); flatten; dense \(latent)"
      judging = """
        \(seen); flatten; dense \(8 * width) as seen; from z; dense \(8 * width); lrelu 0.2
        concat seen; dense \(8 * width); lrelu 0.2; dense 1
        """
      try checkWidth(width, largest: image.height)
    }
    let initialisation = architecture.networks[1].initialisation
    architecture.networks[1] = NetworkSpecification(
      .discriminator, inputs: ["image", "z"], layers: try layers(judging),
      initialisation: initialisation)
    architecture.networks.insert(
      NetworkSpecification(
        .reconstructor, layers: try layers(reading), initialisation: initialisation), at: 1)
    _ = try Model(architecture)
    return architecture
  }
}
