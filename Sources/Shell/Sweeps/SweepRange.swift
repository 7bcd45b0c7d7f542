import Foundation
import Language

/// Numbers from one to another: `64..256:3`, `1e-5..1e-3:log:5`, or without a count what draws are from.
struct SweepRange: Hashable {
  let lower: Double
  let upper: Double
  let isLogarithmic: Bool
  /// How many numbers, both ends among them; nil: it is drawn from.
  let count: Int?
  /// Whether the option takes whole numbers.
  let isWhole: Bool

  /// - Parameter isWhole: whether the option takes whole numbers.
  /// - Returns: nil where the term is no range.
  /// - Throws: where it is one that means nothing.
  init?(_ term: Term, isWhole: Bool) throws(Diagnostic) {
    let parts = term.text.split(separator: ":", omittingEmptySubsequences: false)
    guard let first = parts.first, let dots = first.firstRange(of: ".."),
      let lower = Numeral.number(first[..<dots.lowerBound]),
      let upper = Numeral.number(first[dots.upperBound...])
    else { return nil }
    var (isLogarithmic, count): (Bool, Int?) = (false, nil)
    for part in parts.dropFirst() {
      switch part {
      case "log": isLogarithmic = true
      case "linear": isLogarithmic = false
      default:
        guard let number = Int(part), (2...1000).contains(number), count == nil else {
          throw Diagnostic(
            "`\(part)` says nothing of a range", at: term.span,
            help: ["write it like `1e-5..1e-3:log:5`: `log` or `linear`, and how many (2 to 1,000)"]
          )
        }
        count = number
      }
    }
    guard lower < upper else {
      throw Diagnostic("a range goes up, unlike `\(first)`", at: term.span)
    }
    guard !isLogarithmic || lower > 0 else {
      throw Diagnostic("a logarithmic range begins above 0, unlike `\(first)`", at: term.span)
    }
    guard !isWhole || lower.rounded(.up) <= upper else {
      throw Diagnostic("there is no whole number in `\(first)`", at: term.span)
    }
    (self.lower, self.upper, self.isLogarithmic) = (lower, upper, isLogarithmic)
    (self.count, self.isWhole) = (count, isWhole)
  }

  /// The numbers of the count, both ends as they were typed, those between with four digits.
  func values(_ count: Int) -> [Double] {
    (0..<count).map { index in
      switch index {
      case 0: lower
      case count - 1: upper
      default: value(at: Double(index) / Double(count - 1))
      }
    }
  }

  /// The number at a share of the way, with four digits, or whole where only those can be.
  func value(at share: Double) -> Double {
    let value =
      isLogarithmic
      ? exp(log(lower) + (log(upper) - log(lower)) * share) : lower + (upper - lower) * share
    return rounded(value)
  }

  /// A number with four digits, or whole where only those can be.
  func rounded(_ value: Double) -> Double {
    if isWhole { return value.rounded() }
    guard value != 0 else { return 0 }
    return Double(String(format: "%.3e", value)) ?? value
  }

  /// Whether a number is one of the range, but for the rounding.
  func contains(_ value: Double) -> Bool {
    let slack = abs(value) * 1e-3
    return lower - slack <= value && value <= upper + slack
      && (!isWhole || value == value.rounded())
  }
}
