import Language
import Specification

extension Preset {
  /// Radford et al. 2016, arXiv:1511.06434, as in the PyTorch examples.
  static let dcgan = Preset(
    "dcgan", summary: "DCGAN, for square images whose side is a multiple of 16",
    discussion: """
      As in PyTorch's examples (Radford et al. 2016): no biases; from the smallest square that doublings \
      bring to the side and that is 4x4 or larger, by 4x4 kernels that double it, the channels halved at \
      each to `width` (64); ReLU and LeakyReLU 0.2; weights N(0, 0.02). The discriminator mirrors it and \
      normalises all but its first layer.
      """, initialisation: .normal(deviation: 0.02),
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
    let once = "kernel=\(start) stride=1 padding=valid bias=no"
    let twice = "kernel=4 stride=2 padding=1 bias=no"
    let falling = (0..<doublings).map { width << $0 }
    let rising = falling.reversed().enumerated().map { index, channels in
      "deconv \(channels) \(index == 0 ? once : twice); batchnorm; relu"
    }
    let downwards = falling.enumerated().map { index, channels in
      "conv \(channels) \(twice)\(index > 0 ? "; batchnorm" : ""); lrelu 0.2"
    }
    return try request.pair(
      "dcgan", .normal(deviation: 0.02), latent: latent,
      generator: layers(
        (["reshape 1x1x\(latent)"] + rising + ["deconv \(image.channels) \(twice); tanh"])
          .joined(separator: "; ")),
      discriminator: layers((downwards + ["conv 1 \(once)"]).joined(separator: "; ")))
  }
}
