import Language
import Specification

extension Preset {
  /// Iizuka et al. 2017, "Globally and locally consistent image completion".
  static let glcic = Preset(
    "glcic",
    summary: "dilated convolutions that fill holes; the whole and the hole's part are judged",
    discussion: """
      Iizuka et al. 2017, made narrower for small images: `width` (32) channels, half of the paper's, at the image's side, \
      2·`width` at a half, 4·`width` at a quarter, where three dilated convolutions (2, 4, 8; the paper's fourth, 16, would be wider than a \
      quarter of 64) see far; batch normalisation and ReLU. A discriminator judges the whole image and, around the hole, a part of half \
      its side, and one layer joins both. It is given the repaired image; in the paper what the network gives. The recipe is \
      squared error in the holes alone and 0.0004 of cross-entropy, with Adam in the place of Adadelta. The paper trains the restorer \
      alone first: `adversarial=0->0.0004 over 1k` of a recipe comes near to it. Sides are multiples of 16, 32 or more.
      """, initialisation: .torch,
    recipe: restorerRecipe(
      rate: 5e-4, discriminatorRate: 2e-4, batch: 32, reconstruction: .squaresInHole,
      adversarial: 4e-4), example: "arch net like glcic image=32x32x3 width=8"
  ) { request throws(Diagnostic) in
    let image = try request.image(for: "glcic")
    guard image.height % 16 == 0, image.width % 16 == 0, min(image.height, image.width) >= 32 else {
      throw Diagnostic(
        "glcic repairs images whose sides are multiples of 16 from 32 on, not \(image)")
    }
    let width = request.width ?? 32
    try checkWidth(width, largest: 8)
    func conv(_ channels: Int, _ rest: String) -> String {
      "conv \(channels) \(rest) bias=no; batchnorm; relu"
    }
    func doubling(_ channels: Int) -> String {
      "deconv \(channels) kernel=4 stride=2 bias=no; batchnorm; relu"
    }
    let restorer = filling(
      image, width: width, conv,
      back: [doubling(2 * width), conv(2 * width, "kernel=3 stride=1"), doubling(width)])
    func judge(_ halvings: Int) -> String {
      (0..<halvings).map { "conv \(width << min($0, 3)) kernel=5 stride=2; lrelu 0.2" }
        .joined(separator: "; ")
    }
    let units = 8 * width
    let discriminator = [
      "concat mask as seen; \(judge(3)); dense \(units); relu as whole",
      "from seen; crop \(image.height / 2)x\(image.width / 2) around=mask; \(judge(2))",
      "dense \(units); relu; concat whole; dense 1",
    ]
    return try request.restorer(
      "glcic", inputs: [Model.Wire.image, Model.Wire.mask], restorer,
      discriminator: discriminator.joined(separator: "; "), initialisation: .torch)
  }
}
