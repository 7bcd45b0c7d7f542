import Language
import Specification

extension Preset {
  /// With the Keras defaults it was published with: Glorot uniform, batch normalisation with momentum .8 and
  /// eps .001.
  static let conv = Preset(
    "conv", summary: "the small convolutional pair of the published Keras listing",
    discussion: """
      The generator goes from an eighth of the image with 8·`width` channels (64) through 2·`width` and \
      `width`; the discriminator has `width` and 2·`width`, dropout 0.3. Sides are multiples of 8; batch 32.
      """, initialisation: .glorotUniform, recipe: RecipeSpecification(batch: 32),
    example: "arch net like conv image=32x32x3 width=16"
  ) { request throws(Diagnostic) in
    let image = try request.image(for: "conv")
    let width = request.width ?? 64
    try checkWidth(width, largest: 8)
    guard image.height % 8 == 0, image.width % 8 == 0, image.height > 0, image.width > 0 else {
      throw Diagnostic(
        "conv makes images whose height and width are multiples of 8, not \(image)",
        help: ["`mlp` takes any"])
    }
    let normalised = "lrelu 0.2; batchnorm momentum=keras:0.8"
    return try request.pair(
      "conv", .glorotUniform, latent: 100,
      generator: layers(
        """
        dense \(image.height / 8)x\(image.width / 8)x\(8 * width); \(normalised)
        deconv \(2 * width); \(normalised); deconv \(width); \(normalised)
        deconv \(image.channels); tanh
        """),
      discriminator: layers(
        """
        conv \(width); lrelu 0.2; dropout 0.3; conv \(2 * width); lrelu 0.2; dropout 0.3
        flatten; dense 1
        """))
  }
}
