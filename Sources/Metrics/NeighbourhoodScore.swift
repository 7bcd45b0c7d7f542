package import MetricDescriptions

/// Whether samples lie where examples do, and the other way round, by neighbourhoods of features.
///
/// A neighbourhood is the ball around a row up to its k-th nearest other row of its kind; what lies on its edge
/// is outside. Kynkäänniemi et al. 2019, arXiv:1904.06991 (precision and recall); Naeem et al. 2020,
/// arXiv:2002.09797 (density and coverage).
package struct NeighbourhoodScore: Sendable, Hashable {
  /// The share of samples in some example's neighbourhood.
  package let precision: Double
  /// The share of examples in some sample's neighbourhood.
  package let recall: Double
  /// In how many examples' neighbourhoods a sample lies, over k; may be above 1.
  package let density: Double
  /// The share of examples whose neighbourhood has a sample.
  package let coverage: Double
  private let samples, examples: Int

  package static let metrics = [precision, recall, density, coverage]
  package static let usualNeighbours = 5

  package static let precision = MetricDescription(
    "precision", family: "neighbourhoods", direction: .highest,
    meaning:
      "the share of samples that lie among examples; within the five nearest of one, of features")
  package static let recall = MetricDescription(
    "recall", family: "neighbourhoods", direction: .highest,
    meaning:
      "the share of examples that lie among samples; within the five nearest of one, of features")
  package static let density = MetricDescription(
    "density", family: "neighbourhoods", direction: .highest,
    meaning:
      "in how many examples' neighbourhoods a sample lies, over five; a neighbourhood reaches to the "
      + "fifth nearest example, of features; about 1 where samples are as the data")
  package static let coverage = MetricDescription(
    "coverage", family: "neighbourhoods", direction: .highest,
    meaning:
      "the share of examples that have a sample nearby; nearer than their fifth nearest example, of "
      + "features; about 0.97 where samples are as the data")

  /// Neighbours up to which a row's neighbourhood reaches, and what is needed of examples to score samples.
  package struct Neighbourhoods: Sendable, Hashable {
    package let features: FeatureMatrix
    let squaredRadii: [Double]
    let neighbours: Int
    /// Whether what lies on the edge is inside: Kynkäänniemi et al. have it so, Naeem et al. not.
    let isClosed: Bool

    /// - Parameter neighbours: k; fewer where there are fewer rows.
    package init(
      _ features: FeatureMatrix, neighbours: Int = usualNeighbours, isClosed: Bool = false
    ) {
      self.features = features
      self.neighbours = neighbours
      self.isClosed = isClosed
      let nearest = NearestRows(neighbours, within: features)
      squaredRadii =
        nearest.neighbours > 0
        ? nearest.squaredRadii : [Double](repeating: .infinity, count: features.count)
    }

    /// In how many neighbourhoods each of some rows lies, over k: its own part of `density`.
    package func densities(of samples: FeatureMatrix) -> [Double] {
      var inside = [Int](repeating: 0, count: samples.count)
      let tiles = DistanceTiles(features, samples)
      tiles.forEach { tile in
        for row in tile.rows {
          tile.forEachColumn(of: row, atMost: Float(above: squaredRadii[row])) { column, _ in
            if reaches(tiles.exact(row, column), of: row) { inside[column] += 1 }
          }
        }
      }
      return inside.map { Double($0) / Double(max(1, neighbours)) }
    }

    func reaches(_ squaredDistance: Double, of row: Int) -> Bool {
      squaredDistance < squaredRadii[row] || isClosed && squaredDistance == squaredRadii[row]
    }
  }

  /// - Parameters:
  ///   - samples: of the same width as the examples.
  ///   - examples: as many of them, for the values to be comparable.
  package init(of samples: FeatureMatrix, among examples: Neighbourhoods) {
    let own = Neighbourhoods(
      samples, neighbours: examples.neighbours, isClosed: examples.isClosed)
    let (rows, columns) = (examples.features.count, samples.count)
    var inside = [Int](repeating: 0, count: columns)
    var (covered, recalled) = (
      [Bool](repeating: false, count: rows), [Bool](repeating: false, count: rows)
    )
    let tiles = DistanceTiles(examples.features, samples)
    let reach = own.squaredRadii.map(Float.init(above:))
    tiles.forEach { tile in
      reach.withUnsafeBufferPointer { reach in
        for row in tile.rows {
          let one = examples.squaredRadii[row]
          // What is farther by its bound is in neither neighbourhood.
          tile.forEachColumn(of: row, atMost: Float(above: one), orIts: reach) { column, least in
            let (bound, other) = (Double(least), own.squaredRadii[column])
            let most = bound + Double(tiles.spread(row, column))
            // Only what lies between the bounds has to be known exactly.
            let isPlain = (most < one || bound > one) && (most < other || bound > other)
            let distance = isPlain ? most : tiles.exact(row, column)
            if examples.reaches(distance, of: row) {
              inside[column] += 1
              covered[row] = true
            }
            if own.reaches(distance, of: column) { recalled[row] = true }
          }
        }
      }
    }
    (self.samples, self.examples) = (columns, rows)
    let (n, m) = (Double(max(columns, 1)), Double(max(rows, 1)))
    precision = Double(inside.count { $0 > 0 }) / n
    recall = Double(recalled.count { $0 }) / m
    density = Double(inside.reduce(0, +)) / (Double(examples.neighbours) * n)
    coverage = Double(covered.count { $0 }) / m
  }

  /// Of shares with the standard error of a share of so many, the other side given.
  package var readings: [MetricReading] {
    func error(_ share: Double, of count: Int) -> Double {
      MetricReading.standardError(ofShare: share, of: count)
    }
    return [
      MetricReading(Self.precision, precision, error: error(precision, of: samples)),
      MetricReading(Self.recall, recall, error: error(recall, of: examples)),
      MetricReading(Self.density, density),
      MetricReading(Self.coverage, coverage, error: error(coverage, of: examples)),
    ]
  }
}

extension Float {
  /// A number of single precision that is not below one of double.
  fileprivate init(above number: Double) {
    let near = Float(number)
    self = Double(near) < number ? near.nextUp : near
  }
}
