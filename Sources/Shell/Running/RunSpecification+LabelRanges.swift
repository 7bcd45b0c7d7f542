import Datasets
import Language
import Specification
import TerminalText

extension RunSpecification {
  /// What to say of numbers that are far from those that networks are used to; nil: nothing.
  func caution(ofNumbersIn dataset: Dataset) -> String? {
    guard case .numbers(let numbers) = architecture.labels else { return nil }
    for number in numbers where number.range == nil {
      guard let column = dataset.labels?.columns.first(where: { $0.name.isExactly(number.name) }),
        case .number(let values) = column.values
      else { continue }
      let known = values.filter(\.isFinite)
      guard let least = known.min(), let most = known.max(), max(-least, most) > Self.usual,
        least < most
      else { continue }
      let range = "\(printed(least.rounded(.down)))..\(printed(most.rounded(.up)))"
      return
        "`\(SafeText.oneLine(number.name))` is as far from 0 as \(printed(Double(Float(max(-least, most))))), and networks learn numbers of about 1: "
        + "declare the architecture with `numbers=\(SafeText.oneLine(number.name)):\(range)`, which they see as -1..1"
    }
    return nil
  }

  /// Up to here a network's outputs come in a few steps.
  private static let usual = 5.0
}
