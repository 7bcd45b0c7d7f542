import LinearAlgebra
import Testing

@Suite struct EigenvectorTests {
  @Test func vectorsBelongToTheirValues() {
    let rows: [Double] = [4, 1, -2, 1, 3, 0.5, -2, 0.5, 5]
    let matrix = SymmetricMatrix(lower: rows, size: 3)
    let pairs = matrix.eigenvectors
    for (pair, value) in zip(pairs, matrix.eigenvalues) { #expect(abs(pair.value - value) < 1e-12) }
    #expect(pairs.map(\.value) == pairs.map(\.value).sorted(by: >))
    for (value, vector) in pairs {
      for row in 0..<3 {
        let product = (0..<3).reduce(0.0) { $0 + rows[row * 3 + $1] * vector[$1] }
        #expect(abs(product - value * vector[row]) < 1e-12)
      }
      #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-12)
      #expect(vector.max { abs($0) < abs($1) } ?? 0 > 0)
    }
  }

  @Test func whatIsNotFiniteHasNone() {
    #expect(SymmetricMatrix(lower: [.nan], size: 1).eigenvectors.isEmpty)
    #expect(SymmetricMatrix(size: 0).eigenvectors.isEmpty)
  }
}
