package import MetricDescriptions
import Specification

/// How often a classifier that was trained on data tells samples as they were asked for.
///
/// Of classes GAN-test (Shmelkov et al. 2018, arXiv:1807.09499); of attributes the share of all of them that is told as asked.
package enum LabelAgreement {
  package static let metric = MetricDescription(
    "gan_test", label: "GAN-test", family: "label agreement", direction: .highest, format: .percent,
    meaning:
      "the share of samples that a classifier tells as they were asked for; of attributes the share of "
      + "attributes; by a classifier of the same labels, `features=RUN`")

  /// - Parameters:
  ///   - scores: of labels, `[count, width]`.
  ///   - asked: the labels, `[count, width]`.
  /// - Returns: how many were told as asked, and of how many.
  static func count(_ scores: [Float], _ asked: [Float], of labels: LabelShape) -> (Int, Int) {
    let width = labels.count
    guard case .classes = labels else {
      let right = zip(scores, asked).count { ($0 > 0) == ($1 > 0.5) }
      return (right, min(scores.count, asked.count))
    }
    let count = min(scores.count, asked.count) / max(width, 1)
    let right = (0..<count).count { number in
      let part = number * width..<(number + 1) * width
      guard let said = ClassifierScore.largest(Array(scores[part])) else { return false }
      return asked[part.lowerBound + said] == 1
    }
    return (right, count)
  }

  static func reading(_ right: Int, of count: Int) -> MetricReading {
    let share = Double(right) / Double(max(count, 1))
    return MetricReading(
      metric, share, error: (share * (1 - share) / Double(max(count, 1))).squareRoot())
  }
}
