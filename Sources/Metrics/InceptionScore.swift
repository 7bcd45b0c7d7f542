import Foundation
package import MetricDescriptions

/// How surely samples are of one class each, and of how many classes together: exp E KL(p(y|x) ‖ p(y)).
///
/// Salimans et al. 2016, arXiv:1606.03498, section 4. A mean over splits of the samples, in the order in which they were made.
package struct InceptionScore: Sendable, Hashable {
  package let value: Double
  /// The standard deviation over splits (with their count in the denominator), which is what is published beside it.
  package let deviation: Double

  package static let metrics = [score]

  package static let score = MetricDescription(
    "inception_score", label: "IS", family: "inception score", direction: .highest,
    meaning:
      "the Inception Score of samples; how surely each is of one class, and of how many classes all are; "
      + "from 1 to the number of classes; knows nothing of the data")

  package static let usualSplits = 10

  /// - Parameter scores: of each class before the softmax, a row for each sample.
  /// - Returns: nil of fewer samples than splits, or where a number is not finite.
  package init?(_ scores: FeatureMatrix, splits: Int = usualSplits) {
    guard splits > 0, scores.count >= splits, scores.width > 0, scores.isFinite else { return nil }
    let values = (0..<splits).map { split in
      Self.score(
        scores.rows(split * scores.count / splits..<(split + 1) * scores.count / splits))
    }
    let mean = values.reduce(0, +) / Double(splits)
    value = mean
    deviation =
      (values.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) } / Double(splits)).squareRoot()
  }

  private static func score(_ scores: FeatureMatrix) -> Double {
    let (count, width) = (scores.count, scores.width)
    var marginal = [Double](repeating: 0, count: width)
    var negativeEntropy = 0.0
    for row in 0..<count {
      let own = scores.values[row * width..<(row + 1) * width]
      let top = Double(own.max() ?? 0)
      let exponentials = own.map { exp(Double($0) - top) }
      let sum = exponentials.reduce(0, +)
      for (column, (number, score)) in zip(exponentials, own).enumerated() {
        let probability = number / sum
        marginal[column] += probability / Double(count)
        negativeEntropy += probability * (Double(score) - top - log(sum))
      }
    }
    let shared = marginal.reduce(0.0) { $1 > 0 ? $0 + $1 * log($1) : $0 }
    return exp(negativeEntropy / Double(count) - shared)
  }

  package var reading: MetricReading { MetricReading(Self.score, value, error: deviation) }
}
