package import MetricDescriptions

/// How many different samples a generator makes at least, by how many pairs of a batch are alike.
///
/// A batch of s draws from n equally likely samples has s(s - 1)/2n pairs of the same on average (Arora, Risteski and Zhang
/// 2018, "Do GANs learn the distribution?"). Two samples are alike if they are nearer to each other than any two of as many
/// examples.
package struct BirthdayEstimate: Sendable, Hashable {
  /// Two samples by their numbers, and their distance.
  package struct Pair: Sendable, Hashable {
    package let one, other: Int
    package let distance: Double
  }

  /// Nearest first.
  package let closest: [Pair]
  /// Pairs that are alike.
  package let alike: Int
  /// Nil where no pair is alike: then it is about as large as a pair would make it, or larger.
  package let support: Double?

  package static let metrics = [size]

  package static let size = MetricDescription(
    "support", label: "support", family: "support", direction: .highest, format: .count,
    meaning:
      "how many different samples a generator makes, by the birthday paradox; from pairs of a batch that are "
      + "nearer to each other than any two of as many examples")

  /// - Parameters:
  ///   - features: of samples.
  ///   - examples: features of as many examples.
  ///   - shown: pairs that are kept.
  package init(of features: FeatureMatrix, beside examples: FeatureMatrix, shown: Int = 20) {
    let limit = NearestRows(1, within: examples).squaredDistances.min() ?? 0
    let nearest = NearestRows(min(20, max(features.count - 1, 0)), within: features)
    var pairs: [Pair] = []
    for row in 0..<features.count {
      for place in row * nearest.neighbours..<(row + 1) * nearest.neighbours {
        let other = nearest.indices[place]
        // A pair is in both rows' lists, or in the one whose place among many alike it has.
        if row < other || !nearest.contains(row, ofRow: other) {
          pairs.append(
            Pair(
              one: min(row, other), other: max(row, other),
              distance: nearest.squaredDistances[place].squareRoot()))
        }
      }
    }
    pairs.sort { ($0.distance, $0.one, $0.other) < ($1.distance, $1.one, $1.other) }
    closest = Array(pairs.prefix(shown))
    let near = (0..<features.count).contains { row in
      let last = nearest.squaredDistances[(row + 1) * nearest.neighbours - 1]
      return last < limit || last == 0
    }
    // Where a row has more of them than were looked for, all pairs are gone through.
    alike =
      nearest.neighbours > 0 && nearest.neighbours < features.count - 1 && near
      ? Self.alike(features, within: limit)
      : pairs.count { $0.distance * $0.distance < limit || $0.distance == 0 }
    let count = Double(features.count)
    support = alike > 0 ? count * (count - 1) / 2 / Double(alike) : nil
  }

  private static func alike(_ features: FeatureMatrix, within limit: Double) -> Int {
    let tiles = DistanceTiles(within: features)
    var count = 0
    tiles.forEach { tile in
      for row in tile.rows {
        tile.forEachColumn(of: row, atMost: Float(limit).nextUp) { column, bound in
          guard row < column else { return }
          let isSure = Double(bound) + Double(tiles.spread(row, column)) < limit
          let distance = isSure ? 0 : tiles.exact(row, column)
          if distance < limit || distance == 0 { count += 1 }
        }
      }
    }
    return count
  }

  package var reading: MetricReading? { support.map { MetricReading(Self.size, $0) } }
}

extension NearestRows {
  fileprivate func contains(_ number: Int, ofRow row: Int) -> Bool {
    indices[row * neighbours..<(row + 1) * neighbours].contains(number)
  }
}
