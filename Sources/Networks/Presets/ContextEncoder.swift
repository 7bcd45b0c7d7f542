import Language
import Specification

extension Preset {
  /// Pathak et al. 2016, arXiv:1604.07379.
  static let contextEncoder = Preset(
    "context-encoder", summary: "an encoder and a decoder that fill holes, and a discriminator",
    discussion: """
      Pathak et al. 2016: 4x4 convolutions of stride 2 from `width` (64) channels up to 8·`width` bring the image to 4x4, \
      one without padding to a vector of `latent` (1,000; 4,000 in the paper, of images of 128), and transposed convolutions back; \
      batch normalisation, LeakyReLU 0.2 in the encoder and ReLU in the decoder, tanh. The mask goes in beside the image, \
      and the whole image comes out, of which the holes are taken; in the paper the hole is the middle and comes out alone. The \
      discriminator judges the repaired image with the mask. The recipe is theirs: 0.999 parts of mean squared error and 0.001 of \
      cross-entropy (here 1 and 0.001), Adam with 2e-3 for the restorer and 2e-4 for the discriminator and (0.5, 0.999), batches of 64. \
      Sides are 16, 32, 64 or 128. What is to be filled says `damage=hole:centre`.
      """, initialisation: .normal(deviation: 0.02),
    recipe: restorerRecipe(rate: 2e-3, discriminatorRate: 2e-4, beta1: 0.5, batch: 64),
    example: "arch net like context-encoder image=32x32x3 width=8"
  ) { request throws(Diagnostic) in
    let image = try request.image(for: "context-encoder")
    guard image.height == image.width, [16, 32, 64, 128].contains(image.height) else {
      throw Diagnostic(
        "context-encoder repairs square images of 16, 32, 64 or 128, not \(image)",
        help: ["`gated` and `denoiser` take others"])
    }
    let width = request.width ?? 64
    try checkWidth(width, largest: 8)
    let halvings = (image.height / 4).trailingZeroBitCount
    let channels = (0..<halvings).map { width << min($0, 3) }
    let window = "kernel=4 stride=2 padding=1 bias=no"
    let down = channels.enumerated().map { index, channels in
      "conv \(channels) \(window)" + (index == 0 ? "" : "; batchnorm") + "; lrelu 0.2"
    }
    let up = channels.dropLast().reversed().map { "deconv \($0) \(window); batchnorm; relu" }
    let (most, code) = (channels[halvings - 1], request.latent ?? 1000)
    let whole = "kernel=4 stride=1 padding=valid bias=no"
    let restorer =
      ["concat mask"] + down + [
        "conv \(code) \(whole); batchnorm; lrelu 0.2", "deconv \(most) \(whole); batchnorm; relu",
      ] + up + ["deconv \(image.channels) kernel=4 stride=2 padding=1; tanh"]
    return try request.restorer(
      "context-encoder", inputs: [Model.Wire.image, Model.Wire.mask],
      restorer.joined(separator: "; "),
      discriminator: (["concat mask"] + down + ["conv 1 \(whole)"]).joined(separator: "; "),
      initialisation: .normal(deviation: 0.02))
  }
}
