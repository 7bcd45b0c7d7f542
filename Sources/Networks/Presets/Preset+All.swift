package import Language
package import Specification

extension Preset {
  /// In the order of the manual.
  package static let all = [
    mlp, conv, dcgan, wgan, wganGP, dragan, lsgan, sngan, sagan, pacGAN, unrolled, veegan, r3,
    classifier, resNet, recogniser, encoder, vae, autoencoder, denoiser, contextEncoder, glcic,
    gated,
  ]

  package static func named(_ keyword: String) -> Preset? {
    all.first { $0.keyword == keyword }
  }
}

extension ArchitectureSpecification {
  /// The architecture of a preset, as `arch NAME like …` declares it: `dcgan image=64x64x3`.
  ///
  /// - Throws: as a statement does.
  package init(like preset: String) throws(Diagnostic) {
    let statements = try parse(SourceText(name: "preset", text: "arch preset like \(preset)"))
    guard let statement = statements.first, statements.count == 1 else {
      throw Diagnostic("it is not one preset")
    }
    try self.init(parsing: statement, .all)
  }
}

extension RecipeSpecification {
  /// The recipe that an architecture is trained with when none is named: its preset's.
  package static func standard(for architecture: ArchitectureSpecification) -> RecipeSpecification {
    Preset.named(architecture.origin)?.recipe(for: architecture) ?? RecipeSpecification()
  }
}
