package import MetricDescriptions

/// How far samples are from each other, beside examples of the data.
package enum Diversity {
  package static let metrics = [ratio, deviation, drift]

  package static let ratio = MetricDescription(
    "diversity", label: "diversity",
    meaning:
      "the mean distance between two samples over that between two examples; number by "
      + "number, of 64 each; near 1 where samples differ as the data do, near 0 where all are one")
  package static let deviation = MetricDescription(
    "batch_deviation", label: "batch deviation", family: "diversity",
    meaning:
      "the standard deviation over samples over that over examples; of each pixel or coordinate, a mean "
      + "of them; near 1 where samples differ as the data do")

  package static let drift = MetricDescription(
    "sample_drift", label: "drift", family: "stability",
    meaning:
      "how far samples of the same latents have moved since the last check; a mean, over the mean distance "
      + "of two examples; near 1 a generator runs from one kind of the data to another")

  /// The mean Euclidean distance of rows from those at the same place in another matrix.
  package static func meanMovement(_ features: FeatureMatrix, from before: FeatureMatrix) -> Double
  {
    let count = min(features.count, before.count)
    guard count > 0, features.width == before.width else { return 0 }
    var sum = 0.0
    for row in 0..<count {
      let own = features.rows(row..<row + 1)
      sum += own.squaredDistances(to: before.rows(row..<row + 1))[0].squareRoot()
    }
    return sum / Double(count)
  }

  /// The mean Euclidean distance of two rows; 0 of fewer than two.
  package static func meanDistance(_ features: FeatureMatrix) -> Double {
    let count = features.count
    guard count > 1 else { return 0 }
    let squares = features.squaredDistances
    var sum = 0.0
    for row in 0..<count {
      for column in 0..<row { sum += squares[row * count + column].squareRoot() }
    }
    return sum / Double(count * (count - 1) / 2)
  }

  /// The standard deviation of each column (divided by the count), a mean of them.
  package static func meanDeviation(_ features: FeatureMatrix) -> Double {
    guard features.count > 0, features.width > 0 else { return 0 }
    let means = features.means
    var squares = [Double](repeating: 0, count: features.width)
    for row in 0..<features.count {
      for column in 0..<features.width {
        let difference = Double(features.values[row * features.width + column]) - means[column]
        squares[column] += difference * difference
      }
    }
    let deviations = squares.map { ($0 / Double(features.count)).squareRoot() }
    return deviations.reduce(0, +) / Double(features.width)
  }
}
