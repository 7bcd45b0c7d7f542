import Language
import Notebook
import Specification
import Training

/// What makes features of images, as it is asked for after `features=`: one of the fixed networks, or a run that
/// has trained one.
struct FeatureChoice {
  let place: Span
  /// As it was typed, or with the checkpoint that it was found to be.
  private(set) var word: String
  private let maker: Maker

  private enum Maker {
    case network(FeatureNetwork)
    case run(ClassifierReference)
  }

  /// What is taken where nobody says.
  static let usual = FeatureNetwork.random

  static let kind = ParameterKind.anyOf([.choice(networks), .run])

  private static let networks = FeatureNetwork.allCases.map(\.rawValue)
  private static let list = networks.joined(separator: ", ")

  /// - Throws: at what is neither a network nor a run's name.
  init(parsing term: Term) throws(Diagnostic) {
    (place, word) = (term.span, term.text)
    if let network = FeatureNetwork(rawValue: term.text) {
      maker = .network(network)
      return
    }
    do { maker = .run(try ClassifierReference(parsing: term)) } catch {
      throw term.mismatch("features", "one of \(Self.list), or a run of a classifier")
    }
  }

  /// - Returns: where the features come from; `word` is its checkpoint then.
  /// - Throws: a `Diagnostic` where the weights or the run are not there, or make no features of such images.
  mutating func source(of image: ImageShape, in session: Session) throws -> FeatureSource {
    let source: FeatureSource
    switch maker {
    case .network(let network): source = .network(network)
    case .run(let reference):
      let (run, row, checkpoint) = try found(reference, in: session)
      word = "\(ClassifierReference(run: run.name, digest: row.digest))"
      source = .run(try run.specification(), checkpoint, digest: row.digest)
    }
    do { try source.check(on: image) } catch {
      switch error {
      case TrainingError.noFeatures:
        throw Diagnostic(
          "run `\(word.runName)` makes no features of images: it has neither a classifier nor an encoder",
          at: place,
          help: [
            "train one on such images: `arch judge like classifier …`, then `features=` with its run"
          ])
      case TrainingError.example(let architecture, let examples):
        throw Diagnostic(
          "run `\(word.runName)` is of \(architecture), and these are \(examples)", at: place,
          help: ["train one on images of that size, and name its run"])
      default: throw Diagnostic("\(error)", at: place)
      }
    }
    return source
  }

  private func found(
    _ reference: ClassifierReference, in session: Session
  ) throws -> (run: RunRecord, row: CheckpointRecord, checkpoint: Checkpoint) {
    let notebook = try session.existingNotebook()
    if reference.digest == nil, try notebook?.run(named: reference.run) == nil {
      let known = Self.networks + (try notebook?.runNames().map(\.name) ?? [])
      throw Diagnostic(
        "there are no features `\(reference.run)`, nor a run of that name", at: place,
        help: suggestion(for: reference.run, in: known, kind: "features and runs") + [
          "features: \(Self.list), or a run of a classifier or an encoder"
        ])
    }
    return try session.checkpoint(
      of: reference, at: place, help: ["`features=` names another, or one of \(Self.list)"])
  }
}

extension String {
  /// `judge` of `judge@0123456789abcdef`.
  fileprivate var runName: Substring { prefix { $0 != "@" } }
}
