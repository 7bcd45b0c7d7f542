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

    /// - Parameter neighbours: k; fewer where there are fewer rows.
    package init(_ features: FeatureMatrix, neighbours: Int = usualNeighbours) {
      self.features = features
      self.neighbours = neighbours
      let (count, distances) = (features.count, features.squaredDistances)
      squaredRadii = (0..<count).map { row in
        nearest(neighbours, of: distances, row: row, count: count)
      }
    }
  }

  /// - Parameters:
  ///   - samples: of the same width as the examples.
  ///   - examples: as many of them, for the values to be comparable.
  package init(of samples: FeatureMatrix, among examples: Neighbourhoods) {
    let own = Neighbourhoods(samples, neighbours: examples.neighbours)
    let (rows, columns) = (examples.features.count, samples.count)
    let distances = examples.features.squaredDistances(to: samples)
    var inside = [Int](repeating: 0, count: columns)
    var (covered, recalled) = (0, 0)
    for row in 0..<rows {
      var (isCovered, isRecalled) = (false, false)
      for column in 0..<columns {
        let distance = distances[row * columns + column]
        if distance < examples.squaredRadii[row] {
          inside[column] += 1
          isCovered = true
        }
        if distance < own.squaredRadii[column] { isRecalled = true }
      }
      covered += isCovered ? 1 : 0
      recalled += isRecalled ? 1 : 0
    }
    let (n, m) = (Double(max(columns, 1)), Double(max(rows, 1)))
    precision = Double(inside.count { $0 > 0 }) / n
    recall = Double(recalled) / m
    density = Double(inside.reduce(0, +)) / (Double(examples.neighbours) * n)
    coverage = Double(covered) / m
  }

  package var readings: [MetricReading] {
    [
      MetricReading(Self.precision, precision), MetricReading(Self.recall, recall),
      MetricReading(Self.density, density), MetricReading(Self.coverage, coverage),
    ]
  }
}

/// The k-th smallest of a row of a matrix of distances between rows, the row's own left out; the largest where
/// there are fewer, infinite where there is none.
func nearest(_ k: Int, of distances: [Double], row: Int, count: Int) -> Double {
  var smallest: [Double] = []
  smallest.reserveCapacity(k + 1)
  for column in 0..<count where column != row {
    let distance = distances[row * count + column]
    guard smallest.count < k || distance < smallest[smallest.count - 1] else { continue }
    let place = smallest.firstIndex { distance < $0 } ?? smallest.count
    smallest.insert(distance, at: place)
    if smallest.count > k { smallest.removeLast() }
  }
  return smallest.last ?? .infinity
}
