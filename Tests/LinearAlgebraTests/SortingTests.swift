import LinearAlgebra
import Randomness
import Testing

@Suite struct SortingTests {
  @Test(arguments: [0, 1, 2, 100, 5000])
  func `numbers of any sign and size are sorted`(count: Int) {
    let philox = Philox(seed: 3, stream: 5)
    let special: [Float] = [
      0, -0, .infinity, -.infinity, .leastNonzeroMagnitude, -3 * .leastNonzeroMagnitude, 3e38,
      -3e38,
    ]
    var values = (0..<count).map { $0 % 7 == 3 ? special[$0 % 8] : philox.normal($0) * 1000 }
    let wanted = values.sorted()
    withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { room in
      values.withUnsafeMutableBufferPointer { sort($0, using: room) }
    }
    #expect(values == wanted)
  }
}
