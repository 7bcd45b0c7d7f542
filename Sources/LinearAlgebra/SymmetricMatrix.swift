import CLinearAlgebra

/// A symmetric matrix of double precision.
package struct SymmetricMatrix: Sendable, Hashable {
  package let size: Int
  /// Row by row up to the diagonal; zeros beyond it.
  private var values: [Double]

  /// Zeros.
  package init(size: Int) {
    (self.size, values) = (size, [Double](repeating: 0, count: size * size))
  }

  /// - Parameter values: `[size, size]`, of which the part above the diagonal is not read.
  package init(lower values: [Double], size: Int) {
    precondition(values.count == size * size, "\(values.count) numbers are no square of \(size)")
    (self.size, self.values) = (size, values)
    for row in 0..<size {
      self.values.withUnsafeMutableBufferPointer {
        $0[(row * size + row + 1)..<(row + 1) * size].update(repeating: 0)
      }
    }
  }

  /// The products of the rows of a matrix with each other: AAᵀ.
  ///
  /// - Parameter rows: A, `[size, …]`.
  package init(productsOfRows rows: [Double], size: Int) {
    self.init(size: size)
    let width = size > 0 ? rows.count / size : 0
    precondition(rows.count == width * size, "\(rows.count) numbers are no \(size) rows")
    guard width > 0 else { return }
    let (n, k) = (BLAS.integer(size), BLAS.integer(width))
    values.withUnsafeMutableBufferPointer { values in
      BLAS.call {
        $0.dsyrk(
          BLAS.rowMajor, BLAS.lower, BLAS.noTranspose, n, k, 1, rows, k, 0, values.baseAddress, n)
      }
    }
  }

  /// Adds the products of the columns of a matrix with each other: AᵀA.
  ///
  /// - Parameter rows: A, `[…, size]`.
  package mutating func addProducts(ofColumns rows: [Double], factor: Double = 1) {
    let count = size > 0 ? rows.count / size : 0
    precondition(rows.count == count * size, "\(rows.count) numbers are no rows of \(size)")
    guard count > 0 else { return }
    let (n, k) = (BLAS.integer(size), BLAS.integer(count))
    values.withUnsafeMutableBufferPointer { values in
      BLAS.call {
        $0.dsyrk(
          BLAS.rowMajor, BLAS.lower, BLAS.transpose, n, k, factor, rows, n, 1, values.baseAddress, n
        )
      }
    }
  }

  package subscript(row: Int, column: Int) -> Double {
    values[max(row, column) * size + min(row, column)]
  }

  package var trace: Double { (0..<size).reduce(0) { $0 + values[$1 * size + $1] } }

  package var isFinite: Bool { values.allSatisfy(\.isFinite) }

  package func scaled(by factor: Double) -> SymmetricMatrix {
    var scaled = self
    for index in values.indices { scaled.values[index] *= factor }
    return scaled
  }

  package static func + (one: SymmetricMatrix, other: SymmetricMatrix) -> SymmetricMatrix {
    precondition(one.size == other.size, "matrices of \(one.size) and of \(other.size)")
    var sum = one
    for index in sum.values.indices { sum.values[index] += other.values[index] }
    return sum
  }

  /// Largest first; nothing where a number is not finite.
  package var eigenvalues: [Double] { decomposition(wantsVectors: false).values.reversed() }

  /// Eigenvalues, the largest first, each with its vector of length 1, whose largest number is positive; nothing where a number
  /// is not finite.
  package var eigenvectors: [(value: Double, vector: [Double])] {
    let (values, vectors) = decomposition(wantsVectors: true)
    return values.indices.reversed().map { number in
      let vector = Array(vectors[number * size..<(number + 1) * size])
      let largest = vector.max { abs($0) < abs($1) } ?? 0
      return (values[number], largest < 0 ? vector.map { -$0 } : vector)
    }
  }

  /// Eigenvalues, the smallest first, and the vectors one after the other.
  private func decomposition(wantsVectors: Bool) -> (values: [Double], vectors: [Double]) {
    guard size > 0, isFinite else { return ([], []) }
    var (matrix, found) = (values, [Double](repeating: 0, count: size))
    var (work, integers) = ([0.0], [Int32(0)])
    var info: Int32 = 0
    let n = BLAS.integer(size)
    // The first call only says how much memory the second needs.
    for asks in [true, false] {
      if !asks {
        (work, integers) = (
          [Double](repeating: 0, count: max(1, Int(work[0]))),
          [Int32](repeating: 0, count: max(1, Int(integers[0])))
        )
      }
      let (workCount, integerCount) =
        asks ? (-1, -1) : (BLAS.integer(work.count), BLAS.integer(integers.count))
      BLAS.call { blas in
        withUnsafePointer(to: n) { n in
          withUnsafePointer(to: workCount) { workCount in
            withUnsafePointer(to: integerCount) { integerCount in
              blas.dsyevd(
                wantsVectors ? "V" : "N", "U", n, &matrix, n, &found, &work, workCount, &integers,
                integerCount, &info)
            }
          }
        }
      }
    }
    return info == 0 ? (found, matrix) : ([], [])
  }

  /// A matrix L with L Lᵀ = this one, `[size, rank]`, where no eigenvalue is negative; what rounding leaves of zeros is left
  /// out.
  ///
  /// - Returns: nil where a number is not finite.
  package var squareFactor: (values: [Double], rank: Int)? {
    guard size > 0, isFinite else { return nil }
    var (matrix, pivots) = (values, [Int32](repeating: 0, count: size))
    var work = [Double](repeating: 0, count: 2 * size)
    let (n, tolerance) = (BLAS.integer(size), -1.0)
    var (rank, info): (Int32, Int32) = (0, 0)
    BLAS.call { blas in
      withUnsafePointer(to: n) { n in
        withUnsafePointer(to: tolerance) { tolerance in
          // Columns are rows there: "U" is what lies below the diagonal here.
          blas.dpstrf("U", n, &matrix, n, &pivots, &rank, tolerance, &work, &info)
        }
      }
    }
    guard info >= 0 else { return nil }
    let columns = Int(rank)
    var factor = [Double](repeating: 0, count: size * columns)
    for row in 0..<size {
      let target = Int(pivots[row]) - 1
      for column in 0...row where column < columns {
        factor[target * columns + column] = matrix[row * size + column]
      }
    }
    return (factor, columns)
  }

  /// LᵀAL of this matrix A.
  ///
  /// - Parameter factor: L, `[size, columns]`.
  package func congruent(by factor: [Double], columns: Int) -> SymmetricMatrix {
    precondition(factor.count == size * columns, "a factor of another size")
    guard columns > 0 else { return SymmetricMatrix(size: 0) }
    let (n, c) = (BLAS.integer(size), BLAS.integer(columns))
    var between = [Double](repeating: 0, count: size * columns)
    var product = [Double](repeating: 0, count: columns * columns)
    BLAS.call { blas in
      blas.dsymm(
        BLAS.rowMajor, BLAS.left, BLAS.lower, n, c, 1, values, n, factor, c, 0, &between, c)
      blas.dgemm(
        BLAS.rowMajor, BLAS.transpose, BLAS.noTranspose, c, c, n, 1, factor, c, between, c, 0,
        &product, c)
    }
    return SymmetricMatrix(lower: product, size: columns)
  }
}
