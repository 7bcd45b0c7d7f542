/// The nearest rows of a matrix to each row of another, or to each row of its own.
package struct NearestRows: Sendable, Hashable {
  /// How many there are of each row, nearest first.
  package let neighbours: Int
  /// Their numbers and squared distances, `[rows, neighbours]`.
  package let indices: [Int]
  package let squaredDistances: [Double]

  /// - Parameters:
  ///   - neighbours: fewer where there are fewer rows.
  ///   - others: of the same width.
  package init(_ neighbours: Int, of features: FeatureMatrix, among others: FeatureMatrix) {
    self.init(min(neighbours, others.count), DistanceTiles(features, others), isOfOne: false)
  }

  /// Of each row among the others, itself left out.
  package init(_ neighbours: Int, within features: FeatureMatrix) {
    self.init(
      min(neighbours, max(features.count - 1, 0)), DistanceTiles(within: features), isOfOne: true)
  }

  private init(_ neighbours: Int, _ tiles: DistanceTiles, isOfOne: Bool) {
    self.neighbours = max(0, neighbours)
    let count = tiles.rows.count
    guard neighbours > 0 else {
      (indices, squaredDistances) = ([], [])
      return
    }
    // A few more than are asked for, so that seldom one is missed for its rounding.
    let kept = min(neighbours + 8, isOfOne ? count - 1 : tiles.columns.count)
    var candidates = Candidates(rows: count, kept: kept)
    tiles.forEach { tile in
      candidates.take(tile, isOfOne: isOfOne)
    }
    var (indices, distances) = ([Int](), [Double]())
    indices.reserveCapacity(count * neighbours)
    distances.reserveCapacity(count * neighbours)
    for row in 0..<count {
      var found = candidates.indices(of: row).map { (index: $0, distance: tiles.exact(row, $0)) }
      found.sort { ($0.distance, $0.index) < ($1.distance, $1.index) }
      let last = found[neighbours - 1].distance
      // No other row is nearer than the bound of the farthest candidate.
      if kept < (isOfOne ? count - 1 : tiles.columns.count), last > candidates.bound(beyond: row) {
        found = (0..<tiles.columns.count).filter { !isOfOne || $0 != row }
          .map { ($0, tiles.exact(row, $0)) }
        found.sort { ($0.distance, $0.index) < ($1.distance, $1.index) }
      }
      indices += found.prefix(neighbours).map(\.index)
      distances += found.prefix(neighbours).map(\.distance)
    }
    (self.indices, squaredDistances) = (indices, distances)
  }

  /// The squared distance of each row from the last of its nearest; infinite where it has none.
  package var squaredRadii: [Double] {
    guard neighbours > 0 else { return [] }
    return stride(from: neighbours - 1, to: squaredDistances.count, by: neighbours).map {
      squaredDistances[$0]
    }
  }
}

/// The rows that may be nearest to each of some rows: those with the smallest bounds.
private struct Candidates {
  private let kept: Int
  /// Sorted for each row, `[rows, kept]`.
  private var bounds: [Float]
  private var numbers: [Int32]
  /// The last bound of each row.
  private var worst: [Float]

  init(rows: Int, kept: Int) {
    self.kept = kept
    bounds = [Float](repeating: .infinity, count: rows * kept)
    numbers = [Int32](repeating: -1, count: rows * kept)
    worst = [Float](repeating: .infinity, count: rows)
  }

  func indices(of row: Int) -> [Int] {
    numbers[row * kept..<(row + 1) * kept].lazy.filter { $0 >= 0 }.map(Int.init)
  }

  /// The least that the distance of a row that is no candidate can be.
  func bound(beyond row: Int) -> Double { Double(worst[row]) }

  mutating func take(_ tile: DistanceTiles.Tile, isOfOne: Bool) {
    let isDiagonal = isOfOne && tile.rows == tile.columns
    for row in tile.rows {
      tile.forEachColumn(of: row, atMost: worst[row]) { column, bound in
        if bound < worst[row], !(isDiagonal && row == column) { insert(column, bound, row) }
      }
    }
    guard isOfOne, !isDiagonal else { return }
    // The limits of the columns become less while the rows are gone through; those of before let through a few more.
    let limits = worst
    limits.withUnsafeBufferPointer { limits in
      for row in tile.rows {
        tile.forEachColumn(of: row, atMost: 0, orIts: limits) { column, bound in
          if bound < worst[column] { insert(row, bound, column) }
        }
      }
    }
  }

  private mutating func insert(_ number: Int, _ bound: Float, _ row: Int) {
    let first = row * kept
    var place = first + kept - 1
    while place > first, bounds[place - 1] > bound {
      bounds[place] = bounds[place - 1]
      numbers[place] = numbers[place - 1]
      place -= 1
    }
    bounds[place] = bound
    numbers[place] = Int32(truncatingIfNeeded: number)
    worst[row] = bounds[first + kept - 1]
  }
}
