package import MetricDescriptions
import Specification

/// How often a classifier that was trained on data tells samples as they were asked for.
///
/// Of classes GAN-test (Shmelkov et al. 2018, arXiv:1807.09499); of attributes the share of all of them that is told as asked.
package enum LabelAgreement {
  package static let metrics = [metric, dataMetric]

  package static let metric = MetricDescription(
    "gan_test", label: "GAN-test", family: "label agreement", direction: .highest, format: .percent,
    meaning:
      "the share of samples that a classifier tells as they were asked for; of attributes the share of "
      + "attributes; by a classifier of the same labels, `features=RUN`")

  package static let dataMetric = MetricDescription(
    "data_gan_test", label: "data's GAN-test", family: "label agreement", format: .percent,
    meaning:
      "the share of labels of examples that the classifier of `gan_test` tells rightly; samples as the data are "
      + "come no higher")

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

  /// - Parameters:
  ///   - count: labels.
  ///   - samples: of which they are; labels of one sample are taken for one answer.
  static func reading(_ right: Int, of count: Int, samples: Int) -> MetricReading {
    let share = Double(right) / Double(max(count, 1))
    return MetricReading(
      metric, share, error: MetricReading.standardError(ofShare: share, of: samples))
  }
}
