package import LinearAlgebra

/// Mean and covariance of features, taken in batch by batch in double precision.
///
/// Batches are added as two sets with their means are (Chan, Golub and LeVeque 1983), so that nothing is lost where
/// features lie far from 0.
package struct FeatureStatistics: Sendable, Hashable {
  package private(set) var count = 0
  package private(set) var mean: [Double]
  /// The sum over rows of the products of what each is off the mean.
  private var scatter: SymmetricMatrix

  /// What is known of rows that are not at hand; `count` is 2, of which the covariance is the scatter.
  ///
  /// - Parameter covariance: `[width, width]`, of which the part above the diagonal is not read.
  package init(mean: [Double], covariance: [Double]) {
    (self.mean, count) = (mean, 2)
    scatter = SymmetricMatrix(lower: covariance, size: mean.count)
  }

  package init(width: Int) {
    mean = [Double](repeating: 0, count: width)
    scatter = SymmetricMatrix(size: width)
  }

  package init(_ features: FeatureMatrix) {
    self.init(width: features.width)
    add(features)
  }

  package var width: Int { mean.count }

  /// Rows that are made double at once.
  private static let block = 512

  /// - Parameter features: of this width; numbers that are not finite leave none that are.
  package mutating func add(_ features: FeatureMatrix) {
    guard features.count > 0 else { return }
    precondition(features.width == width, "rows of \(features.width) numbers, not of \(width)")
    for start in stride(from: 0, to: features.count, by: Self.block) {
      add(block: features.rows(start..<start + Self.block))
    }
  }

  private mutating func add(block: FeatureMatrix) {
    let own = block.means
    var centred = [Double](repeating: 0, count: block.values.count)
    centred.withUnsafeMutableBufferPointer { centred in
      for row in 0..<block.count {
        for column in 0..<width {
          let place = row * width + column
          centred[place] = Double(block.values[place]) - own[column]
        }
      }
    }
    scatter.addProducts(ofColumns: centred)
    let (before, added) = (Double(count), Double(block.count))
    let shift = zip(own, mean).map { $0 - $1 }
    // Of the first block there is no mean before.
    if count > 0 {
      scatter.addProducts(ofColumns: shift, factor: before * added / (before + added))
    }
    for column in mean.indices { mean[column] += shift[column] * added / (before + added) }
    count += block.count
  }

  /// The least eigenvalue of the covariance, below 0 of what is none; nil where a number is not finite.
  package var leastEigenvalue: Double? { covariance.eigenvalues.last }

  /// With N - 1 in the denominator; zeros of fewer than two rows.
  package var covariance: SymmetricMatrix {
    scatter.scaled(by: count > 1 ? 1 / Double(count - 1) : 0)
  }
}
