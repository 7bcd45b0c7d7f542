import LinearAlgebra
package import MetricDescriptions
import Randomness

/// The squared maximum mean discrepancy of samples from examples with the kernel (x·y/d + 1)³, unbiased, a mean over
/// subsets.
///
/// Of Inception's features the KID (Bińkowski et al. 2018, arXiv:1801.01401). It has no bias by the count of samples, and may
/// come out a little below 0.
package struct KernelDistance: Sendable, Hashable {
  package let value: Double
  /// Of the estimate from all rows: what subsets differ by, of m rows out of n, times the root of m / (n - m), the delete-d
  /// jackknife (Shao and Wu 1989). Subsets share rows, so that the error of their mean would be far too small.
  package let standardError: Double

  package static let metrics = [kid]

  package static let kid = MetricDescription(
    "kid", label: "KID", family: "kernel distance", direction: .lowest,
    meaning:
      "the kernel distance of samples from examples; squared maximum mean discrepancy of features with a "
      + "cubic kernel, a mean over subsets; about 0 where samples are as the data, for any count of them"
  )

  package static let usualSubsets = 100
  package static let usualSize = 1000

  /// - Parameters:
  ///   - size: rows of a subset; no more than half of each, so that subsets differ.
  ///   - seed: what subsets are drawn with.
  /// - Returns: nil of fewer than two rows of each.
  package init?(
    of samples: FeatureMatrix, among examples: FeatureMatrix, subsets: Int = usualSubsets,
    size: Int = usualSize, seed: UInt64
  ) {
    let fewer = min(samples.count, examples.count)
    let size = min(size, max(fewer / 2, min(2, fewer)))
    guard size > 1, subsets > 0 else { return nil }
    self.init(
      (0..<subsets).map { subset in
        let numbers = Philox(
          seed: seed, stream: Randomness.Stream.lowWord(of: "kernel distance"),
          step: UInt32(truncatingIfNeeded: subset))
        return Self.discrepancy(
          samples.rows(drawn: size, by: numbers),
          examples.rows(drawn: size, by: numbers, from: size))
      }, size: size, of: fewer)
  }

  /// - Parameters:
  ///   - values: one for each subset.
  ///   - size: rows of a subset.
  ///   - count: rows of which they are drawn.
  package init(_ values: [Double], size: Int, of count: Int) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let squares = values.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
    value = mean
    standardError =
      n > 1 && size < count
      ? (squares / n * Double(size) / Double(count - size)).squareRoot() : .nan
  }

  /// The unbiased estimate from two sets of as many rows.
  package static func discrepancy(_ one: FeatureMatrix, _ other: FeatureMatrix) -> Double {
    let n = Double(one.count)
    let within = (kernelSum(one, one, isOfOne: true) + kernelSum(other, other, isOfOne: true))
    return within / (n * (n - 1)) - 2 * kernelSum(one, other, isOfOne: false) / (n * n)
  }

  /// The sum of the kernel over pairs; of one set, without the diagonal.
  private static func kernelSum(
    _ one: FeatureMatrix, _ other: FeatureMatrix, isOfOne: Bool
  ) -> Double {
    let (count, width) = (other.count, one.width)
    var products = [Float](repeating: 0, count: one.count * count)
    return products.withUnsafeMutableBufferPointer { products in
      one.values.withUnsafeBufferPointer { rows in
        other.values.withUnsafeBufferPointer { columns in
          multiply(rows, columns, width: width, into: products)
        }
      }
      let scale = 1 / Double(max(width, 1))
      var sum = 0.0
      for row in 0..<one.count {
        var line = 0.0
        for column in 0..<count {
          let base = Double(products[row * count + column]) * scale + 1
          line += base * base * base
        }
        if isOfOne {
          let base = Double(products[row * count + row]) * scale + 1
          line -= base * base * base
        }
        sum += line
      }
      return sum
    }
  }

  package var reading: MetricReading { MetricReading(Self.kid, value, error: standardError) }
}
