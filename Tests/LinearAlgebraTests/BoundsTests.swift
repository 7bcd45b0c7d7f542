import LinearAlgebra
import Randomness
import Testing

@Suite struct BoundsTests {
  private func numbers(_ count: Int, seed: UInt64) -> [Float] {
    let philox = Philox(seed: seed, stream: 7)
    return (0..<count).map { philox.normal($0) }
  }

  private func found(
    _ bounds: [Float], atMost limit: Float, orIts limits: [Float]? = nil
  ) -> [Int] {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: bounds.count) { room in
      bounds.withUnsafeBufferPointer { bounds in
        guard let limits else {
          return places(of: bounds, atMost: limit, found: room).map(Int.init)
        }
        return limits.withUnsafeBufferPointer {
          places(of: bounds, atMost: limit, orIts: $0, found: room).map(Int.init)
        }
      }
    }
  }

  /// Of counts that are and are not a whole number of vectors.
  @Test(arguments: [0, 1, 63, 64, 65, 128, 1000])
  func `places of what is not above a limit, or its own, are found in order`(count: Int) {
    let (bounds, limits) = (numbers(count, seed: 1), numbers(count, seed: 2))
    for limit: Float in [-9, -2, 0, 9] {
      #expect(found(bounds, atMost: limit) == bounds.indices.filter { bounds[$0] <= limit })
      #expect(
        found(bounds, atMost: limit, orIts: limits)
          == bounds.indices.filter { bounds[$0] <= max(limit, limits[$0]) })
    }
    #expect(found(bounds, atMost: .infinity) == Array(bounds.indices))
  }

  @Test func `products become bounds, and 0 where they say nothing`() {
    var products: [Float] = [1, 2, 100, .nan, 0, .infinity, -.infinity] + numbers(70, seed: 3)
    let squares: [Float] = [9, 16, 1, 1, .infinity, 1, 1] + numbers(70, seed: 4).map { $0 * $0 }
    let wanted = zip(products, squares).map { product, square -> Float in
      let bound = 4 + 0.5 * square - 2 * product
      return bound.isFinite ? max(0, bound) : 0
    }
    products.withUnsafeMutableBufferPointer { products in
      squares.withUnsafeBufferPointer {
        makeBounds(of: products, own: 4, factor: 0.5, squares: $0)
      }
    }
    #expect(wanted[..<3] == [6.5, 8, 0] && wanted[3..<7] == [0, 0, 0, 0])
    for (product, value) in zip(products, wanted) {
      #expect(abs(product - value) <= 1e-5 * (1 + abs(value)))
    }
  }
}
