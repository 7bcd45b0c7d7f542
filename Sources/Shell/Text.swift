import TerminalText

extension String {
  /// The text with blanks after it, at least `width` columns wide.
  func padded(to width: Int) -> String {
    DisplayWidth.padded(self, to: width)
  }

  /// The text with blanks before it, at least `width` columns wide.
  func indented(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - DisplayWidth.of(self))) + self
  }

  /// The text with its first letter a capital.
  var capitalised: String { prefix(1).uppercased() + dropFirst() }

  /// The text without blanks and line ends around it.
  var trimmed: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }

  /// The text cut to a width, with an ellipsis where something is missing.
  func cut(to width: Int) -> String { DisplayWidth.cut(self, to: width) }
}
