import Foundation
import Language
import Specification

/// Networks for points, of which several presets are made.
extension Preset.Request {
  /// Dimensions of a point; nil: images are asked for.
  var points: Int? { if case .point(let dimensions) = example { dimensions } else { nil } }

  /// Three hidden layers of ReLU in both networks, as the program of Gulrajani et al. 2017 has them for mixtures:
  /// `width` (512), latents of 2, He's scheme.
  func pointPair(
    _ preset: String, _ points: Int, activation: String = "relu",
    initialisation: Initialisation = .heUniform
  ) throws(Diagnostic) -> ArchitectureSpecification {
    let width = width ?? 512
    try Preset.checkWidth(width, largest: 1)
    let hidden = [String](repeating: "dense \(width); \(activation)", count: 3)
      .joined(separator: "; ")
    return try pair(
      preset, initialisation, latent: 2,
      generator: Preset.layers("\(hidden); dense \(points)"),
      discriminator: Preset.layers("\(hidden); dense 1"))
  }

  /// The networks of `dcgan`, without batch normalisation in the discriminator where that is asked for.
  func dcgan(
    _ preset: String, discriminatorNormalises: Bool = true
  ) throws(Diagnostic) -> ArchitectureSpecification {
    var request = self
    if !discriminatorNormalises, request.variants["dnorm"] == nil {
      let no = Word("no", at: Span(0, 0))
      request.variants["dnorm"] = Term(.name(no.text), at: no.span, source: no.text)
    }
    var architecture: ArchitectureSpecification
    do { architecture = try Preset.dcgan.architecture(request) } catch {
      var fault = error
      fault.message = fault.message.replacingOccurrences(of: "dcgan", with: preset)
      throw fault
    }
    architecture.origin = preset
    return architecture
  }
}
