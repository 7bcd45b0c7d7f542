import LinearAlgebra
import Randomness

/// Features of some examples: a row for each.
package struct FeatureMatrix: Sendable, Hashable {
  /// Row by row.
  package let values: [Float]
  /// Rows.
  package let count: Int
  /// Numbers of a row.
  package let width: Int

  /// - Parameter values: `[count, …]`, the same number of them for each row; a rest is left out.
  package init(_ values: [Float], count: Int) {
    self.count = max(0, count)
    width = count > 0 ? values.count / count : 0
    self.values =
      values.count == self.count * width ? values : Array(values.prefix(self.count * width))
  }

  /// Some of the rows, those that there are.
  package func rows(_ range: Range<Int>) -> FeatureMatrix {
    let range = range.clamped(to: 0..<count)
    return FeatureMatrix(
      Array(values[range.lowerBound * width..<range.upperBound * width]), count: range.count)
  }

  /// Rows by their numbers, which may repeat.
  package func rows(_ numbers: [Int]) -> FeatureMatrix {
    var chosen: [Float] = []
    chosen.reserveCapacity(numbers.count * width)
    for number in numbers { chosen += values[number * width..<(number + 1) * width] }
    return FeatureMatrix(chosen, count: numbers.count)
  }

  /// So many different rows, in an order that random numbers give.
  ///
  /// - Parameter first: the first of the random numbers, of which one is taken for each row.
  func rows(drawn size: Int, by numbers: Philox, from first: Int = 0) -> FeatureMatrix {
    var order = Array(0..<count)
    for place in 0..<size {
      let draw = (UInt64(numbers.word(first + place)) &* UInt64(count - place)) >> 32
      order.swapAt(place, place + Int(draw))
    }
    return rows(Array(order.prefix(size)))
  }

  /// Whether every number is finite.
  package var isFinite: Bool { values.allSatisfy(\.isFinite) }

  /// The squared Euclidean distances of each row from each of another matrix of the same width,
  /// `[count, other.count]`.
  package func squaredDistances(to other: FeatureMatrix) -> [Double] {
    precondition(width == other.width, "rows of \(width) numbers and of \(other.width)")
    return withBytes { own in
      other.withBytes { others in
        [Double](unsafeUninitializedCapacity: count * other.count) { target, filled in
          for row in 0..<count {
            for column in 0..<other.count {
              target[row * other.count + column] = Self.squaredDistance(
                own, at: row, others, at: column, width: width)
            }
          }
          filled = count * other.count
        }
      }
    }
  }

  /// The squared Euclidean distance of a row from one of another matrix of the same width.
  func squaredDistance(_ row: Int, from other: Int, of others: FeatureMatrix) -> Double {
    withBytes { own in
      others.withBytes { others in
        Self.squaredDistance(own, at: row, others, at: other, width: width)
      }
    }
  }

  /// The Euclidean distance of a row from one of another matrix of the same width.
  package func distance(_ row: Int, from other: Int, of others: FeatureMatrix) -> Double {
    squaredDistance(row, from: other, of: others).squareRoot()
  }

  /// The squared distances between the rows of this matrix; what is below the diagonal is what is above it.
  package var squaredDistances: [Double] {
    withBytes { own in
      var all = [Double](repeating: 0, count: count * count)
      for row in 0..<count {
        for column in 0..<row {
          let distance = Self.squaredDistance(own, at: row, own, at: column, width: width)
          (all[row * count + column], all[column * count + row]) = (distance, distance)
        }
      }
      return all
    }
  }

  /// The products of each two rows.
  var products: SymmetricMatrix {
    SymmetricMatrix(productsOfRows: values.map(Double.init), size: count)
  }

  /// The product of each row with a vector.
  func products(with vector: [Float]) -> [Double] {
    precondition(vector.count == width, "a vector of \(vector.count) numbers, and rows of \(width)")
    return withBytes { own in
      vector.withUnsafeBytes { bytes in
        guard let other = bytes.baseAddress else { return [] }
        return (0..<count).map { Self.product(own, at: $0, other, at: 0, width: width) }
      }
    }
  }

  /// The cosine between each row and the row at the same place of another matrix of the same width; 0 where one is zero.
  package func cosines(to other: FeatureMatrix) -> [Double] {
    precondition(width == other.width, "rows of \(width) numbers and of \(other.width)")
    return withBytes { own in
      other.withBytes { others in
        (0..<min(count, other.count)).map { row in
          func product(_ one: UnsafeRawPointer, _ other: UnsafeRawPointer) -> Double {
            Self.product(one, at: row, other, at: row, width: width)
          }
          let lengths = (product(own, own) * product(others, others)).squareRoot()
          return lengths > 0 ? product(own, others) / lengths : 0
        }
      }
    }
  }

  /// The sum of all rows, each multiplied by a number.
  func combination(of factors: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: width)
    values.withUnsafeBufferPointer { values in
      sums.withUnsafeMutableBufferPointer { sums in
        for row in 0..<count {
          let factor = factors[row]
          for column in 0..<width { sums[column] += factor * Double(values[row * width + column]) }
        }
      }
    }
    return sums
  }

  /// The mean of each column.
  package var means: [Double] {
    var sums = [Double](repeating: 0, count: width)
    for row in 0..<count {
      for column in 0..<width { sums[column] += Double(values[row * width + column]) }
    }
    return sums.map { $0 / Double(max(count, 1)) }
  }

  /// Rows and columns exchanged.
  var transposed: FeatureMatrix {
    var turned = [Float](repeating: 0, count: values.count)
    for row in 0..<count {
      for column in 0..<width { turned[column * count + row] = values[row * width + column] }
    }
    return FeatureMatrix(turned, count: width)
  }

  private func withBytes<Result>(_ body: (UnsafeRawPointer) -> Result) -> Result {
    // An empty matrix has no bytes, and none of them is read.
    let held = values.isEmpty ? [0] : values
    return held.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { preconditionFailure("an array without memory") }
      return body(base)
    }
  }

  /// Numbers that are summed in single precision before they are added to a double.
  private static let block = 256

  private static func squaredDistance(
    _ one: UnsafeRawPointer, at row: Int, _ other: UnsafeRawPointer, at column: Int, width: Int
  ) -> Double {
    summed(one, at: row, other, at: column, width: width) { one, other in
      let difference = one - other
      return difference * difference
    } single: { one, other in
      let difference = Double(one) - Double(other)
      return difference * difference
    }
  }

  private static func product(
    _ one: UnsafeRawPointer, at row: Int, _ other: UnsafeRawPointer, at column: Int, width: Int
  ) -> Double {
    summed(one, at: row, other, at: column, width: width) {
      $0 * $1
    } single: {
      Double($0) * Double($1)
    }
  }

  @inline(__always)
  private static func summed(
    _ one: UnsafeRawPointer, at row: Int, _ other: UnsafeRawPointer, at column: Int, width: Int,
    _ wide: (SIMD8<Float>, SIMD8<Float>) -> SIMD8<Float>, single: (Float, Float) -> Double
  ) -> Double {
    let (first, second) = (one + row * width * 4, other + column * width * 4)
    var (sum, place) = (0.0, 0)
    while place + 8 <= width {
      let end = min(place + block, width - width % 8)
      var lanes = SIMD8<Float>.zero
      while place < end {
        lanes += wide(
          first.loadUnaligned(fromByteOffset: place * 4, as: SIMD8<Float>.self),
          second.loadUnaligned(fromByteOffset: place * 4, as: SIMD8<Float>.self))
        place += 8
      }
      sum += Double(lanes.sum())
    }
    while place < width {
      sum += single(
        first.loadUnaligned(fromByteOffset: place * 4, as: Float.self),
        second.loadUnaligned(fromByteOffset: place * 4, as: Float.self))
      place += 1
    }
    return sum
  }
}
