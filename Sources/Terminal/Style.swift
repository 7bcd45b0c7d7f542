/// How a piece of text is set off, where colour is wanted.
package enum Style: String, Sendable, CaseIterable {
  case bold = "1"
  case dim = "2"
  case red = "31"
  case green = "32"
  case yellow = "33"
  case blue = "34"
  case magenta = "35"
  case cyan = "36"
  /// Bold red, for the word `error`.
  case alarm = "1;31"

  /// The text between the escape sequences of the style.
  package func wrap(_ text: String) -> String { opening + text + Self.closing }

  var opening: String { "\u{1B}[\(rawValue)m" }
  static let closing = "\u{1B}[0m"
}

/// Whether a stream gets colours and whether it gets cursor movements.
///
/// In order of precedence: `--no-color`, `NO_COLOR`, `FORCE_COLOR` (or `CLICOLOR_FORCE`), then
/// whether the stream is a terminal that is not `dumb`.
package struct ColourPolicy: Sendable, Hashable {
  package var isForbidden: Bool

  package init(isForbidden: Bool = false) { self.isForbidden = isForbidden }

  /// Whether text written to `stream` may hold colours.
  package func allowsColour(on stream: StandardStream) -> Bool {
    if isForbidden || environment("NO_COLOR") != nil { return false }
    for name in ["FORCE_COLOR", "CLICOLOR_FORCE"] {
      if let value = environment(name) { return value != "0" }
    }
    return stream.isTerminal && !isDumb
  }

  /// Whether `stream` understands carriage returns and erasing, which no variable can force.
  package func allowsMovement(on stream: StandardStream) -> Bool {
    stream.isTerminal && !isDumb
  }

  private var isDumb: Bool { environment("TERM").map { $0 == "dumb" } ?? true }
}
