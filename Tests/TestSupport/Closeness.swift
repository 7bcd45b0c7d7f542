/// How far two lists of numbers are apart.
package struct Closeness: Sendable, CustomStringConvertible {
  /// ‖actual - expected‖ / ‖expected‖ in L2.
  package let relative: Double
  /// ‖actual - expected‖ in L2.
  package let distance: Double
  /// The largest difference over the largest expected value.
  package let maximum: Double
  /// Where the largest difference is, and what is there.
  package let worst: (index: Int, actual: Float, expected: Float)

  /// - Precondition: the lists have the same number of values, at least one.
  package init(_ actual: [Float], _ expected: [Float]) {
    precondition(
      actual.count == expected.count && !expected.isEmpty,
      "\(actual.count) values against \(expected.count)")
    var (squares, norm, largest, scale) = (0.0, 0.0, -1.0, 0.0)
    var place = 0
    for index in expected.indices {
      let (a, e) = (Double(actual[index]), Double(expected[index]))
      let difference = a.isFinite && e.isFinite ? abs(a - e) : .infinity
      squares += difference * difference
      norm += e * e
      scale = max(scale, abs(e))
      if difference > largest { (largest, place) = (difference, index) }
    }
    distance = squares.squareRoot()
    relative = distance == 0 ? 0 : distance / norm.squareRoot()
    maximum = largest == 0 ? 0 : largest / scale
    worst = (place, actual[place], expected[place])
  }

  package var description: String {
    "relative \(relative), maximum \(maximum), "
      + "worst at \(worst.index): \(worst.actual) instead of \(worst.expected)"
  }
}

/// ‖actual - expected‖ / ‖expected‖ in L2; infinite if a value is not a number.
package func relativeError(_ actual: [Float], _ expected: [Float]) -> Double {
  Closeness(actual, expected).relative
}

/// Says what differs, or nil if the relative error is within the tolerance, so that a test reads
/// `#expect(mismatch(found, wanted, within: 1e-4, "weights") == nil)` and a failure explains itself.
package func mismatch(
  _ actual: [Float], _ expected: [Float], within tolerance: Double, _ name: String
) -> String? {
  guard actual.count == expected.count else {
    return "\(name): \(actual.count) values instead of \(expected.count)"
  }
  guard !expected.isEmpty else { return nil }
  let closeness = Closeness(actual, expected)
  return closeness.relative <= tolerance ? nil : "\(name): \(closeness), allowed \(tolerance)"
}
