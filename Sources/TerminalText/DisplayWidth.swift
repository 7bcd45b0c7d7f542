/// How wide text stands in a terminal.
package enum DisplayWidth {
  /// Columns of a terminal that the text takes; wide letters and pictures take two.
  package static func of(_ text: String) -> Int {
    if text.utf8.allSatisfy({ $0 >= 32 && $0 < 127 }) { return text.utf8.count }
    return text.reduce(0) { $0 + of($1) }
  }

  /// Columns that one letter takes.
  package static func of(_ letter: Character) -> Int {
    let scalars = letter.unicodeScalars
    guard let first = scalars.first else { return 0 }
    if first.properties.isEmojiPresentation { return 2 }
    // A sign that is drawn as a picture because U+FE0F after it says so.
    if first.properties.isEmoji, scalars.dropFirst().first?.value == 0xFE0F { return 2 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch first.value {
    // East Asian wide and full-width letters (UAX #11), in blocks.
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
      0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }

  /// The text cut to a width, with `…` where something is missing.
  package static func cut(_ text: String, to limit: Int) -> String {
    guard of(text) > limit else { return text }
    guard limit > 0 else { return "" }
    var cut = ""
    var used = 1  // for the ellipsis
    for letter in text {
      used += of(letter)
      if used > limit { break }
      cut.append(letter)
    }
    return cut + "…"
  }

  /// The text with blanks after it, at least so many columns wide.
  package static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - of(text)))
  }
}
