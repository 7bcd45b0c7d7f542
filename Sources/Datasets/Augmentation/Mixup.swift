import Foundation
import Randomness

/// Examples of a batch mixed with those before them, the first with the last: λ·x + (1 - λ)·x′.
///
/// - Source: Zhang et al. 2018, arXiv:1710.09412; pairs as torchvision's `MixUp` makes them.
package enum Mixup {
  /// A number from Beta(α, α), as the ratio of two gamma variates.
  static func share(alpha: Double, _ draws: inout PhiloxDraws) -> Double {
    let (one, other) = (
      logarithmOfGamma(alpha, &draws), logarithmOfGamma(alpha, &draws)
    )
    return 1 / (1 + exp(other - one))
  }

  /// The logarithm of a number from Gamma(α, 1), which underflows itself where α is small.
  ///
  /// - Source: Marsaglia & Tsang 2000, section 4; of α + 1, times u^(1/α).
  private static func logarithmOfGamma(_ alpha: Double, _ draws: inout PhiloxDraws) -> Double {
    let d = alpha + 1 - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = draws.normal()
      let root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root
      if log(draws.uniform()) < x * x / 2 + d - d * v + d * log(v) {
        return log(d * v) + log(draws.uniform()) / alpha
      }
    }
  }

  /// Mixes rows of so many values in place.
  package static func mix(
    _ values: UnsafeMutableBufferPointer<Float>, rows: Int, share: Float
  ) {
    guard rows > 1 else { return }
    let width = values.count / rows
    withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { last in
      guard let values = values.baseAddress, let last = last.baseAddress else { return }
      last.update(from: values + (rows - 1) * width, count: width)
      for row in stride(from: rows - 1, through: 0, by: -1) {
        let one = values + row * width
        let other = row == 0 ? last : one - width
        for place in 0..<width { one[place] = share * one[place] + (1 - share) * other[place] }
      }
    }
  }

  /// Mixes labels in place, so that a loss that is linear in them, times the mask, is λ times that of the one label and
  /// 1 - λ times that of the other, where they are known.
  ///
  /// - Parameters:
  ///   - labels: `[rows, width]`; 0 where nothing is known.
  ///   - known: the same of the mask; becomes the weight of what is known.
  package static func mix(
    labels: UnsafeMutableBufferPointer<Float>, known: UnsafeMutableBufferPointer<Float>,
    rows: Int, share: Float
  ) {
    mix(labels, rows: rows, share: share)
    mix(known, rows: rows, share: share)
    for (place, weight) in known.enumerated() where weight > 0 { labels[place] /= weight }
  }
}
