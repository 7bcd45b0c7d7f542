/// What a terminal answered when it was asked, told apart from keys that were pressed meanwhile.
package struct TerminalAnswers: Sendable, Hashable {
  /// Whether it takes kitty's graphics.
  package private(set) var takesKitty = false
  /// Whether it takes sixels: attribute 4 of its primary device attributes.
  package private(set) var takesSixel = false
  /// Pixels of a letter's cell.
  package private(set) var cell: CellSize?
  package private(set) var background: Tint?
  /// Pixels beyond which sixels are not shown, across and down.
  package private(set) var sixelLimit: CellArea?
  /// Whether the answer has come that every terminal gives, and the last one asked for.
  package private(set) var isComplete = false
  /// What is no answer, in order: keys.
  package private(set) var typed: [UInt8] = []
  /// A sequence whose end has not come.
  private var begun: [UInt8] = []

  /// Longest answer that is waited for, in bytes.
  private static let longest = 256

  package init() {}

  /// Sorts bytes that came; an answer may come in parts.
  package mutating func take(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      begun.append(byte)
      switch Self.form(of: begun) {
      case .key:
        // What broke a sequence off may begin the next.
        if byte == Self.escape && begun.count > 1 {
          typed += begun.dropLast()
          begun = [byte]
        } else {
          typed += begun
          begun = []
        }
      case .part: continue
      case .whole:
        if !understand(begun) { typed += begun }
        begun = []
      }
    }
  }

  /// Nothing more comes: what was begun was a key.
  package mutating func end() {
    typed += begun
    begun = []
  }

  /// Hands over the keys.
  package mutating func takeTyped() -> [UInt8] {
    defer { typed = [] }
    return typed
  }

  // MARK: Sequences

  private static let escape: UInt8 = 0x1B

  private enum Form { case key, part, whole }

  /// What bytes may become: only beginnings of answers are waited for.
  private static func form(of bytes: [UInt8]) -> Form {
    guard bytes[0] == escape, bytes.count <= longest else { return .key }
    guard bytes.count > 1 else { return .part }
    let last = bytes[bytes.count - 1]
    switch bytes[1] {
    case UInt8(ascii: "["):
      if bytes.count == 2 { return .part }
      // Parameters, then one final letter; an arrow key has no parameters.
      if (0x30...0x3F).contains(last) { return .part }
      return (0x40...0x7E).contains(last) && bytes.count > 3 ? .whole : .key
    case UInt8(ascii: "_"), UInt8(ascii: "]"):
      let opening = Array(bytes[1] == UInt8(ascii: "_") ? "_G".utf8 : "]11;".utf8)
      guard zip(opening, bytes.dropFirst()).allSatisfy({ $0 == $1 }) else { return .key }
      if last == 0x07 { return .whole }
      let isClosed = last == UInt8(ascii: "\\") && bytes[bytes.count - 2] == escape
      return isClosed && bytes.count > 3 ? .whole : .part
    default: return .key
    }
  }

  /// Whether a whole sequence is an answer to something asked.
  private mutating func understand(_ bytes: [UInt8]) -> Bool {
    let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
    if text.hasPrefix("[?"), text.hasSuffix("c") {
      takesSixel = text.dropFirst(2).dropLast().split(separator: ";").contains("4")
      isComplete = true
      return true
    }
    if text.hasPrefix("[?2;"), text.hasSuffix("S") {
      let parts = text.dropFirst(4).dropLast().split(separator: ";").map { Int($0) ?? 0 }
      if parts.count == 3, parts[0] == 0, parts[1] >= 100, parts[2] >= 100 {
        sixelLimit = CellArea(columns: parts[1], rows: parts[2])
      }
      return true
    }
    if text.hasPrefix("[6;"), text.hasSuffix("t") {
      let sizes = text.dropFirst(3).dropLast().split(separator: ";").compactMap { Int($0) }
      if sizes.count == 2 { cell = CellSize(width: sizes[1], height: sizes[0]) ?? cell }
      return true
    }
    if text.hasPrefix("_G") {
      takesKitty = text.contains(";OK")
      return true
    }
    guard text.hasPrefix("]11;") else { return false }
    background = Tint(xParseColor: text.dropFirst(4).prefix { $0 != "\u{1B}" && $0 != "\u{7}" })
    return true
  }
}

/// Pixels of the rectangle that a letter fills.
package struct CellSize: Sendable, Hashable {
  package let width: Int
  package let height: Int

  /// Nil for what no letter has: letters are one to three times as high as wide.
  package init?(width: Int, height: Int) {
    guard (2...200).contains(width), (width...3 * width).contains(height) else { return nil }
    (self.width, self.height) = (width, height)
  }

  private init(_ width: Int, _ height: Int) { (self.width, self.height) = (width, height) }

  /// Where the terminal does not say: the proportion is what matters.
  package static let usual = CellSize(10, 20)
}

/// A colour of a terminal.
package struct Tint: Sendable, Hashable {
  package var red: UInt8
  package var green: UInt8
  package var blue: UInt8

  package init(red: UInt8, green: UInt8, blue: UInt8) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  /// `rgb:1e1e/1e1e/2e2e`, with one to four hexadecimal digits a colour.
  init?(xParseColor text: some StringProtocol) {
    guard text.hasPrefix("rgb:") else { return nil }
    let parts: [UInt8] = text.dropFirst(4).split(separator: "/").compactMap { part in
      guard (1...4).contains(part.count), let value = Int(part, radix: 16) else { return nil }
      let most = (1 << (4 * part.count)) - 1
      return UInt8((value * 255 + most / 2) / most)
    }
    guard parts.count == 3 else { return nil }
    self.init(red: parts[0], green: parts[1], blue: parts[2])
  }
}
