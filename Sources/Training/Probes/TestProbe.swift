import Datasets
package import MetricDescriptions
import Networks
import Specification

/// How well a classifier tells labels of data that it has not seen.
package struct TestProbe: Probe {
  package static let metrics = ClassifierScore.metrics

  private let test: Dataset
  private let labels: LabelVectors
  package let interval: Int

  package init?(_ subject: ProbeSubject) {
    guard let test = subject.test, subject.plan.evaluation(.predictions) != nil,
      let shape = subject.plan.labels,
      let labels = try? test.labelVectors(for: shape, of: subject.specification)
    else { return nil }
    (self.test, self.labels) = (test, labels)
    interval = subject.specification.sampleInterval
  }

  package func measure(_ trainer: borrowing Trainer) -> ProbeReading {
    .values(trainer.score(on: test, labels).readings)
  }
}

extension Trainer {
  /// How well the classifier tells labels of these data.
  func score(on dataset: Dataset, _ labels: LabelVectors) -> ClassifierScore {
    var score = ClassifierScore(labels.layout, of: plan.labels)
    forEachPrediction(on: dataset) { score.count($1, of: $0, labels) }
    return score
  }

  /// Gives the scores of every example, in order.
  func forEachPrediction(
    on dataset: Dataset, _ body: (_ example: Int, _ scores: [Float]) -> Void
  ) {
    guard let classifier = plan.evaluation(.predictions) else { return }
    dataset.forEachPrediction(
      atOnce: sampleCount,
      by: {
        machine.examples(
          $1, by: classifier, [(BatchColumn.image.input, $0)], atOnce: sampleCount)
      }, body)
  }
}
