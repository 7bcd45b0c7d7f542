import Glibc

/// What one key of a search may be.
package enum SearchDomain: Sendable, Hashable {
  /// Values without an order, numbered from 0.
  case choices(Int)
  /// Numbers of a range; of one that is logarithmic, ln x is what distances are measured in.
  case numbers(ClosedRange<Double>, isLogarithmic: Bool, isWhole: Bool)

  /// How many values there are; nil: any number of a range.
  package var count: Int? {
    switch self {
    case .choices(let count): count
    case .numbers(let range, _, let isWhole):
      isWhole
        ? Int(exactly: range.upperBound.rounded(.down) - range.lowerBound.rounded(.up)).map {
          $0 + 1
        }
        : nil
    }
  }

  /// All values, where they can be counted.
  var values: [Double]? {
    guard let count else { return nil }
    switch self {
    case .choices: return (0..<count).map(Double.init)
    case .numbers(let range, _, _):
      return (0..<count).map { range.lowerBound.rounded(.up) + Double($0) }
    }
  }

  /// Where a number stands on the axis of its range.
  func coordinate(of value: Double) -> Double {
    if case .numbers(_, isLogarithmic: true, _) = self { return log(value) }
    return value
  }

  /// The number at a place of the axis.
  func value(at coordinate: Double) -> Double {
    guard case .numbers(let range, let isLogarithmic, let isWhole) = self else {
      return coordinate
    }
    let value = isLogarithmic ? exp(coordinate) : coordinate
    if isWhole {
      return min(
        max(value.rounded(), range.lowerBound.rounded(.up)), range.upperBound.rounded(.down))
    }
    return min(max(value, range.lowerBound), range.upperBound)
  }

  /// The ends of the axis. A whole number has the part of it from half below to half above, so that each has
  /// as much of a linear axis.
  var ends: (lower: Double, upper: Double) {
    switch self {
    case .choices(let count): return (0, Double(count))
    case .numbers(let range, _, let isWhole):
      guard isWhole else {
        return (coordinate(of: range.lowerBound), coordinate(of: range.upperBound))
      }
      return (
        coordinate(of: range.lowerBound.rounded(.up) - 0.5),
        coordinate(of: range.upperBound.rounded(.down) + 0.5)
      )
    }
  }
}
