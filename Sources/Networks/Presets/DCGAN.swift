import Language
import Specification

extension Preset {
  /// Radford et al. 2016, arXiv:1511.06434, as in the PyTorch examples.
  static let dcgan = Preset(
    "dcgan", summary: "DCGAN, for square images whose side is a multiple of 16",
    discussion: """
      As in PyTorch's examples (Radford et al. 2016): no biases; from the smallest square that doublings \
      bring to the side and that is 4x4 or larger, by 4x4 kernels that double it, the channels halved at \
      each to `width` (64); ReLU and LeakyReLU 0.2; weights N(0, 0.02). The discriminator is its reverse and \
      normalises all but its first layer.

      With `labels=` or `classes=` the label stands beside the latent vector, and `condition=` says how it \
      reaches the discriminator: `projection` (Miyato and Koyama 2018; of the features' sums), `concat` (as \
      channels beside the image's; Mirza and Osindero 2014) or `auxiliary` (predicted by a further output; \
      Odena et al. 2017).
      """, options: Set(["width", "labels", "condition"]).union(Variants.keys),
    initialisation: .normal(deviation: 0.02),
    example: "arch net like dcgan image=32x32x3 width=16"
  ) { request throws(Diagnostic) in
    let image = try request.image(for: "dcgan")
    let width = request.width ?? 64
    let size = image.height
    guard size > 0, size % 16 == 0, image.width == size, [1, 3].contains(image.channels) else {
      throw Diagnostic(
        "dcgan makes square images whose side is a multiple of 16, with 1 or 3 channels, not \(image)",
        help: ["`conv` takes sides that are multiples of 8, `mlp` takes any"])
    }
    // 4x4 for a power of two, 5x5 for 80, 6x6 for 48 and 96, 7x7 for 112.
    var (start, doublings) = (size, 0)
    while start % 2 == 0, start > 7 { (start, doublings) = (start / 2, doublings + 1) }
    try checkWidth(width, largest: 1 << (doublings - 1))
    let latent = request.latent ?? 100
    guard Limits.latent.contains(latent) else {
      throw Diagnostic("latent is from 1 to 8,192, not \(latent)")
    }
    let variants = try Variants(request, norm: "batchnorm", activations: ("relu", "lrelu 0.2"))
    let once = "kernel=\(start) stride=1 padding=valid bias=no"
    let twice = "kernel=4 stride=2 padding=1"
    let falling = (0..<doublings).map { width << $0 }
    let rising = falling.reversed().enumerated().map { index, channels in
      (index == 0
        ? "deconv \(channels) \(once)" : variants.doubled(channels, twice, bias: "bias=no"))
        + variants.generatorEnd
    }
    let downwards = falling.enumerated().map { index, channels in
      "conv \(channels) \(twice) bias=no" + variants.discriminatorEnd(isFirst: index == 0)
    }
    let labelled = try ConditionalParts(request)
    let inputs = latent + labelled.width
    var architecture = try request.pair(
      "dcgan", .normal(deviation: 0.02), latent: latent,
      generator: layers(
        ([labelled.generator + "reshape 1x1x\(inputs)"] + rising
          + [variants.doubled(image.channels, twice, bias: "bias=no") + "; tanh"])
          .joined(separator: "; ")),
      discriminator: layers(
        labelled.start + downwards.joined(separator: "; ") + labelled.features + "; "
          + labelled.end(logit: "conv 1 \(once)")),
      labelled)
    variants.setTransforms(of: &architecture)
    return architecture
  }
}
