package import MetricDescriptions
import Networks

/// Which metrics a run has told of, so that each is described once: with its first value.
final class DescribedMetrics {
  private var names = Set<String>()

  func event(step: Int, _ readings: [MetricReading]) -> RunEvent {
    var new: [MetricDescription] = []
    for reading in readings where names.insert(reading.description.name).inserted {
      new.append(reading.description)
    }
    return .metrics(
      step: step, readings.map { MetricValue($0.description.name, $0.value) }, new: new)
  }
}

extension RunHandle {
  /// Every metric that runs may tell, for help about them.
  package static let metrics =
    AdversarialMetrics.all + ClassifierMetrics.all + AutoencoderMetrics.all + RepairMetrics.all
    + [Run.imageRate, RunEvaluator.share]
    + Probes.metrics
    + SignalMeter.metrics.filter { metric in !Probes.metrics.contains(metric) }
}
