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
