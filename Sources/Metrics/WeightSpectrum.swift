import LinearAlgebra
package import MetricDescriptions

/// How a weight stretches what it is given in its directions.
///
/// A matrix of a weight has a row for each output. Where modes collapse, many singular values of the
/// discriminator's weights fall behind the largest (Liu et al. 2019, "Spectral Regularization for Combating Mode
/// Collapse in GANs", arXiv:1908.10999); the largest of the generator's grows before it fails (Brock et al. 2019,
/// arXiv:1809.11096, section 4).
package struct WeightSpectrum: Sendable, Hashable {
  /// Largest first; as many as the shorter side of the matrix has numbers.
  package let singularValues: [Double]

  package static let metrics = [share, largest]

  package static let share = MetricDescription(
    "spectrum_share", label: "spectrum share", family: "spectra",
    meaning:
      "the share of the discriminator's singular values that are small; below a tenth of the largest "
      + "of their weight, a mean over its weights; it rises where modes collapse")
  package static let largest = MetricDescription(
    "generator_stretch", label: "generator's stretch", family: "stretch",
    meaning:
      "the largest singular value of all weights of the generator; it climbs before a generator fails"
  )

  /// - Parameter matrix: a row for each output, `[outputs, inputs · …]`.
  package init(_ matrix: FeatureMatrix) {
    let smaller = matrix.width < matrix.count ? matrix.transposed : matrix
    singularValues = smaller.products.eigenvalues.map { max(0, $0).squareRoot() }
  }

  /// The largest; 0 of no weight.
  package var norm: Double { singularValues.first ?? 0 }

  /// The share of the singular values that is below a tenth of the largest; nil of nothing.
  package var smallShare: Double? {
    guard norm > 0 else { return nil }
    return Double(singularValues.count { $0 < 0.1 * norm }) / Double(singularValues.count)
  }

  /// The largest singular value alone, by a power iteration that begins with ones; to about a hundredth.
  package static func norm(of matrix: FeatureMatrix, iterations: Int = 20) -> Double {
    let (rows, columns) = (matrix.count, matrix.width)
    guard rows > 0, columns > 0 else { return 0 }
    var direction = [Float](repeating: Float(1 / Double(columns).squareRoot()), count: columns)
    // Ones may be orthogonal to the direction that is looked for.
    for place in direction.indices { direction[place] *= place % 3 == 0 ? -1 : 1 }
    var norm = 0.0
    for _ in 0..<iterations {
      let images = matrix.products(with: direction)
      let before = norm
      norm = images.reduce(0.0) { $0 + $1 * $1 }.squareRoot()
      guard norm > 0, norm.isFinite else { return norm }
      let back = matrix.combination(of: images)
      let length = back.reduce(0.0) { $0 + $1 * $1 }.squareRoot()
      guard length > 0 else { return norm }
      direction = back.map { Float($0 / length) }
      if abs(norm - before) < 5e-4 * norm { break }
    }
    return norm
  }

  /// Multiplications with an addition that a spectrum takes, about.
  package static func cost(rows: Int, columns: Int) -> Int {
    let side = min(rows, columns)
    return side * side * (max(rows, columns) / 2 + 2 * side + 60)
  }
}
