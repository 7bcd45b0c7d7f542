import Compilation
import Language
import Notebook
import Specification
import Terminal
import TerminalText
import Training

/// The classifier of a run's checkpoint, ready to tell labels of images.
struct OpenClassifier: ~Copyable {
  let run: RunRecord
  let specification: RunSpecification
  let classifier: Classifier

  /// - Parameters:
  ///   - step: the newest checkpoint at or before it; nil: the newest of all.
  ///   - flips: whether scores are means of those of an image and of its mirror image.
  ///   - what: a classifier does that the run does not, as it is said where it has none: `tells no labels`.
  ///   - help: what may be done then.
  /// - Throws: a `Diagnostic` where the run has no classifier, or has kept no checkpoint, or where the notebook has since said something else of it.
  init(
    of name: Word, at step: Int? = nil, flips: Bool = false, or what: String = "tells no labels",
    help: [String] = [], in session: Session
  ) throws {
    let run = try session.run(named: name)
    let specification = try run.specification()
    guard !specification.architecture.networks(of: .classifier).isEmpty else {
      throw Diagnostic(
        "run `\(run.name)` has no classifier, and \(what)", at: name.span, help: help)
    }
    let (_, checkpoint) = try SampleRequest(name: name, step: step)
      .newestCheckpoint(of: run, in: session.notebook()) {
        session.errors.line("\(session.errors.styled("warning:", .yellow)) \($0)")
      }
    let differences = checkpoint.differences(from: specification)
    guard differences.isEmpty else {
      throw Diagnostic(
        "\(Checkpoint.foreign("the checkpoint of run `\(run.name)`", differences))", at: name.span,
        help: ["put back the text of the run that was in the notebook"])
    }
    let backend = try session.makeBackend(
      Training.threads(choosing: checkpoint.kernels) ?? run.threads)
    classifier = try Classifier(
      specification, checkpoint: checkpoint, backend: backend, flips: flips)
    (self.run, self.specification) = (run, specification)
  }

  /// - Throws: a `Diagnostic` at the place where it takes images of another shape.
  func expect(_ shape: ExampleShape, of what: String, at place: Span) throws(Diagnostic) {
    guard specification.architecture.example != shape else { return }
    throw Diagnostic(
      "the classifier of run `\(run.name)` is of \(specification.architecture.example), but \(what) \(shape)",
      at: place)
  }
}

extension RunSpecification {
  /// The words of the classes in order; nil where there are none, or a run of an earlier program names none.
  var classWords: [String]? {
    guard case .classes = architecture.labels, case .words(let words)? = dataset.labels.first?.kind
    else { return nil }
    return words
  }
}
