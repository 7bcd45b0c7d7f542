import Language
import Specification

extension Preset {
  /// Zhang et al. 2017, arXiv:1608.03981.
  static let denoiser = Preset(
    "denoiser", synonyms: ["dncnn"],
    summary: "convolutions that find what is to be taken off an image, as DnCNN",
    discussion: """
      Zhang et al. 2017: `depth` (10) 3x3 convolutions, of `width` (32) channels with ReLU but for the last, which gives what is added \
      to the damaged image. DnCNN-S has `width=64 depth=17 norm=batchnorm`, its blind one `depth=20`; without the normalisation a \
      short training comes further. What was trained on small images repairs large ones as well, `repair photo.jpg with dn size=400x300`. What is to be repaired says `damage=` of a recipe or of `run`: \
      `damage=noise:25`, `noise:0..55`, `jpeg:20`, `blur:1.5`. Its recipe is half of theirs: mean squared error, but Adam \
      with 1e-3 and (0.9, 0.999) and batches of 16.
      """, options: ["width", "depth", "norm"], initialisation: .torch,
    recipe: restorerRecipe(rate: 1e-3, batch: 16),
    example: "arch net like denoiser image=32x32x3 width=8 depth=4"
  ) { request throws(Diagnostic) in
    let image = try request.image(for: "denoiser")
    let width = request.width ?? 32
    try checkWidth(width, largest: 1)
    let depth = try request.variants["depth"]?.integer(in: 2...100, for: "depth") ?? 10
    let window = "kernel=3 stride=1"
    let norm = try request.variants["norm"]?.choice(from: ["no", "batchnorm"], for: "norm")
    let end = norm == "batchnorm" ? " bias=no; batchnorm; relu" : "; relu"
    let hidden = (0..<depth - 2).map { _ in "conv \(width) \(window)\(end)" }
    let inner = ["conv \(width) \(window); relu"] + hidden + ["conv \(image.channels) \(window)"]
    return try request.restorer(
      "denoiser", "residual { \(inner.joined(separator: "; ")) }", initialisation: .torch)
  }

  /// A recipe of repair models.
  ///
  /// - Parameters:
  ///   - rate: Adam's, of the restorer.
  ///   - discriminatorRate: of those who judge; nil: the same.
  static func restorerRecipe(
    rate: Double, discriminatorRate: Double? = nil, beta1: Double = 0.9, batch: Int,
    objective: Objective = .nonSaturating, reconstruction: Reconstruction = .squares,
    adversarial: Double = 1e-3
  ) -> RecipeSpecification {
    RecipeSpecification(
      objective: objective,
      generatorOptimiser: OptimiserSpecification(
        learningRate: rate, beta1: beta1, beta2: 0.999),
      discriminatorOptimiser: OptimiserSpecification(
        learningRate: discriminatorRate ?? rate, beta1: beta1, beta2: 0.999),
      batch: batch, reconstruction: reconstruction, adversarialWeight: adversarial)
  }
}

extension Preset.Request {
  /// A restorer, and a discriminator that is given the mask beside the image.
  func restorer(
    _ preset: String, inputs: [String]? = nil, _ layers: String, discriminator: String? = nil,
    transform: String = NetworkSpecification.noTransform, initialisation: Initialisation
  ) throws(Diagnostic) -> ArchitectureSpecification {
    var networks = [
      NetworkSpecification(
        .restorer, inputs: inputs, layers: try Preset.layers(layers),
        initialisation: initialisation)
    ]
    if let discriminator {
      networks.append(
        NetworkSpecification(
          .discriminator, inputs: [Model.Wire.image, Model.Wire.mask],
          layers: try Preset.layers(discriminator), initialisation: initialisation,
          transform: transform))
    }
    return ArchitectureSpecification(
      origin: preset, example: example, latent: latent ?? 1, latentDistribution: .normal,
      networks: networks)
  }
}
