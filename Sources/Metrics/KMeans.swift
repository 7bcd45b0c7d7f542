import Randomness

/// Centres of clusters of features.
///
/// Lloyd's iterations from centres that k-means++ draws (Arthur and Vassilvitskii 2007).
package struct KMeans: Sendable, Hashable {
  /// A row for each.
  package private(set) var centres: FeatureMatrix

  /// - Parameters:
  ///   - count: of centres; no more than there are rows.
  ///   - seed: what the first centres are drawn with; the same gives the same centres.
  package init(
    _ features: FeatureMatrix, count: Int, seed: UInt64, iterations: Int = KMeans.mostIterations
  ) {
    self.init(
      features, beginningAt: Self.drawn(min(count, features.count), of: features, seed: seed),
      iterations: iterations)
  }

  /// - Parameter first: the centres to begin with.
  package init(
    _ features: FeatureMatrix, beginningAt first: FeatureMatrix,
    iterations: Int = KMeans.mostIterations
  ) {
    centres = first
    var assigned: [Int] = []
    for _ in 0..<iterations {
      let now = assignments(of: features)
      guard now != assigned else { break }
      assigned = now
      move(features, assigned)
    }
  }

  package static let mostIterations = 50

  /// The nearest centre of each row; the first of several.
  package func assignments(of features: FeatureMatrix) -> [Int] {
    guard centres.count > 0 else { return [] }
    let distances = features.squaredDistances(to: centres)
    return (0..<features.count).map { row in
      let own = row * centres.count..<(row + 1) * centres.count
      return (own.min { distances[$0] < distances[$1] } ?? own.lowerBound) - own.lowerBound
    }
  }

  /// The share of the rows that is nearest to each centre.
  package func shares(of features: FeatureMatrix) -> [Double] {
    var counts = [Int](repeating: 0, count: centres.count)
    for centre in assignments(of: features) { counts[centre] += 1 }
    return counts.map { Double($0) / Double(max(features.count, 1)) }
  }

  /// Each centre to the mean of its rows; one without rows stays.
  private mutating func move(_ features: FeatureMatrix, _ assigned: [Int]) {
    let width = features.width
    var sums = [Double](repeating: 0, count: centres.values.count)
    var counts = [Int](repeating: 0, count: centres.count)
    for (row, centre) in assigned.enumerated() {
      counts[centre] += 1
      for column in 0..<width {
        sums[centre * width + column] += Double(features.values[row * width + column])
      }
    }
    let moved = centres.values.indices.map { place in
      let count = counts[place / max(width, 1)]
      return count > 0 ? Float(sums[place] / Double(count)) : centres.values[place]
    }
    centres = FeatureMatrix(moved, count: centres.count)
  }

  /// Rows, each drawn with the square of its distance from those drawn before.
  private static func drawn(
    _ count: Int, of features: FeatureMatrix, seed: UInt64
  ) -> FeatureMatrix {
    guard count > 0 else { return FeatureMatrix([], count: 0) }
    let numbers = Philox(seed: seed, stream: Randomness.Stream.lowWord(of: "k-means"))
    var chosen = [min(Int(Double(numbers.uniform(0)) * Double(features.count)), features.count - 1)]
    var nearest = [Double](repeating: .infinity, count: features.count)
    while chosen.count < count {
      let last = chosen[chosen.count - 1]
      let distances = features.squaredDistances(to: features.rows(last..<last + 1))
      for row in nearest.indices { nearest[row] = min(nearest[row], distances[row]) }
      let goal = Double(numbers.uniform(chosen.count)) * nearest.reduce(0, +)
      var sum = 0.0
      let next = nearest.indices.first { row in
        sum += nearest[row]
        return sum >= goal && nearest[row] > 0
      }
      // Rows that are all alike have one place, which is a centre already.
      guard let next else { break }
      chosen.append(next)
    }
    return FeatureMatrix(
      chosen.flatMap { features.rows($0..<$0 + 1).values }, count: chosen.count)
  }
}
