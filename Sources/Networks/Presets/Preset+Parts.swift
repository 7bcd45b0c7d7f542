import Language
import Specification
import TerminalText

/// What presets are written with: layers as they are typed.
extension Preset {
  /// Layers of a text, one a line or with `;` between, every number of them.
  static func layers(_ text: String) throws(Diagnostic) -> [LayerSpecification] {
    try NetworkSpecification.layers(typed: text, LayerDefinition.all.map(\.signature))
  }

  static func checkWidth(_ width: Int, largest factor: Int) throws(Diagnostic) {
    guard width >= 1, width <= Limits.channels.upperBound / factor else {
      throw Diagnostic(
        "width is from 1 to \(grouped(Limits.channels.upperBound / factor)) here, not \(width)")
    }
  }

  /// Layers that fill holes: down to a quarter of the side, where dilated convolutions see far, and back.
  ///
  /// - Parameters:
  ///   - conv: a convolution with what comes after it, of so many channels.
  ///   - back: from `4·width` channels at a quarter of the side to `width` at the whole.
  static func filling(
    _ image: ImageShape, width: Int, _ conv: (_ channels: Int, _ rest: String) -> String,
    back: [String]
  ) -> String {
    let plain = "kernel=3 stride=1"
    let halving = "kernel=3 stride=2"
    let down =
      [conv(width, "kernel=5 stride=1")]
      + [2 * width, 4 * width].flatMap { [conv($0, halving), conv($0, plain)] }
    let dilated = [2, 4, 8].map { conv(4 * width, "\(plain) dilation=\($0)") }
    return
      (["concat mask"] + down + dilated + [conv(4 * width, plain)] + back
      + [conv(max(1, width / 2), plain), "conv \(image.channels) \(plain); tanh"])
      .joined(separator: "; ")
  }
}

extension Preset.Request {
  /// - Throws: where points are asked for.
  func image(for preset: String) throws(Diagnostic) -> ImageShape {
    guard case .image(let image) = example else {
      throw Diagnostic(
        "\(preset) makes images, not points", help: ["`mlp` makes points as well as images"])
    }
    return image
  }

  /// A pair of networks that begin alike.
  func pair(
    _ preset: String, _ initialisation: Initialisation, latent: Int,
    generator: [LayerSpecification], discriminator: [LayerSpecification],
    _ labelled: ConditionalParts? = nil
  ) throws(Diagnostic) -> ArchitectureSpecification {
    let architecture = ArchitectureSpecification(
      origin: preset, example: example, latent: self.latent ?? latent,
      latentDistribution: .normal, labels: labels,
      networks: [
        NetworkSpecification(
          .generator, inputs: labelled?.generatorInputs, layers: generator,
          initialisation: initialisation),
        NetworkSpecification(
          .discriminator, inputs: labelled?.discriminatorInputs, layers: discriminator,
          initialisation: initialisation),
      ])
    _ = try Model(architecture)
    return architecture
  }
}
