import Foundation

/// A number as tables of several countries write it: `-1.5`, `−1,5`, `1,000`, `1.234,5`, `1 000`.
struct WrittenNumber: Equatable {
  /// With a decimal point, commas between thousands; nil where that makes no number.
  let point: Double?
  /// With a decimal comma, points between thousands; nil where that makes no number.
  let comma: Double?

  /// - Returns: nil for what is no number in either way.
  init?(_ text: String) {
    if let plain = Self.plain(text) {
      point = plain
      comma = text.contains(".") ? Self.read(Array(text.unicodeScalars), ",", ".") : plain
      return
    }
    var letters = Array(text.unicodeScalars)
    if letters.count > 40 { return nil }
    // The minus sign of typesetters, and dashes in its place.
    if let first = letters.first, ["\u{2212}", "\u{2013}", "\u{FE63}", "\u{FF0D}"].contains(first) {
      letters[0] = "-"
    }
    point = Self.read(letters, ".", ",")
    comma = Self.read(letters, ",", ".")
    if point == nil && comma == nil { return nil }
  }

  /// Whether the two ways give different numbers.
  var isAmbiguous: Bool { point != nil && comma != nil && point != comma }

  /// Most are so; digits, a sign, a point and an exponent, and no other letters (`0x1F`, `nan`).
  private static func plain(_ text: String) -> Double? {
    let isPlain = text.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
        UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        true
      default: false
      }
    }
    guard isPlain, let value = Double(text), value.isFinite else { return nil }
    return value
  }

  private static let spaces: Set<Unicode.Scalar> = [
    " ", "\u{A0}", "\u{2009}", "\u{202F}", "'", "\u{2019}",
  ]

  private static func read(
    _ letters: [Unicode.Scalar], _ decimal: Unicode.Scalar, _ thousands: Unicode.Scalar
  ) -> Double? {
    let isGroup: (Unicode.Scalar) -> Bool = { $0 == thousands || spaces.contains($0) }
    var rest = letters[...]
    var plain = ""
    if let sign = rest.first, sign == "-" || sign == "+" {
      plain.unicodeScalars.append(sign)
      rest = rest.dropFirst()
    }
    let whole = rest.prefix { isDigit($0) || isGroup($0) }
    let groups = whole.split(omittingEmptySubsequences: false, whereSeparator: isGroup)
    if groups.count > 1 {
      guard Set(whole.filter(isGroup)).count == 1, (1...3).contains(groups[0].count),
        groups.dropFirst().allSatisfy({ $0.count == 3 })
      else { return nil }
    }
    for group in groups { plain.unicodeScalars += group }
    rest = rest.dropFirst(whole.count)
    if rest.first == decimal {
      plain += "."
      rest = rest.dropFirst()
    }
    for letter in rest {
      guard isDigit(letter) || "eE+-".unicodeScalars.contains(letter) else { return nil }
      plain.unicodeScalars.append(letter)
    }
    return Self.plain(plain.hasSuffix(".") ? String(plain.dropLast()) : plain)
  }

  private static func isDigit(_ letter: Unicode.Scalar) -> Bool { ("0"..."9").contains(letter) }
}
