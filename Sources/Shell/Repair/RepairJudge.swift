import Language
import MetricDescriptions
import Metrics
import Specification
import Terminal
import Training

/// A network by whose features repaired images are set beside their originals.
struct RepairJudge {
  /// What is asked of the features.
  enum Question {
    /// How far each image shows the same person.
    case identity
    /// How alike both are as sets.
    case likeness
  }

  private let question: Question
  private let extractor: any FeatureExtractor
  private let images: ImageSubject.Images

  /// - Throws: a `Diagnostic` where the network is not there, or makes no features of such images.
  init(
    _ question: Question, by choice: FeatureChoice, of images: ImageSubject.Images,
    in session: Session
  ) throws {
    var choice = choice
    (self.question, self.images) = (question, images)
    extractor = try choice.source(of: images.shape, in: session)
      .extractor(of: images.shape, telling: [], backend: session.makeBackend(nil))
  }

  /// - Parameter repaired: `[channels, height, width]` each, one for each original.
  func readings(of repaired: [[Float]]) throws -> [MetricReading] {
    switch question {
    case .identity:
      let originals = extractor.features(
        of: images.values.flatMap(\.self), count: images.values.count)
      let made = extractor.features(of: repaired.flatMap(\.self), count: repaired.count)
      return [MetricReading(RepairScore.identity, meanOf: made.cosines(to: originals))]
    case .likeness:
      let measures: Set<Measure> = [.frechetDistance, .kernelDistance]
      func side(_ values: [[Float]]) -> EvaluatedSide {
        var side = EvaluatedSide(of: .image(images.shape), for: measures, by: extractor, seed: 0)
        side.add(values.flatMap(\.self), count: values.count)
        return side
      }
      let evaluation = SampleEvaluation(
        samples: side(repaired), examples: side(images.values), seed: 0)
      return try evaluation.readings(of: measures) {
        guard Interrupts.pendingCount == 0 else { throw ShellError.interrupted }
      }.flatMap { measure, result -> [MetricReading] in
        // Of fewer than two images there is neither.
        guard case .success(let readings) = result else { return [] }
        return readings
      }
    }
  }

  /// The conditions of a task, as this network judges it.
  func conditions(_ conditions: EvaluationConditions) -> EvaluationConditions {
    var judged = conditions
    judged.features += "-by-\(extractor.name)"
    (judged.weights, judged.resizing) = (extractor.digest, extractor.resizing)
    return judged
  }
}
