import Compilation
import Language
import Notebook
import Specification
import Terminal
import TerminalText
import Training

/// The generator of a run's checkpoint, ready to make images of latents.
struct OpenGenerator: ~Copyable {
  let run: RunRecord
  let specification: RunSpecification
  let checkpoint: Checkpoint
  let shape: ImageShape
  let backend: any Backend
  let usesAverage: Bool
  private let sampler: Sampler

  var step: Int { checkpoint.step }

  /// - Parameter average: whether the averaged weights are used, where the run keeps some.
  /// - Throws: a `Diagnostic` where the run has no generator of images, or has kept no checkpoint.
  init(
    of name: Word, at step: Int?, average: Bool = true, in session: Session
  ) throws {
    let run = try session.run(named: name)
    let specification = try run.specification()
    guard case .image(let shape) = specification.architecture.example else {
      throw Diagnostic("run `\(run.name)` makes points, and images are edited", at: name.span)
    }
    guard !specification.architecture.networks(of: .generator).isEmpty else {
      throw Diagnostic(
        "run `\(run.name)` has no generator", at: name.span,
        help: ["only what makes images of latents has directions in them"])
    }
    let (_, checkpoint) = try SampleRequest(name: name, step: step)
      .newestCheckpoint(of: run, in: session.notebook()) {
        session.errors.line("\(session.errors.styled("warning:", .yellow)) \($0)")
      }
    let backend = try session.makeBackend(
      Training.threads(choosing: checkpoint.kernels) ?? run.threads)
    let sampler = try Sampler(
      specification, checkpoint: checkpoint, backend: backend, average: average)
    (self.run, self.specification, self.checkpoint) = (run, specification, checkpoint)
    (self.shape, self.backend, usesAverage) = (shape, backend, sampler.usesAverage)
    self.sampler = sampler
  }

  /// Latents of a seed's first samples, as `samples` makes them.
  func latents(count: Int, seed: UInt64) -> [[Float]] {
    let (all, width) = (
      specification.architecture.latents(0..<count, seed: seed), specification.architecture.latent
    )
    return (0..<count).map { Array(all[$0 * width..<($0 + 1) * width]) }
  }

  /// `[channels, height, width]` each.
  ///
  /// - Parameter labels: of each; empty of a model without labels.
  /// - Throws: `ShellError.interrupted`.
  func images(of latents: [[Float]], labels: [[Float]]) throws -> [[Float]] {
    var images: [[Float]] = []
    for start in stride(from: 0, to: latents.count, by: sampler.batch) {
      guard Interrupts.pendingCount == 0 else { throw ShellError.interrupted }
      let some = start..<min(start + sampler.batch, latents.count)
      let values = sampler.examples(
        ofLatents: latents[some].flatMap(\.self), labels: labels[some].flatMap(\.self),
        count: some.count)
      let size = values.count / some.count
      images += (0..<some.count).map { Array(values[$0 * size..<($0 + 1) * size]) }
    }
    return images
  }

  /// What a model with labels is asked for where nothing else is said: no attribute, the first class, and the middle of the
  /// range of a number.
  var usualLabels: [Float] {
    guard let labels = specification.architecture.labels else { return [] }
    return SampleLabels(all: labels).vectors[0]
  }
}

/// Another run's classifier, and the attributes that it tells.
struct AttributeTeller: ~Copyable {
  let word: Word
  let names: [String]
  /// Whether scores are numbers themselves, and not the logits of attributes.
  let tellsNumbers: Bool
  private let classifier: OpenClassifier

  /// - Throws: a `Diagnostic` where the run has no classifier of attributes of such images.
  init(_ word: Word, of shape: ImageShape, in session: Session) throws {
    let open = try OpenClassifier(
      of: word, or: "tells no attributes",
      help: ["train one: `arch tell like classifier … labels=Smiling,Male`"], in: session)
    guard let labels = open.specification.architecture.labels, !labels.isOfClasses else {
      throw Diagnostic(
        "run `\(open.run.name)` tells classes, and attributes are wanted", at: word.span,
        help: ["a classifier with `labels=Smiling,Male` tells attributes"])
    }
    try open.expect(.image(shape), of: "these are", at: word.span)
    (self.word, names, tellsNumbers) = (word, labels.names, labels.isOfNumbers)
    classifier = open
  }

  /// Scores of each image, in the order of the names; above 0 an attribute is said to hold.
  func scores(of images: [[Float]]) -> [[Float]] {
    let all = classifier.classifier.scores(of: images.flatMap(\.self), count: images.count)
    return images.indices.map { Array(all[$0 * names.count..<($0 + 1) * names.count]) }
  }
}
