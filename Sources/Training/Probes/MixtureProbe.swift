import Datasets
package import MetricDescriptions
import Networks
import Specification

/// How well points of the generator cover the mixture that the data are drawn from.
package struct MixtureProbe: Probe {
  package static let metrics = MixtureScore.metrics
  /// As many as the published tables use.
  static let samples = 2500

  private let mixture: Mixture
  package let interval: Int

  package init?(_ subject: ProbeSubject) {
    guard let mixture = subject.dataset.mixture, subject.plan.evaluation(.samples) != nil else {
      return nil
    }
    self.mixture = mixture
    interval = subject.specification.sampleInterval
  }

  package func measure(_ trainer: borrowing Trainer) -> ProbeReading {
    .values(mixture.score(trainer.sample(Self.samples)).readings)
  }
}
