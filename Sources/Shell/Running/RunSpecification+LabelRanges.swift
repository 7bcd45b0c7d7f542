import Datasets
import Language
import Specification
import TerminalText

extension RunSpecification {
  /// What to say of numbers that are far from those that networks are used to; nil: nothing.
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
      guard far > Self.usual, max(-low, high) <= Limits.largestNumber else { continue }
      let range = LabelShape.numbers([NumberLabel(number.name, low...high)])
      return
        "networks learn numbers of about 1, and `\(SafeText.oneLine(number.name))` reaches from \(printed(low)) to \(printed(high))\(number.range == nil ? "" : ", far beyond its range"): "
        + "declare the architecture with `\(SafeText.oneLine("\(range)"))`, which they see as -1..1"
    }
    return nil
  }

  /// Up to here a network's outputs come in a few steps.
  private static let usual = 5.0
}
