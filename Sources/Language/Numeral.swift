/// Readers of the words that are numbers; each gives nil for a word that is not one, never a trap.
package enum Numeral {
  /// `20`, `-3`, `.5`, `2e-4`, `20k`, `1.5M`; nil when the number is beyond double precision.
  package static func number(_ word: Substring) -> Double? {
    var rest = word.utf8[...]
    var sign = ""
    if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      sign = first == UInt8(ascii: "-") ? "-" : ""
      rest.removeFirst()
    }
    let whole = digits(&rest)
    var fraction = ""
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      fraction = digits(&rest)
      if fraction.isEmpty { return nil }
    }
    if whole.isEmpty && fraction.isEmpty { return nil }
    guard let exponent = exponent(&rest) else { return nil }
    let thousands: Int
    switch rest.first {
    case nil: thousands = 0
    case UInt8(ascii: "k"): thousands = 3
    case UInt8(ascii: "M"): thousands = 6
    case UInt8(ascii: "G"): thousands = 9
    default: return nil
    }
    guard rest.dropFirst().isEmpty else { return nil }
    // The suffix joins the exponent, so that 20.1k is the double nearest to 20100.
    let (sum, overflow) = exponent.addingReportingOverflow(thousands)
    guard !overflow else { return nil }
    let spelled =
      "\(sign)\(whole.isEmpty ? "0" : whole).\(fraction.isEmpty ? "0" : fraction)e\(sum)"
    guard let value = Double(spelled), value.isFinite else { return nil }
    // Smaller than the smallest number that there is, and not 0.
    if value == 0, (whole + fraction).contains(where: { $0 != "0" }) { return nil }
    return value
  }

  /// `64x64x3`: two or more whole numbers; nil when one does not fit an `Int`.
  static func size(_ word: Substring) -> [Int]? {
    let parts = word.utf8.split(separator: UInt8(ascii: "x"), omittingEmptySubsequences: false)
    guard parts.count >= 2 else { return nil }
    var numbers: [Int] = []
    for part in parts {
      guard !part.isEmpty, part.allSatisfy(\.isDigit), let number = Int(Substring(part)) else {
        return nil
      }
      numbers.append(number)
    }
    return numbers
  }

  /// `3..7`.
  package static func range(_ word: Substring) -> (Double, Double)? {
    let bytes = Array(word.utf8)
    guard bytes.count >= 4 else { return nil }
    let dot = UInt8(ascii: ".")
    guard
      let split = bytes.indices.dropLast().first(where: {
        bytes[$0] == dot && bytes[$0 + 1] == dot
      })
    else { return nil }
    // `0...5` is a slip, and not `0..` with `.5` after it.
    guard split + 2 < bytes.count, bytes[split + 2] != dot else { return nil }
    let lower = String(decoding: bytes[..<split], as: UTF8.self)
    let upper = String(decoding: bytes[(split + 2)...], as: UTF8.self)
    guard let lower = number(lower[...]), let upper = number(upper[...]) else { return nil }
    return (lower, upper)
  }

  private static func digits(_ rest: inout Substring.UTF8View) -> String {
    let run = rest.prefix(while: \.isDigit)
    rest = rest.dropFirst(run.count)
    return String(decoding: run, as: UTF8.self)
  }

  /// An exponent if there is one (0 if there is none); nil for a broken or enormous one.
  private static func exponent(_ rest: inout Substring.UTF8View) -> Int? {
    guard let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") else { return 0 }
    rest.removeFirst()
    var sign = 1
    if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      sign = first == UInt8(ascii: "-") ? -1 : 1
      rest.removeFirst()
    }
    guard let magnitude = Int(digits(&rest)) else { return nil }
    return sign * magnitude
  }
}
