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

  init(rows: Int, kept: Int) {
    self.kept = kept
    bounds = [Float](repeating: .infinity, count: rows * kept)
    numbers = [Int32](repeating: -1, count: rows * kept)
  }

  func indices(of row: Int) -> [Int] {
    numbers[row * kept..<(row + 1) * kept].lazy.filter { $0 >= 0 }.map(Int.init)
  }

  /// The least that the distance of a row that is no candidate can be.
  func bound(beyond row: Int) -> Double { Double(bounds[(row + 1) * kept - 1]) }

  mutating func take(_ tile: DistanceTiles.Tile, isOfOne: Bool) {
    let (width, rows, columns) = (tile.columns.count, tile.rows, tile.columns)
    let isDiagonal = isOfOne && rows == columns
    for row in rows {
      let place = (row - rows.lowerBound) * width - columns.lowerBound
      var worst = bounds[(row + 1) * kept - 1]
      for column in columns where tile.bounds[place + column] < worst {
        if isDiagonal, row == column { continue }
        insert(column, tile.bounds[place + column], row)
        worst = bounds[(row + 1) * kept - 1]
      }
    }
    guard isOfOne, !isDiagonal else { return }
    for row in rows {
      let place = (row - rows.lowerBound) * width - columns.lowerBound
      for column in columns
      where tile.bounds[place + column] < bounds[(column + 1) * kept - 1] {
        insert(row, tile.bounds[place + column], column)
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
  }
}
