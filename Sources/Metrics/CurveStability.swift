package import MetricDescriptions

/// How steady a curve is over its last steps.
package enum CurveStability {
  package static let metrics = [oscillation, spike, gradientLevel]

  package static let oscillation = MetricDescription(
    "oscillation", family: "stability",
    meaning:
      "how far the mean score of fakes swings; its deviation from a line beyond what one step differs "
      + "from the next, over its mean size, of the last 256 steps")
  package static let spike = MetricDescription(
    "gradient_spike", label: "gradient spike", family: "stability",
    meaning:
      "how far the largest gradient stands out; the norm of either network's gradients over its "
      + "median, the largest of the last 256 steps")
  package static let gradientLevel = MetricDescription(
    "generator_gradient_level", label: "median ∇G", family: "gradient norm",
    meaning: "the median of the norm of the generator's gradients; of the last 256 steps")

  /// Steps that are looked at.
  package static let window = 256
  /// Steps without which nothing can be said.
  package static let fewest = 32

  /// √max(0, V - N) / mean |x|: V the mean square of the residuals from the line of least squares, N half the mean
  /// square of the differences of successive values, which of independent noise is its variance.
  ///
  /// - Returns: nil of fewer than 32 values, of values that are not finite, and of zeros.
  package static func oscillation(_ values: [Double]) -> Double? {
    guard values.count >= fewest, values.allSatisfy(\.isFinite) else { return nil }
    let n = Double(values.count)
    let (mean, middle) = (values.reduce(0, +) / n, (n - 1) / 2)
    var (product, square, size) = (0.0, 0.0, 0.0)
    for (index, value) in values.enumerated() {
      let place = Double(index) - middle
      product += place * (value - mean)
      square += place * place
      size += abs(value)
    }
    guard size > 0 else { return nil }
    let slope = product / square
    var (residuals, noise) = (0.0, 0.0)
    for (index, value) in values.enumerated() {
      let residual = value - mean - slope * (Double(index) - middle)
      residuals += residual * residual
      if index > 0 {
        let difference = value - values[index - 1]
        noise += difference * difference
      }
    }
    let variance = residuals / n - noise / (2 * (n - 1))
    return max(0, variance).squareRoot() / (size / n)
  }

  /// The largest value over the median; nil of fewer than 32 values, or where the median is 0.
  package static func spike(_ values: [Double]) -> Double? {
    guard values.count >= fewest, let median = median(values), median > 0,
      let largest = values.max()
    else { return nil }
    return largest / median
  }

  /// The mean of the two in the middle of an even number; nil of none, or where one is not a number.
  package static func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty, !values.contains(where: \.isNaN) else { return nil }
    let sorted = values.sorted()
    let half = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
  }
}
