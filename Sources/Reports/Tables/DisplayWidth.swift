/// How wide text stands in a terminal, and how it is made safe for one.
package enum DisplayWidth {
  /// Columns of a terminal that the text takes; wide letters and pictures take two.
  package static func of(_ text: String) -> Int {
    if text.utf8.allSatisfy({ $0 >= 32 && $0 < 127 }) { return text.utf8.count }
    return text.reduce(0) { $0 + width(of: $1) }
  }

  /// The text in one line: what would move the cursor or change colours is replaced.
  package static func oneLine(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var line = ""
    for scalar in text.unicodeScalars {
      if scalar == "\n" || scalar == "\t" {
        line.append(" ")
      } else {
        line.unicodeScalars.append(isControl(scalar) ? "\u{FFFD}" : scalar)
      }
    }
    return line
  }

  /// The text cut to a width, with `…` where something is missing.
  package static func cut(_ text: String, to limit: Int) -> String {
    guard of(text) > limit else { return text }
    guard limit > 0 else { return "" }
    var cut = ""
    var used = 1  // for the ellipsis
    for letter in text {
      used += width(of: letter)
      if used > limit { break }
      cut.append(letter)
    }
    return cut + "…"
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control
      // Marks that turn the direction of writing could make a line read as another.
      || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
  }

  private static func width(of letter: Character) -> Int {
    guard let first = letter.unicodeScalars.first else { return 0 }
    if first.properties.isEmojiPresentation { return 2 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch first.value {
    // East Asian wide and full-width letters (UAX #11), in blocks.
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}
