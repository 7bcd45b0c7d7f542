import LinearAlgebra
package import MetricDescriptions
import Randomness

/// The Fréchet distance between two sets of features, each taken for a normal distribution.
///
/// ‖μ₁ - μ₂‖² + tr Σ₁ + tr Σ₂ - 2 tr (Σ₁Σ₂)^½ (Dowson and Landau 1982; of Inception's features the FID, Heusel et al. 2017,
/// arXiv:1706.08500). With Σ₁ = L Lᵀ the last trace is the sum of the roots of the eigenvalues of LᵀΣ₂L, which are real and
/// not negative: it is defined for fewer rows than columns, and of a generator that makes one sample alone.
package enum FrechetDistance {
  package static let metrics = [fid, extrapolated]

  package static let fid = MetricDescription(
    "fid", label: "FID", family: "Fréchet distance", direction: .lowest,
    meaning:
      "the Fréchet distance of samples from examples; of features, each set taken for a normal distribution; "
      + "0 where mean and covariance are alike; larger for fewer samples")
  package static let extrapolated = MetricDescription(
    "fid_infinity", label: "FID∞", family: "Fréchet distance", direction: .lowest,
    meaning:
      "the Fréchet distance as it would be of samples without end; a line through distances of random "
      + "parts of up to \(mostExtrapolated) samples over one by their count (Chong and Forsyth 2020)"
  )

  /// Of more samples the distance is told as it is: the line takes five of them, and they hardly differ.
  package static let mostExtrapolated = 5000

  /// One side of a distance, with the work that both sides' products need.
  package struct Reference: Sendable {
    package let mean: [Double]
    private let trace: Double
    private let factor: (values: [Double], rank: Int)

    /// - Returns: nil where a number is not finite, or there are no features.
    package init?(_ statistics: FeatureStatistics) {
      let covariance = statistics.covariance
      guard statistics.mean.allSatisfy(\.isFinite), let factor = covariance.squareFactor else {
        return nil
      }
      (mean, trace, self.factor) = (statistics.mean, covariance.trace, factor)
    }

    /// Not below 0.
    ///
    /// - Returns: nil where a number is not finite, or the features have another width.
    package func distance(of statistics: FeatureStatistics) -> Double? {
      guard statistics.width == mean.count else { return nil }
      let covariance = statistics.covariance
      let shared =
        factor.rank == 0
        ? []
        : covariance
          .congruent(by: factor.values, columns: factor.rank).eigenvalues
      guard shared.count == factor.rank else { return nil }
      // What rounding leaves of zeros would count by its root.
      let least = (shared.first ?? 0) * Double.ulpOfOne * Double(mean.count)
      let roots = shared.reduce(0.0) { $1 > least ? $0 + $1.squareRoot() : $0 }
      let shift = zip(mean, statistics.mean).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      let distance = shift + trace + covariance.trace - 2 * roots
      return distance.isFinite ? max(0, distance) : nil
    }
  }

  /// Distances over 1/N of growing random parts of the samples, from half of them to all, and where a line through them meets 0:
  /// Chong and Forsyth 2020, "Effectively Unbiased FID and Inception Score", arXiv:1911.07023.
  ///
  /// - Parameters:
  ///   - parts: how many.
  ///   - seed: what parts are drawn with.
  /// - Returns: nil where a part has no distance, of samples too few for parts of different sizes, and of more than
  ///   `mostExtrapolated`.
  package static func extrapolated(
    _ samples: FeatureMatrix, beside reference: Reference, parts: Int = 5, seed: UInt64
  ) -> (value: Double, standardError: Double)? {
    let counts = (0..<parts).map { samples.count / 2 + samples.count * $0 / (2 * (parts - 1)) }
    guard samples.count <= mostExtrapolated, Set(counts).count == parts, counts[0] > 1 else {
      return nil
    }
    // As they come they may be sorted: of a folder by its names, or the best first.
    let samples = samples.rows(
      drawn: samples.count,
      by: Philox(
        seed: seed, stream: Randomness.Stream.lowWord(of: "Fréchet distance of parts"), step: 0))
    var points: [(x: Double, y: Double)] = []
    var (statistics, before) = (FeatureStatistics(width: samples.width), 0)
    for count in counts {
      statistics.add(samples.rows(before..<count))
      before = count
      guard let distance = reference.distance(of: statistics) else { return nil }
      points.append((1 / Double(count), distance))
    }
    let n = Double(parts)
    let (x, y) = (points.reduce(0) { $0 + $1.x } / n, points.reduce(0) { $0 + $1.y } / n)
    let squares = points.reduce(0) { $0 + ($1.x - x) * ($1.x - x) }
    let slope = points.reduce(0) { $0 + ($1.x - x) * ($1.y - y) } / squares
    // Of the line's intercept, by how far the distances are off the line; parts share samples, so that it is the least that it is off by.
    let off = points.reduce(0) { sum, point in
      let difference = point.y - y - slope * (point.x - x)
      return sum + difference * difference
    }
    let error = (off / (n - 2) * (1 / n + x * x / squares)).squareRoot()
    return (y - slope * x, error)
  }
}
