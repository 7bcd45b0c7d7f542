package import Foundation
package import MetricDescriptions

/// Rows of typed values under named columns, before anybody decides how they are shown.
package struct Table: Sendable, Hashable {
  package var columns: [String]
  package var rows: [[Cell]]

  /// - Parameter rows: each as long as `columns`; shorter ones are filled up with `.none`.
  package init(_ columns: [String], rows: [[Cell]] = []) {
    self.columns = columns
    self.rows = []
    for row in rows { append(row) }
  }

  /// Adds a row, filled up with `.none` or cut to the number of columns.
  package mutating func append(_ row: [Cell]) {
    let missing = max(0, columns.count - row.count)
    rows.append(Array(row.prefix(columns.count)) + Array(repeating: .none, count: missing))
  }

  /// Takes the last column away, if there is one.
  package mutating func removeLastColumn() {
    guard !columns.isEmpty else { return }
    columns.removeLast()
    for index in rows.indices { rows[index].removeLast() }
  }

  /// One value.
  package enum Cell: Sendable, Hashable {
    case none
    case text(String)
    /// A setting and its turns, `0.0002, 0.0001 from step 500`: its numbers are shown as `number` has them.
    case turned(String)
    /// Shown with its thousands apart.
    case integer(Int)
    /// A whole number that is a name (a seed, an id): shown as it is.
    case label(UInt64)
    /// Shown with four significant digits; exports give all of them.
    case number(Double)
    /// A number with its unit: `1,200 images/s`; exports give the number alone.
    case measured(Double, unit: String)
    /// A share from 0 to 1, shown as percent; exports give the share.
    case percent(Double)
    case yes(Bool)
    case bytes(Int)
    /// Seconds.
    case duration(Double)
    case date(Date)
    /// Bytes that are not text.
    case blob(Data)
  }
}

extension Table.Cell {
  /// For people.
  package var shown: String {
    switch self {
    case .none: ""
    case .text(let text): text
    case .turned(let text): Self.pieces(ofTurned: text).map(\.text).joined()
    case .integer(let value): Readable.integer(value)
    case .label(let value): String(value)
    case .number(let value): Readable.number(value)
    case .measured(let value, let unit): "\(Readable.number(value)) \(unit)"
    case .percent(let share): "\(Readable.number(share * 100))%"
    case .yes(let value): value ? "yes" : "no"
    case .bytes(let count): Readable.bytes(count)
    case .duration(let seconds): Readable.duration(seconds)
    case .date(let date): Readable.date(date)
    case .blob(let data): "\(Readable.bytes(data.count)) of data"
    }
  }

  /// For programs: every digit, seconds, bytes, ISO dates; NaN and infinities by name.
  package var exact: String {
    switch self {
    case .turned(let text): text
    case .integer(let value), .bytes(let value): String(value)
    case .number(let value), .measured(let value, _), .percent(let value), .duration(let value):
      Self.exact(value)
    case .yes(let value): value ? "true" : "false"
    case .date(let date): Readable.isoDate(date)
    case .blob(let data): data.base64EncodedString()
    case .none, .text, .label: shown
    }
  }

  /// A JSON value. JSON has no NaN and no infinities: they are the strings of `exact`.
  package var json: String {
    switch self {
    case .none: "null"
    case .integer, .label, .bytes, .yes: exact
    case .number(let value), .measured(let value, _), .percent(let value), .duration(let value):
      value.isFinite ? exact : JSON.string(exact)
    case .text, .turned, .date, .blob: JSON.string(exact)
    }
  }

  /// Whether it stands to the right in a column.
  package var isNumeric: Bool {
    switch self {
    case .integer, .label, .number, .measured, .percent, .bytes, .duration: true
    case .none, .text, .turned, .yes, .date, .blob: false
    }
  }

  /// Nothing where there is no value.
  package static func text(_ text: String?) -> Self { text.map { .text($0) } ?? .none }
  /// Nothing where there is no value.
  package static func number(_ value: Double?) -> Self { value.map { .number($0) } ?? .none }
  /// Nothing where there is no value.
  package static func integer(_ value: Int?) -> Self { value.map { .integer($0) } ?? .none }

  /// A metric's value in its format and unit; nothing where there is no value.
  package init(_ value: Double?, of metric: MetricDescription) {
    guard let value else {
      self = .none
      return
    }
    switch metric.format {
    case .percent: self = .percent(value)
    case .real, .count:
      self = metric.unit.isEmpty ? .number(value) : .measured(value, unit: metric.unit)
    }
  }

  private static func exact(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    // `1.0` is a number; `1` may be read as another type.
    return "\(value)"
  }
}

/// What is needed of JSON's grammar to write it.
enum JSON {
  static func string(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      // Two line ends that JavaScript knows and JSON does not.
      case "\u{2028}", "\u{2029}", "\u{0}"..<"\u{20}", "\u{7F}":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
