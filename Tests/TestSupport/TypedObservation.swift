import Language
package import Specification

extension RunObservation {
  /// What options of `run` say; a test that types what there is not ends.
  package static func typed(_ options: String) -> RunObservation {
    do { return try reading(options) } catch { preconditionFailure("\(error)") }
  }

  /// What options of `run` say.
  ///
  /// - Throws: a `Diagnostic` at what they cannot say.
  package static func reading(_ options: String) throws -> RunObservation {
    let text = SourceText(name: "test", text: "run a on b \(options)")
    var specification = RunSpecification(
      architecture: .typed(
        "custom points=2 latent=2 { generator { dense 2 }; discriminator { dense 1 } }"),
      dataset: DatasetSpecification(
        source: .read(SourceSpecification("ring")), preprocessing: nil),
      recipe: RecipeSpecification(), steps: 10, seed: 1)
    var reader = try OptionReader(try parse(text)[0].options, of: "`run`")
    try specification.take(from: &reader)
    try reader.finish()
    return specification.observation
  }
}
