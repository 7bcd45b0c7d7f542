/// A place in the bytes of a text, and what may be skipped there.
///
/// Everything is bounds-checked: reading past the end gives nil.
struct Scanner {
  let bytes: [UInt8]
  var position = 0
  /// Whether the last continuation (`\` at a line's end) had no line after it.
  private(set) var endsInContinuation = false

  init(_ text: String) {
    bytes = Array(text.utf8)
    // A byte order mark is nothing that was typed.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  var current: UInt8? { byte(ahead: 0) }
  var isAtEnd: Bool { position >= bytes.count }

  func byte(ahead distance: Int) -> UInt8? {
    let index = position + distance
    return index >= 0 && index < bytes.count ? bytes[index] : nil
  }

  mutating func advance(by count: Int = 1) {
    position = min(position + count, bytes.count)
  }

  func text(_ start: Int, _ end: Int) -> String {
    guard start < end, start >= 0, end <= bytes.count else { return "" }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  func hasPrefix(_ prefix: String) -> Bool {
    var distance = 0
    for expected in prefix.utf8 {
      guard byte(ahead: distance) == expected else { return false }
      distance += 1
    }
    return true
  }

  /// How many bytes a blank takes here: a space, tab, carriage return or no-break space; 0: none.
  private func blankLength(ahead distance: Int) -> Int {
    switch byte(ahead: distance) {
    case .space, .tab, .carriageReturn: 1
    case 0xC2 where byte(ahead: distance + 1) == 0xA0: 2
    default: 0
    }
  }

  var isAtBlank: Bool { blankLength(ahead: 0) > 0 }

  /// The bytes of `\`, blanks and the line's end, when that is what stands here.
  var continuationLength: Int? {
    guard current == .backslash else { return nil }
    var length = 1
    while true {
      let blank = blankLength(ahead: length)
      if blank == 0 { break }
      length += blank
    }
    switch byte(ahead: length) {
    case nil: return length
    case .newline: return length + 1
    default: return nil
    }
  }

  /// Skips blanks and continued line ends.
  mutating func skipBlanks() {
    while true {
      let blank = blankLength(ahead: 0)
      if blank > 0 {
        advance(by: blank)
      } else if !skipContinuation() {
        return
      }
    }
  }

  /// Skips a `\\` with the line's end after it, if that is what stands here.
  @discardableResult
  mutating func skipContinuation() -> Bool {
    guard let length = continuationLength else { return false }
    advance(by: length)
    endsInContinuation = isAtEnd
    return true
  }

  /// Skips to the end of the line, which is left in place.
  mutating func skipLine() {
    while let byte = current, byte != .newline { advance() }
  }

  /// Skips what may stand between statements or items: blanks, line ends, `;`, comments.
  mutating func skipSeparators() {
    while true {
      skipBlanks()
      switch current {
      case .newline, .semicolon: advance()
      case .hash: skipLine()
      default: return
      }
    }
  }

  /// Skips blanks of this line only.
  mutating func skipBlanksOfLine() {
    while isAtBlank { advance(by: blankLength(ahead: 0)) }
  }

  /// Whether an `&` here ends a word, and so its statement.
  var isAtBackgroundMark: Bool {
    guard current == .ampersand else { return false }
    var ahead = self
    while ahead.current == .ampersand { ahead.advance() }
    return ahead.isAtMark || ahead.current == .hash
  }

  /// Whether what stands here ends any bare word: a blank, a line's end or a mark of its own.
  var isAtMark: Bool {
    switch current {
    case nil, .newline, .semicolon, .openBrace, .closeBrace, .comma, .quote: true
    case .backslash: continuationLength != nil
    default: isAtBlank
    }
  }
}

extension UInt8 {
  static let tab = UInt8(ascii: "\t")
  static let newline = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let space = UInt8(ascii: " ")
  static let quote = UInt8(ascii: "\"")
  static let apostrophe = UInt8(ascii: "'")
  static let dollar = UInt8(ascii: "$")
  static let hash = UInt8(ascii: "#")
  static let ampersand = UInt8(ascii: "&")
  static let comma = UInt8(ascii: ",")
  static let colon = UInt8(ascii: ":")
  static let semicolon = UInt8(ascii: ";")
  static let equals = UInt8(ascii: "=")
  static let backslash = UInt8(ascii: "\\")
  static let openBrace = UInt8(ascii: "{")
  static let closeBrace = UInt8(ascii: "}")
  static let exclamation = UInt8(ascii: "!")
  static let bar = UInt8(ascii: "|")

  var isDigit: Bool { self >= 0x30 && self <= 0x39 }
  var isLetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }
  var isControl: Bool { self < 0x20 || self == 0x7F }
  /// What the key of an option is made of after its first letter.
  var isKeyBody: Bool { isLetter || isDigit || self == 0x5F || self == 0x2D || self == 0x2E }
  var isKeyHead: Bool { isLetter || self == 0x5F }
}
