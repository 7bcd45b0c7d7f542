import Language

/// What stands after the name in a declaration; it parses to the same architecture.
///
/// ```
/// like dcgan image=64x64x3 latent=100 prior=normal {
///   generator init=normal:0.02 {
///     reshape 1x1x100
///     …
/// ```
extension ArchitectureSpecification: CustomStringConvertible {
  package var description: String {
    let origin = ArchitecturePreset(rawValue: origin).map { "like \($0.rawValue)" } ?? "custom"
    let example =
      switch example {
      case .image(let image): "image=\(image)"
      case .point(let dimensions): "points=\(dimensions)"
      }
    var lines = ["\(origin) \(example) latent=\(latent) prior=\(latentDistribution.rawValue) {"]
    for (name, network) in [("generator", generator), ("discriminator", discriminator)] {
      lines.append("  \(name) init=\(network.initialisation) {")
      lines += network.layers.map { "    \($0)" }
      lines.append("  }")
    }
    return (lines + ["}"]).joined(separator: "\n")
  }
}
