import Compilation
import Language
import Notebook
import Specification
import Training

/// What makes features of images, as it is asked for after `features=`: one of the fixed networks, or a run that
/// has trained one.
struct FeatureChoice {
  let place: Span
  /// As it was typed.
  let word: String
  private let maker: Maker

  private enum Maker {
    case network(FeatureNetwork)
    case run(ClassifierReference)
  }

  /// What is taken where nobody says.
  static let usual = FeatureNetwork.random

  static let kind = ParameterKind.anyOf([.choice(FeatureNetwork.allCases.map(\.rawValue)), .run])

  /// - Throws: at what is neither a network nor a run's name.
  init(parsing term: Term) throws(Diagnostic) {
    (place, word) = (term.span, term.text)
    if let network = FeatureNetwork(rawValue: term.text) {
      maker = .network(network)
      return
    }
    do { maker = .run(try ClassifierReference(parsing: term)) } catch {
      throw term.mismatch(
        "features",
        "one of \(FeatureNetwork.allCases.map(\.rawValue).joined(separator: ", ")), or a run of a classifier"
      )
    }
  }

  /// - Parameter scoresClasses: whether scores of classes are wanted too.
  /// - Throws: a `Diagnostic` where the weights or the run are not there, or make no features of such images.
  func extractor(
    of image: ImageShape, scoresClasses: Bool, backend: any Backend, in session: Session
  ) throws -> any FeatureExtractor {
    switch maker {
    case .network(let network):
      do { return try network.extractor(of: image, backend: backend) } catch let error as WeightsError {
        throw Diagnostic("\(error)", at: place)
      }
    case .run(let reference):
      return try extractor(reference, of: image, scoresClasses, backend, session)
    }
  }

  private func extractor(
    _ reference: ClassifierReference, of image: ImageShape, _ scoresClasses: Bool,
    _ backend: any Backend, _ session: Session
  ) throws -> any FeatureExtractor {
    let networks = FeatureNetwork.allCases.map(\.rawValue)
    if reference.digest == nil,
      try session.existingNotebook()?.run(named: reference.run) == nil
    {
      let known = networks + (try session.existingNotebook()?.runNames().map(\.name) ?? [])
      throw Diagnostic(
        "there are no features `\(reference.run)`, nor a run of that name", at: place,
        help: suggestion(for: reference.run, in: known, kind: "features and runs") + [
          "features: \(networks.joined(separator: ", ")), or a run of a classifier or an encoder"
        ])
    }
    let (run, row, checkpoint) = try session.checkpoint(
      of: reference, at: place, help: ["`features=` names another, or one of \(networks.joined(separator: ", "))"])
    let specification = try run.specification()
    do {
      let features = try RunFeatures(
        specification, checkpoint: checkpoint, digest: row.digest, scoresClasses: scoresClasses,
        backend: backend)
      guard features.image == image else {
        throw Diagnostic(
          "run `\(run.name)` is of \(specification.architecture.example), and these are "
            + "\(ExampleShape.image(image))", at: place,
          help: ["train one on images of that size, and name its run"])
      }
      return features
    } catch TrainingError.noFeatures {
      throw Diagnostic(
        "run `\(run.name)` makes no features of images: it has neither a classifier nor an encoder",
        at: place,
        help: ["train one on such images: `arch judge like classifier …`, then `features=` with its run"])
    }
  }
}
