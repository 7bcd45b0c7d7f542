import LinearAlgebra
import TestSupport
import Testing

/// Spectra, factors and products beside what is known of them, and beside NumPy's.
@Suite struct SymmetricMatrixTests {
  private struct Symmetric: Decodable { let matrix, eigenvalues: [Double] }
  private struct Numbers: Decodable { let symmetric: Symmetric }

  @Test func `eigenvalues are NumPy's, largest first`() throws {
    let fixture = try Fixture.json("metrics/metrics.json", as: Numbers.self).symmetric
    let found = SymmetricMatrix(lower: fixture.matrix, size: 33).eigenvalues
    #expect(found.count == 33)
    for (value, wanted) in zip(found, fixture.eigenvalues) {
      #expect(abs(value - wanted) < 2e-11, "\(value), wanted \(wanted)")
    }
  }

  @Test func `eigenvalues that are equal, zero or of a matrix of one number`() {
    #expect(SymmetricMatrix(lower: [3], size: 1).eigenvalues == [3])
    let twos = SymmetricMatrix(lower: (0..<25).map { $0 % 6 == 0 ? 2.0 : 0 }, size: 5)
    #expect(twos.eigenvalues.allSatisfy { abs($0 - 2) < 1e-14 })
    let ones = SymmetricMatrix(lower: [Double](repeating: 1, count: 16), size: 4).eigenvalues
    #expect(abs(ones[0] - 4) < 1e-14 && ones[1...].allSatisfy { abs($0) < 1e-14 })
    #expect(SymmetricMatrix(size: 0).eigenvalues.isEmpty)
    #expect(SymmetricMatrix(lower: [.infinity], size: 1).eigenvalues.isEmpty)
    #expect(SymmetricMatrix(lower: [.nan], size: 1).squareFactor == nil)
  }

  /// `[rows, size]`, different numbers of either sign.
  private func rows(_ count: Int, _ size: Int) -> [Double] {
    (0..<count * size).map { Double(($0 * 7919 + 13) % 101) / 25 - 2 }
  }

  @Test(arguments: [(9, 5), (3, 5), (1, 4), (200, 70), (20, 70), (0, 3)])
  func `a matrix is its factor times itself, of full rank or not`(count: Int, size: Int) throws {
    var matrix = SymmetricMatrix(size: size)
    let numbers = rows(count, size)
    matrix.addProducts(ofColumns: numbers)
    let factor = try #require(matrix.squareFactor)
    #expect(factor.rank <= min(count, size))
    let again = SymmetricMatrix(productsOfRows: factor.values, size: size)
    let scale = max(1, matrix.trace)
    for row in 0..<size {
      for column in 0..<size {
        var wanted = 0.0
        for place in 0..<count {
          wanted += numbers[place * size + row] * numbers[place * size + column]
        }
        #expect(abs(matrix[row, column] - wanted) <= 1e-12 * scale)
        #expect(abs(again[row, column] - wanted) <= 1e-12 * scale)
      }
    }
  }

  @Test func `LᵀAL is what its entries say`() {
    let matrix = SymmetricMatrix(lower: [2, 0, 0, 1, 3, 0, 4, 5, 6], size: 3)
    #expect(matrix[0, 1] == 1 && matrix[0, 2] == 4 && matrix[1, 2] == 5)
    let product = matrix.congruent(by: [1, 0, 2, 1, 0, 3], columns: 2)
    let full: [[Double]] = [[2, 1, 4], [1, 3, 5], [4, 5, 6]]
    let factor: [[Double]] = [[1, 0], [2, 1], [0, 3]]
    for i in 0..<2 {
      for j in 0..<2 {
        var wanted = 0.0
        for a in 0..<3 { for b in 0..<3 { wanted += factor[a][i] * full[a][b] * factor[b][j] } }
        #expect(product[i, j] == wanted)
      }
    }
    #expect(matrix.congruent(by: [], columns: 0).size == 0)
  }

  @Test func `products of rows`() {
    let (rows, columns): ([Float], [Float]) = ([1, 2, 3, 4, 5, 6], [1, 0, -1, 2, 2, 2])
    var products = [Float](repeating: .nan, count: 4)
    products.withUnsafeMutableBufferPointer { products in
      rows.withUnsafeBufferPointer { rows in
        columns.withUnsafeBufferPointer { multiply(rows, $0, width: 3, into: products) }
      }
    }
    #expect(products == [-2, 12, -2, 30])
  }
}
