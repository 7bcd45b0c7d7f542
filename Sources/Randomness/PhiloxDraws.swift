/// Random numbers one after the other.
package struct PhiloxDraws: Sendable {
  package let philox: Philox
  /// The index of the next.
  package private(set) var next: Int

  /// - Parameter first: the index of the first, a multiple of 4.
  package init(_ philox: Philox, from first: Int = 0) { (self.philox, next) = (philox, first) }

  /// In (0, 1).
  package mutating func uniform() -> Double {
    defer { next += 1 }
    return Double(philox.uniform(next))
  }

  /// In a range.
  package mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  package mutating func integer(_ range: ClosedRange<Int>) -> Int {
    min(range.upperBound, range.lowerBound + Int(Double(range.count) * uniform()))
  }

  package mutating func normal() -> Double {
    next += next % 2
    defer { next += 2 }
    return Double(philox.normal(next))
  }

  /// The index of the next that begins a block.
  package var nextBlock: Int { (next + 3) / 4 * 4 }
}
