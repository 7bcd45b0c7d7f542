import Compilation
import Datasets
import Foundation
package import MetricDescriptions
import Networks
import Specification

/// Measures samples of a run while it trains, of which it changes no bit.
///
/// The same samples as those of `evaluate RUN` at that step: of the run's seed, by averaged weights where there are some.
package final class RunEvaluator {
  package static let share = MetricDescription(
    "evaluation_share", label: "measures' share", format: .percent,
    meaning: "the share of the time that measuring samples has taken; since the run went on")

  private let evaluation: RunEvaluation
  private let measures: Set<Measure>
  private let specification: RunSpecification
  private let dataset: Dataset
  private let extractor: (any FeatureExtractor)?
  private let cache: FeatureCache?
  private let exampleCount: Int
  /// Features of the examples, made at the first time.
  private var examples: EvaluatedSide?
  private(set) var conditions: EvaluationConditions
  /// Seconds of training, of measuring, and of the dearest of the last few times.
  private var (trained, spent, cost) = (0.0, 0.0, 0.0)

  /// Examples beside which samples are measured, at most.
  package static let mostExamples = 5000

  /// - Parameters:
  ///   - features: of images; nil: the usual ones.
  ///   - cache: where features of the examples may be.
  /// - Throws: where there are no such features.
  init(
    _ evaluation: RunEvaluation, _ specification: RunSpecification, features: FeatureSource?,
    cache: FeatureCache?, dataset: Dataset, backend: any Backend
  ) throws {
    self.cache = cache
    (self.evaluation, self.specification, self.dataset) = (evaluation, specification, dataset)
    measures = Set(Measure.allCases.filter { evaluation.measures.contains($0.keyword) })
    let example = specification.architecture.example
    if case .image(let image) = example {
      extractor = try (features ?? .network(.random)).extractor(
        of: image, telling: measures.wishes, backend: backend)
    } else {
      extractor = nil
    }
    let most = dataset.count ?? Self.mostExamples
    exampleCount = min(most, Self.mostExamples)
    conditions = EvaluationConditions(
      extractor, of: example, data: dataset.contentDigest, samples: evaluation.samples,
      examples: exampleCount)
  }

  /// Takes note of a step.
  func note(seconds: Double) { trained += seconds }

  /// Steps from one time to the next; 0: after the last alone.
  var interval: Int { evaluation.interval ?? specification.sampleInterval }

  /// Whether its share of the time allows another one.
  var isAffordable: Bool {
    guard let share = evaluation.share else { return true }
    return spent + cost <= share * (trained + spent)
  }

  /// What samples are like now; under the names that they are ranked by.
  ///
  /// - Parameter isAbandoned: asked between batches and measures; where it says so there is nothing.
  func measure(_ trainer: borrowing Trainer, isAbandoned: () -> Bool) -> RunEvaluated? {
    do { return try measure(trainer) { if isAbandoned() { throw Abandoned() } } } catch {
      return nil
    }
  }

  private struct Abandoned: Error {}

  private func measure(
    _ trainer: borrowing Trainer, check: () throws -> Void
  ) throws -> RunEvaluated {
    let begun = ContinuousClock.now
    let seed = specification.seed
    let example = specification.architecture.example
    if examples == nil {
      var side = EvaluatedSide(of: example, for: measures, by: extractor, seed: seed)
      try side.add(examplesOf: dataset, count: exampleCount, seed: seed, cache: cache) { _ in
        try check()
      }
      examples = side
    }
    var samples = EvaluatedSide(of: example, for: measures, by: extractor, seed: seed)
    try trainer.forEachBatch(ofSamples: evaluation.samples) {
      try check()
      samples.add($0, count: $1)
    }
    var (readings, lacks) = ([MetricReading](), [RunEvaluated.Missing]())
    if let examples {
      let results = try SampleEvaluation(samples: samples, examples: examples, seed: seed)
        .readings(of: measures, check: check)
      for (measure, result) in results {
        switch result {
        case .success(let some): readings += some.map(conditions.named)
        case .failure(let lack): lacks.append(.init(measure: measure.keyword, lack: lack))
        }
      }
    }
    let seconds = begun.duration(to: .now).seconds
    spent += seconds
    cost = max(seconds, cost * 0.7)
    return RunEvaluated(
      step: trainer.step, word: conditions.word,
      conditions: conditions.json(average: specification.recipe.keepsAverage, seed: seed),
      seconds: seconds,
      readings: readings, missing: lacks)
  }

  /// What measuring has taken of the time.
  var shareTaken: MetricReading {
    MetricReading(Self.share, spent / max(spent + trained, 1e-9))
  }
}

/// What was measured of samples of a run after a step.
package struct RunEvaluated: Sendable, Codable {
  package let step: Int
  /// What tells the conditions from others in a metric's name.
  package let word: String
  /// All that it was measured by, as JSON.
  package let conditions: String
  package let seconds: Double
  /// Under the names that they are ranked by.
  package let readings: [MetricReading]
  package let missing: [Missing]

  /// A measure that cannot be told, and why.
  package struct Missing: Sendable, Codable {
    package let measure: String
    package let lack: SampleEvaluation.Lack
  }
}
