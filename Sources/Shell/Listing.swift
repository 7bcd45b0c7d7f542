import Language
import Terminal

/// Rows under named columns: shown aligned, or as JSON.
struct Listing {
  /// One value of a row.
  enum Value: Hashable {
    case text(String)
    /// Shown with its thousands apart.
    case integer(Int)
    /// A whole number that may be a key: shown as it is.
    case plain(Int)
    case number(Double)
    case none
  }

  let columns: [String]
  private(set) var rows: [[Value]] = []

  init(_ columns: [String]) { self.columns = columns }

  /// Adds a row with a value for each column.
  mutating func append(_ row: [Value]) {
    precondition(row.count == columns.count, "a value for each column")
    rows.append(row)
  }

  /// Shows the rows as the session prefers them.
  func show(in session: Session) {
    if session.configuration.prefersJSON { return session.output.line(json) }
    let output = session.output
    let limit = output.isLive ? output.width : nil
    let lines = aligned(width: limit)
    if let head = lines.first { output.line(output.styled(head, .bold)) }
    for line in lines.dropFirst() { output.line(line) }
  }

  /// A heading and a line for each row, numbers to the right; the widest texts give way where a
  /// terminal is narrow.
  func aligned(width limit: Int? = nil) -> [String] {
    let texts = [columns] + rows.map { $0.map(\.shown) }
    var widths = columns.indices.map { column in texts.map { $0[column].count }.max() ?? 0 }
    if let limit {
      while widths.reduce(0, +) + 2 * (widths.count - 1) > limit,
        let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > 12
      {
        widths[widest] -= 1
      }
    }
    let numeric = columns.indices.map { column in
      !rows.isEmpty && rows.allSatisfy { $0[column].isNumeric }
    }
    return texts.map { row in
      let cells = row.indices.map { column in
        let text = row[column].cut(to: widths[column])
        return numeric[column] ? text.indented(to: widths[column]) : text.padded(to: widths[column])
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// An array of objects, one a line.
  var json: String {
    let objects = rows.map { row in
      let fields = zip(columns, row).map { "\(JSON.string($0)): \($1.json)" }
      return "  {" + fields.joined(separator: ", ") + "}"
    }
    return objects.isEmpty ? "[]" : "[\n" + objects.joined(separator: ",\n") + "\n]"
  }
}

extension Listing.Value {
  /// Nothing where there is no value.
  static func text(_ text: String?) -> Self { text.map { .text($0) } ?? .none }
  static func number(_ number: Double?) -> Self { number.map { .number($0) } ?? .none }
  static func integer(_ integer: Int?) -> Self { integer.map { .integer($0) } ?? .none }

  var isNumeric: Bool {
    if case .text = self { return false }
    return true
  }

  var shown: String {
    switch self {
    case .text(let text): text.split(separator: "\n").joined(separator: " ")
    case .integer(let integer): grouped(integer)
    case .plain(let integer): String(integer)
    case .number(let number): brief(number)
    case .none: "-"
    }
  }

  var json: String {
    switch self {
    case .text(let text): JSON.string(text)
    case .integer(let integer), .plain(let integer): String(integer)
    case .number(let number): JSON.number(number)
    case .none: "null"
    }
  }
}

/// A number as people read it in a table: four significant digits, no exponent where it is short.
func brief(_ number: Double) -> String {
  if number.isNaN { return "nan" }
  if number.isInfinite { return number < 0 ? "-inf" : "inf" }
  if number == 0 { return "0" }
  let size = abs(number)
  if size >= 1e6 || size < 1e-3 { return scientific(number) }
  let decimals = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : 4
  return fixed(number, decimals)
}

/// A number with so many decimals.
func fixed(_ number: Double, _ decimals: Int) -> String {
  guard abs(number) < 1e15 else { return number.description }
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  let scaled = Int((abs(number) * scale).rounded())
  let digits = String(scaled).leftZeros(to: decimals + 1)
  let sign = number < 0 && scaled != 0 ? "-" : ""
  guard decimals > 0 else { return sign + digits }
  return sign + digits.dropLast(decimals) + "." + digits.suffix(decimals)
}

private func scientific(_ number: Double) -> String {
  var (mantissa, exponent) = (abs(number), 0)
  while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
  while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
  var text = fixed(mantissa, 3)
  if text.hasPrefix("10.") { (text, exponent) = ("1.000", exponent + 1) }
  return (number < 0 ? "-" : "") + text + "e" + String(exponent)
}

extension String {
  fileprivate func leftZeros(to width: Int) -> String {
    String(repeating: "0", count: max(0, width - count)) + self
  }
}

/// JSON texts.
enum JSON {
  static func string(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + digits.leftZeros(to: 4)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// What is not finite has no number in JSON: `"nan"`, `"inf"` and `"-inf"` are strings.
  static func number(_ number: Double) -> String {
    guard number.isFinite else { return string(brief(number)) }
    if number == number.rounded(), abs(number) < 1e15 { return String(Int(number)) }
    return number.description
  }
}
