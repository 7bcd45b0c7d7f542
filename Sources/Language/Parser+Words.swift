extension Parser {
  /// Whether a bare word would end here.
  var isAtWordEnd: Bool {
    scanner.isAtMark || scanner.isAtBackgroundMark
      || scanner.current.map(wordEnds.contains) ?? false
  }

  /// Bytes up to a blank or a mark; empty when one stands here.
  mutating func bareWord() throws(Diagnostic) -> String {
    let start = scanner.position
    while !isAtWordEnd, let byte = scanner.current {
      if byte.isControl {
        throw Diagnostic(
          "a control character (\(Self.codePoint(UInt32(byte)))) has no place here",
          at: span(from: scanner.position, count: 1))
      }
      if let quote = curlyQuote {
        throw Diagnostic(
          "`\(quote)` is not a quote here", at: span(from: scanner.position, count: 3),
          help: ["use the straight quote `\"`"])
      }
      if byte == .dollar,
        let reference = Self.reference(in: scanner.bytes[scanner.position...])
      {
        // The braces of `${name}` are part of the word.
        scanner.advance(by: reference.length)
        continue
      }
      scanner.advance()
      // A run of `&` is looked through once, not once for each.
      while byte == .ampersand, scanner.current == .ampersand { scanner.advance() }
      // A word that ended in `\` would be read as a continued line when it stands last.
      if byte == .backslash && isAtWordEnd {
        throw Diagnostic(
          "`\\` does not keep a blank or a mark in a word",
          at: span(from: scanner.position - 1, count: 2),
          help: ["put a text with blanks in quotes: \"two words\""])
      }
    }
    return scanner.text(start, scanner.position)
  }

  /// One of the double quotes that word processors make.
  private var curlyQuote: String? {
    guard scanner.current == 0xE2, scanner.byte(ahead: 1) == 0x80 else { return nil }
    switch scanner.byte(ahead: 2) {
    case 0x9C: return "\u{201C}"
    case 0x9D: return "\u{201D}"
    case 0x9E: return "\u{201E}"
    default: return nil
    }
  }

  /// A quoted string, which may hold line ends; the scanner stands at the quote.
  mutating func quoted(by quote: UInt8, before mark: UInt8? = nil) throws(Diagnostic) -> String {
    let start = scanner.position
    var text: [UInt8] = []
    scanner.advance()
    while let byte = scanner.current {
      switch byte {
      case quote:
        scanner.advance()
        let isAtEnd = isAtWordEnd && scanner.current != .quote || scanner.current == .hash
        guard isAtEnd || mark != nil && scanner.current == mark else {
          throw Diagnostic(
            "a blank is missing after this string", at: Span(start, scanner.position),
            help: unclosed(from: start))
        }
        return String(decoding: text, as: UTF8.self)
      case .backslash:
        text += try escape().utf8
      case 0:
        throw nulFault()
      case .dollar where quote == .quote:
        if let value = try referenceInString() {
          text += value.utf8
        } else {
          text.append(byte)
          scanner.advance()
        }
      default:
        text.append(byte)
        scanner.advance()
      }
    }
    needsMore = true
    var line = start
    while line < scanner.bytes.count, scanner.bytes[line] != .newline { line += 1 }
    throw Diagnostic(
      "this string is not closed", at: Span(start, line),
      help: ["end it with `\(quote == .quote ? "\"" : "'")`"])
  }

  /// Where a string that text follows holds line ends, its quote was probably meant to end before them.
  private func unclosed(from start: Int) -> [String] {
    func line(of place: Int) -> Int {
      1 + scanner.bytes[..<place].count { $0 == .newline }
    }
    let (first, last) = (line(of: start), line(of: scanner.position))
    guard first < last else { return [] }
    return [
      "the quote that opens at line \(first) may not be closed: the next one is at line \(last)"
    ]
  }

  private mutating func escape() throws(Diagnostic) -> String {
    let start = scanner.position
    guard let kind = scanner.byte(ahead: 1) else {
      scanner.advance()
      return ""  // The end of the text: the string is reported as not closed.
    }
    let plain: String?
    switch kind {
    case UInt8(ascii: "n"): plain = "\n"
    case UInt8(ascii: "t"): plain = "\t"
    case UInt8(ascii: "r"): plain = "\r"
    case .quote: plain = "\""
    case .apostrophe: plain = "'"
    case .backslash: plain = "\\"
    case .dollar: plain = "$"
    case .newline: plain = ""
    default: plain = nil
    }
    if let plain {
      scanner.advance(by: 2)
      return plain
    }
    if kind == UInt8(ascii: "u"), let scalar = unicodeEscape() {
      if scalar == "\0" { throw nulFault(from: start) }
      return scalar
    }
    // The whole character after the backslash, which may take several bytes.
    var length = 2
    while let byte = scanner.byte(ahead: length), byte & 0xC0 == 0x80 { length += 1 }
    throw Diagnostic(
      "unknown escape in a string", at: span(from: start, count: length),
      help: [#"known are \n \t \r \" \' \\ \$ and \u{1F600}; write `\\` for a backslash"#])
  }

  /// That a NUL stands here, at which other programs would cut the text; or the escape that says one.
  func nulFault(from start: Int? = nil) -> Diagnostic {
    let place = start.map { Span($0, scanner.position) } ?? span(from: scanner.position, count: 1)
    return Diagnostic("a NUL (U+0000) cannot be part of a text", at: place, help: ["leave it out"])
  }

  /// `\u{…}` with one to six hexadecimal digits.
  private mutating func unicodeEscape() -> String? {
    guard scanner.byte(ahead: 2) == .openBrace else { return nil }
    var length = 3
    while let byte = scanner.byte(ahead: length), byte != .closeBrace, length < 9 { length += 1 }
    guard scanner.byte(ahead: length) == .closeBrace else { return nil }
    let digits = scanner.text(scanner.position + 3, scanner.position + length)
    guard digits.utf8.allSatisfy({ $0.isDigit || $0.isLetter }),
      let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code)
    else { return nil }
    scanner.advance(by: length + 1)
    return String(scalar)
  }

  static func codePoint(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
