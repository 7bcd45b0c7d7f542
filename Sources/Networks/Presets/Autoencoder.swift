import Language
import Specification

extension Preset {
  /// Kingma and Welling 2014, arXiv:1312.6114, with convolutions.
  static let vae = Preset(
    "vae", synonyms: ["variationalautoencoder"],
    summary: "a convolutional variational autoencoder: reconstructions, and samples",
    discussion: """
      The encoder halves the image by 4x4 convolutions to 4x4 or 7x7 at least, from `width` (32) channels \
      upwards, and gives the mean and the logarithm of the variance of each latent number (128); the \
      decoder is its reverse and ends in tanh (Kingma and Welling 2014). `beta=` of a recipe weighs the \
      divergence (Higgins et al. 2017). Its recipe is Adam with 1e-3 and (0.9, 0.999).
      """, initialisation: .torch, recipe: recipe(rate: 1e-3),
    example: "arch net like vae image=32x32x3 width=8 latent=32"
  ) { request throws(Diagnostic) in
    try autoencoder(
      request, "vae",
      end: {
        "as features; dense \($0) as mean; output mean; from features; dense \($0); output logvariance"
          + "; from mean"
      })
  }

  static let autoencoder = Preset(
    "autoencoder", summary: "the same without a distribution: reconstructions alone",
    discussion: "The networks of `vae`, with a code that is given and not drawn.",
    initialisation: .torch, recipe: recipe(rate: 1e-3),
    example: "arch net like autoencoder image=32x32x3 width=8 latent=32"
  ) { request throws(Diagnostic) in
    try autoencoder(request, "autoencoder", end: { "; dense \($0)" })
  }

  /// - Parameter end: the encoder's last layers, for so many latent numbers.
  private static func autoencoder(
    _ request: Request, _ name: String, end: (Int) -> String
  ) throws(Diagnostic) -> ArchitectureSpecification {
    let image = try request.image(for: name)
    let (width, latent) = (request.width ?? 32, request.latent ?? 128)
    try checkWidth(width, largest: 16)
    var (height, breadth, halvings) = (image.height, image.width, 0)
    while height % 2 == 0, breadth % 2 == 0, min(height, breadth) > 7 {
      (height, breadth, halvings) = (height / 2, breadth / 2, halvings + 1)
    }
    guard halvings > 0, max(height, breadth) <= 16 else {
      throw Diagnostic(
        "\(name) makes images whose sides can be halved to 16 or less, not \(image)")
    }
    let channels = (0..<halvings).map { width << min($0, 4) }
    let encoder = channels.map { "conv \($0) kernel=4 stride=2; relu" }.joined(separator: "; ")
    let decoder = channels.dropLast().reversed().map { "deconv \($0) kernel=4 stride=2; relu" }
    let start = "dense \(height)x\(breadth)x\(channels[halvings - 1]); relu"
    return ArchitectureSpecification(
      origin: name, example: request.example, latent: latent, latentDistribution: .normal,
      networks: [
        NetworkSpecification(
          .encoder, layers: try layers(encoder + " " + end(latent)), initialisation: .torch),
        NetworkSpecification(
          .decoder,
          layers: try layers(
            ([start] + decoder + ["deconv \(image.channels) kernel=4 stride=2; tanh"])
              .joined(separator: "; ")), initialisation: .torch),
      ])
  }
}
