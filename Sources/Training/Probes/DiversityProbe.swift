import Datasets
package import MetricDescriptions
import Metrics
import Networks
import Specification

/// How far apart samples are, beside how far apart examples of the data are.
package struct DiversityProbe: Probe {
  package static let metrics = [Diversity.ratio]
  static let samples = 64

  /// Between examples of the data; above 0.
  private let distance: Double
  package let interval: Int

  package init?(_ subject: ProbeSubject) {
    guard subject.plan.evaluation(.samples) != nil, case .image = subject.dataset.exampleShape,
      let count = subject.dataset.count, count > 1
    else { return nil }
    let chosen = min(Self.samples, count)
    let examples = (0..<chosen).flatMap {
      Self.some(of: subject.dataset.values(of: $0 * count / chosen))
    }
    distance = Diversity.meanDistance(FeatureMatrix(examples, count: chosen))
    guard distance > 0 else { return nil }
    interval = subject.specification.sampleInterval
  }

  package func measure(_ trainer: borrowing Trainer) -> ProbeReading {
    let all = trainer.sample(Self.samples)
    let size = all.count / Self.samples
    let samples = (0..<Self.samples).flatMap { Self.some(of: all[$0 * size..<($0 + 1) * size]) }
    return .values([
      MetricReading(
        Diversity.ratio,
        Diversity.meanDistance(FeatureMatrix(samples, count: Self.samples)) / distance)
    ])
  }

  /// Values of an image, evenly over it: no more than a small image has, so that a large one takes no longer.
  private static func some(of values: some RandomAccessCollection<Float>) -> [Float] {
    guard values.count > mostValues else { return Array(values) }
    return (0..<mostValues).map { place in
      values[values.index(values.startIndex, offsetBy: place * values.count / mostValues)]
    }
  }

  private static let mostValues = 64 * 64 * 3
}
