/// The eigenvalues of a symmetric matrix, largest first.
///
/// - Parameter matrix: `[size, size]`, symmetric; the part above the diagonal is not read.
/// - Returns: nothing where a number is not finite.
package func symmetricEigenvalues(_ matrix: [Double], size: Int) -> [Double] {
  SymmetricSpectrum(matrix, size: size)?.eigenvalues ?? []
}

/// The spectrum of a symmetric matrix.
///
/// Householder's reflections make it tridiagonal, and bisection finds each eigenvalue by Sturm's count of those
/// below a number (Golub and Van Loan, Matrix Computations, sections 8.3.1 and 8.4.1). The time of the first grows
/// with the third power of the size: 512 take a fraction of a second.
package struct SymmetricSpectrum: Sendable {
  private let tridiagonal: Tridiagonal

  /// - Parameter matrix: `[size, size]`, symmetric; the part above the diagonal is not read.
  /// - Returns: nil where a number is not finite, or there is none.
  package init?(_ matrix: [Double], size: Int) {
    precondition(matrix.count == size * size, "\(matrix.count) numbers are no square of \(size)")
    guard size > 0, matrix.allSatisfy(\.isFinite) else { return nil }
    tridiagonal = Tridiagonal(reducing: matrix, size: size)
  }

  package var count: Int { tridiagonal.diagonal.count }

  /// Largest first.
  package var eigenvalues: [Double] {
    (0..<count).reversed().map { tridiagonal.eigenvalue($0) }
  }

  package var largest: Double { tridiagonal.eigenvalue(count - 1) }

  /// How many eigenvalues are below a number, at the cost of one pass over the size.
  package func count(below number: Double) -> Int { tridiagonal.count(below: number) }
}

/// A symmetric matrix with nothing beside the diagonal and its neighbours.
private struct Tridiagonal {
  var diagonal: [Double]
  /// Beside each of the diagonal but the first, which has 0.
  var beside: [Double]
  /// A pivot is not nearer to 0 than this.
  private var least = 0.0

  /// By size - 2 reflections, from the last row up.
  init(reducing matrix: [Double], size: Int) {
    var a = matrix
    (diagonal, beside) = (
      [Double](repeating: 0, count: size), [Double](repeating: 0, count: size)
    )
    var (u, p) = ([Double](repeating: 0, count: size), [Double](repeating: 0, count: size))
    a.withUnsafeMutableBufferPointer { a in
      for row in stride(from: size - 1, to: 0, by: -1) {
        diagonal[row] = a[row * size + row]
        // The part of the row that a reflection turns to its last number alone.
        let length = row
        let scale = (0..<length).reduce(0.0) { $0 + abs(a[row * size + $1]) }
        guard length > 1, scale > 0 else {
          beside[row] = a[row * size + row - 1]
          continue
        }
        var squares = 0.0
        for index in 0..<length {
          u[index] = a[row * size + index] / scale
          squares += u[index] * u[index]
        }
        let last = u[length - 1]
        let norm = last >= 0 ? -squares.squareRoot() : squares.squareRoot()
        beside[row] = scale * norm
        u[length - 1] = last - norm
        let half = squares - last * norm
        guard half > 0 else { continue }
        // p = A u / half, of the lower half of A alone.
        for index in 0..<length { p[index] = 0 }
        for i in 0..<length {
          var sum = a[i * size + i] * u[i]
          let own = u[i]
          for j in 0..<i {
            let value = a[i * size + j]
            sum += value * u[j]
            p[j] += value * own
          }
          p[i] += sum
        }
        var product = 0.0
        for index in 0..<length {
          p[index] /= half
          product += p[index] * u[index]
        }
        let share = product / (2 * half)
        for index in 0..<length { p[index] -= share * u[index] }
        for i in 0..<length {
          let (pi, ui) = (p[i], u[i])
          for j in 0...i { a[i * size + j] -= pi * u[j] + ui * p[j] }
        }
      }
      diagonal[0] = a[0]
    }
    let (low, high) = bounds
    least = max(abs(low), abs(high), .leastNormalMagnitude) * 1e-150
  }

  /// Gershgorin's circles hold all eigenvalues.
  private var bounds: (low: Double, high: Double) {
    var (low, high) = (Double.infinity, -Double.infinity)
    for index in diagonal.indices {
      let reach =
        abs(beside[index]) + (index + 1 < diagonal.count ? abs(beside[index + 1]) : 0)
      low = min(low, diagonal[index] - reach)
      high = max(high, diagonal[index] + reach)
    }
    return (low, high)
  }

  /// The eigenvalue with so many below it.
  func eigenvalue(_ number: Int) -> Double {
    let (low, high) = bounds
    var (below, above) = (low, high)
    while true {
      let middle = below + (above - below) / 2
      guard middle > below, middle < above else { return middle }
      if count(below: middle) > number { above = middle } else { below = middle }
      if above - below <= 4 * max(abs(below), abs(above)).ulp { return below + (above - below) / 2 }
      // Beside the largest one nothing is left of what is smaller than this.
      if max(abs(below), abs(above)) < 1e-18 * max(abs(low), abs(high)) { return 0 }
    }
  }

  /// How many eigenvalues are below a number: the negative pivots of the matrix less it.
  func count(below x: Double) -> Int {
    var (count, pivot) = (0, 1.0)
    for index in diagonal.indices {
      pivot = diagonal[index] - x - beside[index] * beside[index] / pivot
      if abs(pivot) < least { pivot = -least }
      if pivot < 0 { count += 1 }
    }
    return count
  }
}
