import LinearAlgebra

/// Squared distances between the rows of two matrices, tile by tile, so that memory does not grow with their product.
///
/// |x|² + |y|² - 2xy of centred rows, the products in single precision: many times faster than by differences, and less
/// exact. So they are bounds that leave room for rounding, and what lies between two bounds is computed again.
struct DistanceTiles {
  let rows, columns: FeatureMatrix
  private let centre: [Float]
  private let rowSquares, columnSquares: [Float]
  /// What a distance may be off by, for each unit of |x|² and of |y|².
  private let slack: Float
  private let isOfOne: Bool

  /// Rows of a tile's side: a tile and its two strips of rows are some megabytes.
  private static let side = 1024

  /// A part of the distances.
  struct Tile {
    let rows, columns: Range<Int>
    /// No squared distance is less, `[rows, columns]`; not below 0.
    let bounds: UnsafeMutableBufferPointer<Float>

    /// Room for places of columns.
    fileprivate let found: UnsafeMutableBufferPointer<UInt32>

    /// Calls a closure with each column whose bound in a row is not above the larger of two limits, the row's and the column's.
    ///
    /// - Parameter limits: of all columns, those of other tiles as well; nil: they have none.
    @inline(__always)
    func forEachColumn(
      of row: Int, atMost limit: Float, orIts limits: UnsafeBufferPointer<Float>? = nil,
      _ body: (_ column: Int, _ bound: Float) -> Void
    ) {
      let start = (row - rows.lowerBound) * columns.count
      let line = UnsafeBufferPointer(rebasing: bounds[start..<start + columns.count])
      let near = places(
        of: line, atMost: limit,
        orIts: limits.map { UnsafeBufferPointer(rebasing: $0[columns]) }, found: found)
      for place in near { body(columns.lowerBound + Int(place), line[Int(place)]) }
    }
  }

  /// Distances of each row from each of another matrix of the same width.
  init(_ rows: FeatureMatrix, _ columns: FeatureMatrix) {
    self.init(rows, columns, isOfOne: false)
  }

  /// Distances of the rows from each other: of tiles beside the diagonal one of each pair.
  init(within rows: FeatureMatrix) { self.init(rows, rows, isOfOne: true) }

  private init(_ rows: FeatureMatrix, _ columns: FeatureMatrix, isOfOne: Bool) {
    precondition(
      rows.width == columns.width, "rows of \(rows.width) numbers and of \(columns.width)")
    (self.rows, self.columns, self.isOfOne) = (rows, columns, isOfOne)
    // The nearer the origin is, the less is lost in the difference.
    centre = rows.means.map { Float($0) }
    // Roundings of a sum of so many products add up as a random walk does; four deviations of it, and the last three sums.
    slack = Float.ulpOfOne * (2 * Float(rows.width).squareRoot() + 4)
    rowSquares = Self.squares(rows, around: centre)
    columnSquares = isOfOne ? rowSquares : Self.squares(columns, around: centre)
  }

  private static func squares(_ matrix: FeatureMatrix, around centre: [Float]) -> [Float] {
    let width = matrix.width
    return matrix.values.withUnsafeBufferPointer { values in
      (0..<matrix.count).map { row in
        var sum = 0.0
        for column in 0..<width {
          let difference = values[row * width + column] - centre[column]
          sum += Double(difference * difference)
        }
        return Float(sum)
      }
    }
  }

  func forEach(_ body: (Tile) -> Void) {
    let (side, width) = (Self.side, rows.width)
    var strip = [Float](repeating: 0, count: min(side, rows.count) * width)
    var other = [Float](repeating: 0, count: min(side, columns.count) * width)
    var tile = [Float](repeating: 0, count: min(side, rows.count) * min(side, columns.count))
    let found = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: side)
    defer { found.deallocate() }
    tile.withUnsafeMutableBufferPointer { tile in
      for top in stride(from: 0, to: rows.count, by: side) {
        let height = top..<min(top + side, rows.count)
        centred(rows, height, into: &strip)
        for left in stride(from: isOfOne ? top : 0, to: columns.count, by: side) {
          let across = left..<min(left + side, columns.count)
          centred(columns, across, into: &other)
          let part = UnsafeMutableBufferPointer(rebasing: tile[..<(height.count * across.count)])
          fill(part, strip, other, height, across)
          body(Tile(rows: height, columns: across, bounds: part, found: found))
        }
      }
    }
  }

  /// What a squared distance may be above its bound, at most.
  func spread(_ row: Int, _ column: Int) -> Float {
    2 * slack * (rowSquares[row] + columnSquares[column])
  }

  /// The squared distance of a row and a column by differences, as exact as single precision is.
  func exact(_ row: Int, _ column: Int) -> Double {
    rows.squaredDistance(row, from: column, of: columns)
  }

  private func centred(_ matrix: FeatureMatrix, _ range: Range<Int>, into target: inout [Float]) {
    let places = range.lowerBound * matrix.width..<range.upperBound * matrix.width
    matrix.values.withUnsafeBufferPointer { values in
      target.withUnsafeMutableBufferPointer { target in
        self.centre.withUnsafeBufferPointer { centre in
          LinearAlgebra.centre(
            UnsafeBufferPointer(rebasing: values[places]), around: centre, into: target)
        }
      }
    }
  }

  private func fill(
    _ tile: UnsafeMutableBufferPointer<Float>, _ strip: [Float], _ other: [Float],
    _ height: Range<Int>, _ across: Range<Int>
  ) {
    let width = rows.width
    guard width > 0 else {
      tile.update(repeating: 0)
      return
    }
    strip.withUnsafeBufferPointer { strip in
      other.withUnsafeBufferPointer { other in
        multiply(
          UnsafeBufferPointer(rebasing: strip[..<(height.count * width)]),
          UnsafeBufferPointer(rebasing: other[..<(across.count * width)]), width: width, into: tile)
      }
    }
    let less = 1 - slack
    columnSquares.withUnsafeBufferPointer { squares in
      for row in height {
        let start = (row - height.lowerBound) * across.count
        // Squares beyond single precision say nothing; 0 is below every distance.
        makeBounds(
          of: UnsafeMutableBufferPointer(rebasing: tile[start..<start + across.count]),
          own: less * rowSquares[row], factor: less,
          squares: UnsafeBufferPointer(rebasing: squares[across]))
      }
    }
  }
}
