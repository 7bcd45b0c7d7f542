import Foundation

/// A mean of few values, with the interval that holds the mean of all with 95 parts in 100 (Student 1908).
package struct StudentInterval: Sendable, Hashable {
  package let mean: Double
  /// Half of the interval's width; nil of fewer than two values.
  package let half: Double?

  /// - Returns: nil without a value.
  package init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    self.mean = mean
    guard values.count > 1 else {
      half = nil
      return
    }
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    half = Self.quantile(ofFreedom: values.count - 1) * (variance / count).squareRoot()
  }

  /// Whether 0 lies outside; nil where that cannot be said.
  package var isDistinct: Bool? { half.map { abs(mean) > $0 } }

  /// The 97.5th part of a hundred of Student's distribution.
  package static func quantile(ofFreedom freedom: Int) -> Double {
    let known = [
      12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281, 2.2010,
      2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860,
    ]
    guard freedom > known.count else { return known[max(1, freedom) - 1] }
    // Cornish and Fisher 1937, four terms.
    let (z, n) = (1.959964, Double(freedom))
    let (third, fifth, seventh) = (pow(z, 3), pow(z, 5), pow(z, 7))
    return z + (third + z) / (4 * n) + (5 * fifth + 16 * third + 3 * z) / (96 * n * n)
      + (3 * seventh + 19 * fifth + 17 * third - 15 * z) / (384 * n * n * n)
  }
}
