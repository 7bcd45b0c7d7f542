import Notebook
import TerminalText

extension ComparisonReport {
  /// The report without pictures, as Markdown.
  package func markdown() -> String {
    var text = "# \(oneLine(title))\n\n\(overview().markdown)\n"
    if details.count > 1 {
      let table = differences()
      text += "## What differs\n\n"
      text += table.rows.isEmpty ? "Nothing.\n\n" : table.markdown + "\n"
    }
    if !outcome.metrics.isEmpty {
      text += "## How it came out\n\n\(Table.metrics(of: outcome).markdown)\n"
    }
    if !evaluations().rows.isEmpty {
      text +=
        "## Measured\n\n\(details.count > 1 ? Self.comparable + "\n\n" : "")\(evaluations().markdown)\n"
    }
    text += "## Declared as\n\n"
    for declaration in declarations() {
      let fence = String(repeating: "`", count: max(3, longestFence(in: declaration.text) + 1))
      text += "\(declaration.runs.map(oneLine).joined(separator: ", ")):\n\n"
      text += "\(fence)\n\(declaration.text)\n\(fence)\n\n"
    }
    text += "## Machine and build\n\n\(environment().markdown)"
    if !events().rows.isEmpty { text += "\n## Events\n\n\(events().markdown)" }
    return text
  }

  private func oneLine(_ text: String) -> String { SafeText.oneLine(text) }

  /// The longest row of backticks, which a fence must exceed.
  private func longestFence(in text: String) -> Int {
    var (longest, current) = (0, 0)
    for letter in text {
      current = letter == "`" ? current + 1 : 0
      longest = max(longest, current)
    }
    return longest
  }
}
