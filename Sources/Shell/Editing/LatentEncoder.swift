import Language
import Notebook
import Networks
import Specification
import TerminalText
import Training

/// Another run's encoder, which tells of which latents a generator makes images.
struct LatentEncoder: ~Copyable {
  private let classifier: OpenClassifier
  private let latent: Int

  /// - Throws: a `Diagnostic` where the run tells no latents of such a generator.
  init(_ word: Word, of generator: borrowing OpenGenerator, in session: Session) throws {
    let latent = generator.specification.architecture.latent
    let help = [
      "train one: `data seen generated run=\(generator.run.name) latents=yes`, "
        + "`arch inverse like encoder image=\(generator.shape) latent=\(latent)`"
    ]
    let open = try OpenClassifier(of: word, or: "tells no latents", help: help, in: session)
    let names = ArchitectureSpecification.latentNames(count: latent)
    guard open.specification.architecture.labels == .numbers(names.map { NumberLabel($0) })
    else {
      throw Diagnostic(
        "run `\(open.run.name)` does not tell latents of \(grouped(latent)) numbers", at: word.span,
        help: help)
    }
    try open.expect(.image(generator.shape), of: "the generator makes", at: word.span)
    classifier = open
    self.latent = latent
  }

  /// A latent for each image, `[channels, height, width]`.
  func latents(of images: [[Float]]) -> [[Float]] {
    let all = classifier.classifier.scores(of: images.flatMap(\.self), count: images.count)
    return images.indices.map { Array(all[$0 * latent..<($0 + 1) * latent]) }
  }
}
