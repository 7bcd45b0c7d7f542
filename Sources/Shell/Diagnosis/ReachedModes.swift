import Datasets
import Language
import MetricDescriptions
import Metrics
import Notebook
import Reports
import Specification
import Training

/// How many of the data's modes the samples of a run reach, where modes are known: the clusters of a mixture, or the classes that
/// the run's `classifier=` tells.
struct ReachedModes {
  /// As the run last counted them.
  let found: Double
  /// Those of the data.
  let all: Int

  /// Fewer are a failure, whatever the signals say.
  private static let enough = 0.85

  var areEnough: Bool { found >= Self.enough * Double(all) }

  /// `7 of 10 modes`.
  var words: String { "\(Readable.number(found, digits: 3)) of \(all) modes" }
}

extension Session {
  /// - Returns: nil where they were not counted, or the classifier is gone, which is noted.
  func reachedModes(of diagnosis: RunDiagnosis, namedBy name: Word) throws -> ReachedModes? {
    let last = try notebook().summaries(run: diagnosis.run.id).first {
      $0.name == MixtureScore.capturedModes.name
    }?.last
    guard let last else { return nil }
    var specification = diagnosis.specification
    let isOfPoints = specification.architecture.example.isPoint
    guard isOfPoints || specification.observation.classifier != nil else { return nil }
    let judge = isOfPoints ? nil : modeClassifierIfThere(for: &specification, at: name.span)
    // Combinations of attributes are as rare as the data have them: fewer samples reach fewer.
    guard isOfPoints || judge?.kinds.hasSureness == true else { return nil }
    let threads = diagnosis.run.threads
    let dataset = try open(
      specification.dataset, namedBy: name, threads: threads, wayOut: "its modes are needed")
    if let judge {
      let counter = try ModeCounter(judge, of: dataset, backend: makeBackend(threads))
      return ReachedModes(found: last, all: counter.data.captured)
    }
    return dataset.mixture.map { ReachedModes(found: last, all: $0.centres.count) }
  }
}
