/// Text of unknown origin (names of files, labels, notes) as a terminal may get it: nothing in it
/// moves the cursor, changes colours or turns the direction of writing.
package enum SafeText {
  /// The text in one line: line ends and tabs are blanks, other controls U+FFFD.
  package static func oneLine(_ text: String) -> String {
    replaced(text) { $0 == 0x09 || $0 == 0x0A || $0 == 0x0D || isLineSeparator($0) ? " " : nil }
  }

  /// The text with its line ends and tabs; carriage returns are blanks, other controls U+FFFD.
  package static func lines(_ text: String) -> String {
    replaced(text) { value in
      switch value {
      case 0x09: "\t"
      case 0x0A: "\n"
      case 0x0D: " "
      default: isLineSeparator(value) ? " " : nil
      }
    }
  }

  /// The text in one line, whatever else is in it kept: for programs, which read line by line.
  package static func joinedLines(_ text: String) -> String {
    guard text.utf8.contains(0x0A) || text.utf8.contains(0x0D) else { return text }
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      line.append(scalar == "\n" || scalar == "\r" ? " " : scalar)
    }
    return String(line)
  }

  /// Whether a terminal may get the text as it is, in one line.
  package static func isSafe(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
      || !text.unicodeScalars.contains { isControl($0.value) || isLineSeparator($0.value) }
  }

  private static func replaced(
    _ text: String, _ blank: (UInt32) -> Unicode.Scalar?
  ) -> String {
    if isSafe(text) { return text }
    var safe = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if let blank = blank(scalar.value) {
        safe.append(blank)
      } else {
        safe.append(isControl(scalar.value) ? "\u{FFFD}" : scalar)
      }
    }
    return String(safe)
  }

  private static func isLineSeparator(_ value: UInt32) -> Bool {
    value == 0x2028 || value == 0x2029
  }

  /// C0, DEL and C1, and the marks that turn the direction of writing, with which a line could be
  /// made to read as another.
  private static func isControl(_ value: UInt32) -> Bool {
    switch value {
    case ..<0x20, 0x7F..<0xA0, 0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
