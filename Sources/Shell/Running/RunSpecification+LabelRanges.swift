import Datasets
import Foundation
import Language
import Specification
import TerminalText

extension RunSpecification {
  /// What to say of numbers that are far from those that networks are used to, or hardly differ for them; nil: nothing.
  func caution(ofNumbersIn dataset: Dataset) -> String? {
    guard case .numbers(let numbers) = architecture.labels else { return nil }
    for number in numbers {
      guard let column = dataset.labels?.columns.first(where: { $0.name.isExactly(number.name) }),
        case .number(let values) = column.values
      else { continue }
      let known = values.filter(\.isFinite)
      guard let least = known.min(), let most = known.max(), least < most else { continue }
      let far = max(abs(least - number.middle), abs(most - number.middle)) / number.half
      let (low, high) = (least.rounded(.down), most.rounded(.up))
      if far > Self.usual, max(-low, high) <= Limits.largestNumber {
        return
          "networks learn numbers of about 1, and `\(SafeText.oneLine(number.name))` reaches from \(printed(low)) to \(printed(high))\(number.range == nil ? "" : ", far beyond its range"): "
          + "declare the architecture with \(Self.typed(number.name, low...high)), which they see as -1..1"
      }
      let mean = known.reduce(0, +) / Double(known.count)
      let spread = (known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(known.count))
        .squareRoot()
      if number.range != nil, spread < Self.least * number.half,
        2 * spread >= Limits.leastNumberRange
      {
        let near = Self.rounded(mean - spread, to: spread)...Self.rounded(mean + spread, to: spread)
        return
          "what varies little within its range is learned late, and the deviation of `\(SafeText.oneLine(number.name))` is \(printed(Self.rounded(spread, to: spread))): "
          + "\(Self.typed(number.name, near)) is nearer to it, and values beyond are no fault"
      }
    }
    return nil
  }

  /// Up to here a network's outputs come in a few steps.
  private static let usual = 5.0
  /// A deviation, in halves of the range, below which others outweigh a number: that of an even spread over the range is 0.58.
  private static let least = 0.4

  /// What is typed for a number with its range.
  private static func typed(_ name: String, _ range: ClosedRange<Double>) -> String {
    "`\(SafeText.oneLine("\(LabelShape.numbers([NumberLabel(name, range)]))"))`"
  }

  /// To two digits of a size.
  private static func rounded(_ number: Double, to size: Double) -> Double {
    let unit = pow(10, 1 - log10(size).rounded(.down))
    return (number * unit).rounded() / unit
  }
}
