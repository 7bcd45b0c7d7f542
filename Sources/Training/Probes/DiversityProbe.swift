import Datasets
package import MetricDescriptions
import Networks
import Specification

/// How far apart samples are, beside how far apart examples of the data are.
package struct DiversityProbe: Probe {
  package static let diversity = MetricDescription(
    "diversity", label: "diversity",
    meaning:
      "of images: the mean distance between two samples over that between two examples; pixel by "
      + "pixel, of 64 each; near 1 where samples differ as the data do, near 0 where all are one")
  package static let metrics = [diversity]
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
    distance = Self.meanDistance(examples, count: chosen)
    guard distance > 0 else { return nil }
    interval = subject.specification.sampleInterval
  }

  package func measure(_ trainer: borrowing Trainer) -> ProbeReading {
    let all = trainer.sample(Self.samples)
    let size = all.count / Self.samples
    let samples = (0..<Self.samples).flatMap { Self.some(of: all[$0 * size..<($0 + 1) * size]) }
    return .values([
      MetricReading(
        Self.diversity, Self.meanDistance(samples, count: Self.samples) / distance)
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

  /// The mean Euclidean distance of two of so many vectors, which follow each other.
  static func meanDistance(_ values: [Float], count: Int) -> Double {
    let size = values.count / count
    var sum = 0.0
    values.withUnsafeBufferPointer { values in
      for first in 0..<count {
        for second in 0..<first {
          var squares: Float = 0
          for index in 0..<size {
            let difference = values[first * size + index] - values[second * size + index]
            squares += difference * difference
          }
          sum += Double(squares).squareRoot()
        }
      }
    }
    return sum / Double(count * (count - 1) / 2)
  }
}
