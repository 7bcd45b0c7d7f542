import Language
import Specification

/// Options in which a preset's layers are exchanged by a word: `norm=`, `gnorm=`, `dnorm=`, `activation=`,
/// `dropout=`, `gdropout=`, `upsample=`.
package struct Variants {
  static let keys = Set(ArchitectureSpecification.variantKeys)
  package static let norms = [
    "batchnorm", "layernorm", "instancenorm", "pixelnorm", "spectral", "no",
  ]
  package static let activations = ["relu", "lrelu", "elu", "silu", "gelu", "softplus", "tanh"]

  private let norms: (generator: String, discriminator: String)
  private let activations: (generator: String, discriminator: String)
  private let dropouts: (generator: Double, discriminator: Double)
  private let resizes: Bool

  /// - Parameters:
  ///   - norm: the preset's own in both networks.
  ///   - activations: the preset's own, as they are typed.
  /// - Throws: for other words, at their places.
  init(
    _ request: Preset.Request, norm: String, activations: (generator: String, discriminator: String)
  ) throws(Diagnostic) {
    func word(_ key: String, _ words: [String]) throws(Diagnostic) -> String? {
      try request.variants[key]?.choice(from: words, for: key)
    }
    func rate(_ key: String) throws(Diagnostic) -> Double {
      try request.variants[key]?.number(in: 0...1.0.nextDown, for: key) ?? 0
    }
    let both = try word("norm", Self.norms) ?? norm
    norms = (try word("gnorm", Self.norms) ?? both, try word("dnorm", Self.norms) ?? both)
    let activation = try word("activation", Self.activations)
    self.activations = (
      activation ?? activations.generator, activation ?? activations.discriminator
    )
    dropouts = (try rate("gdropout"), try rate("dropout"))
    resizes = try word("upsample", ["deconv", "resize"]) == "resize"
  }

  /// The layer that doubles height and width: `deconv`, or nearest neighbours and a 3x3 convolution.
  func doubled(_ channels: Int, _ window: String, bias: String) -> String {
    resizes
      ? "upsample 2; conv \(channels) kernel=3 stride=1 padding=same \(bias)"
      : "deconv \(channels) \(window) \(bias)"
  }

  /// What comes after a hidden contraction of the generator.
  var generatorEnd: String { end(norms.generator, activations.generator, dropouts.generator) }

  /// The same of the discriminator, whose first layer is not normalised.
  func discriminatorEnd(isFirst: Bool) -> String {
    end(isFirst ? "no" : norms.discriminator, activations.discriminator, dropouts.discriminator)
  }

  private func end(_ norm: String, _ activation: String, _ dropout: Double) -> String {
    (["no", "spectral"].contains(norm) ? "" : "; \(norm)") + "; \(activation)"
      + (dropout > 0 ? "; dropout \(printed(dropout))" : "")
  }

  /// Spectral normalisation is of the weights.
  func setTransforms(of architecture: inout ArchitectureSpecification) {
    for index in architecture.networks.indices {
      let norm =
        architecture.networks[index].role == .discriminator
        ? norms.discriminator : norms.generator
      if norm == "spectral" { architecture.networks[index].transform = norm }
    }
  }
}
