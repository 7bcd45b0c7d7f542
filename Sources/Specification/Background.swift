import Language

/// The colour that is seen through a transparent image: `white`, `black` or `#rrggbb`.
package struct Background: Sendable, Hashable, CustomStringConvertible {
  package let red: UInt8
  package let green: UInt8
  package let blue: UInt8

  package init(red: UInt8, green: UInt8, blue: UInt8) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  package static let white = Background(red: 255, green: 255, blue: 255)
  package static let black = Background(red: 0, green: 0, blue: 0)

  /// The names that colours have, for completion.
  package static let names = ["white", "black"]

  init(parsing term: Term) throws(Diagnostic) {
    switch term.text {
    case "white": self = .white
    case "black": self = .black
    default:
      let digits = term.text.utf8.dropFirst()
      guard term.text.hasPrefix("#"), digits.count == 6,
        term.text.dropFirst().allSatisfy(\.isHexDigit),
        let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
      else {
        throw Diagnostic(
          "`background` is a colour, not `\(term.brief)`", at: term.span,
          help: ["`white`, `black`, or red, green and blue as in `#80ff00`"])
      }
      self.init(
        red: UInt8(truncatingIfNeeded: value >> 16), green: UInt8(truncatingIfNeeded: value >> 8),
        blue: UInt8(truncatingIfNeeded: value))
    }
  }

  package var description: String {
    if self == .white { return "white" }
    if self == .black { return "black" }
    return "#"
      + [red, green, blue].map { byte in
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }.joined()
  }
}
