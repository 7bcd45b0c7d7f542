import Language
import Specification

extension Preset {
  /// Yu et al. 2019, arXiv:1806.03589.
  static let gated = Preset(
    "gated", synonyms: ["deepfill"],
    summary: "gated convolutions that fill holes of any shape; every part is judged",
    discussion: """
      The first stage of Yu et al. 2019 (DeepFill v2), narrower: gated convolutions (ELU) of `width` (24) channels at the image's side, twice as many \
      at a half, four times at a quarter, where three are dilated (2, 4, 8); nearest neighbours and a convolution on the way back, to a half and to the \
      whole. The image and the mask go in. The discriminator, of five 5x5 convolutions under spectral normalisation, scores each part of the \
      repaired image (SN-PatchGAN). The recipe is theirs: absolute error of the whole image and hinge, both of weight 1, Adam with 1e-4, here with 4e-4 for the \
      restorer, (0.5, 0.999), batches of 16. Sides are multiples of 4. `damage=hole:boxes:1`, `damage=hole:strokes`.
      """, initialisation: .torch,
    recipe: restorerRecipe(
      rate: 4e-4, discriminatorRate: 1e-4, beta1: 0.5, batch: 16, objective: Objective("hinge"),
      reconstruction: .absolute, adversarial: 0.05),
    example: "arch net like gated image=32x32x3 width=8"
  ) { request throws(Diagnostic) in
    let image = try request.image(for: "gated")
    guard image.height % 4 == 0, image.width % 4 == 0, min(image.height, image.width) >= 16 else {
      throw Diagnostic(
        "gated repairs images whose sides are multiples of 4 from 16 on, not \(image)")
    }
    let width = request.width ?? 24
    try checkWidth(width, largest: 8)
    func conv(_ channels: Int, _ rest: String) -> String {
      "conv \(2 * channels) \(rest); glu elu"
    }
    let restorer = filling(
      image, width: width, conv,
      back: [2 * width, width].map { "upsample 2; " + conv($0, "kernel=3 stride=1") })
    let discriminator = [1, 2, 4, 4].map { factor in
      "conv \(factor * width) kernel=5 stride=2; lrelu 0.2"
    }
    return try request.restorer(
      "gated", inputs: [Model.Wire.image, Model.Wire.mask], restorer,
      discriminator:
        "concat mask; \(discriminator.joined(separator: "; ")); conv 1 kernel=5 stride=1",
      transform: "spectral", initialisation: .torch)
  }
}
