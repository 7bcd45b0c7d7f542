/// A table for programs that is written as its rows come, so that there may be any number of them.
package struct RowWriter: Sendable {
  /// Formats in which no row depends on those after it.
  package enum Format: Sendable {
    case csv, json, jsonLines
  }

  private let columns: [String]
  private let format: Format
  private var hasBegun = false
  private var hasRows = false

  package init(columns: [String], as format: Format) {
    self.columns = columns
    self.format = format
  }

  /// What more rows add to the document.
  package mutating func text(of rows: [[Table.Cell]]) -> String {
    var text = ""
    if !hasBegun && format == .csv && !columns.isEmpty { text = Self.csv(columns) }
    hasBegun = true
    for row in rows {
      switch format {
      case .csv: if !columns.isEmpty { text += Self.csv(row.map(\.exact)) }
      case .json: text += (hasRows ? ",\n  " : "[\n  ") + object(row)
      case .jsonLines: text += object(row) + "\n"
      }
      hasRows = true
    }
    return text
  }

  /// The end of the document, its beginning where no row has come.
  package mutating func end() -> String {
    let head = hasBegun ? "" : text(of: [])
    guard format == .json else { return head }
    return hasRows ? "\n]\n" : "[]\n"
  }

  private func object(_ row: [Table.Cell]) -> String {
    "{" + zip(columns, row).map { "\(JSON.string($0)): \($1.json)" }.joined(separator: ", ") + "}"
  }

  private static func csv(_ fields: [String]) -> String {
    fields.map(quoted).joined(separator: ",") + "\n"
  }

  private static func quoted(_ field: String) -> String {
    let isPlain = field.utf8.allSatisfy { byte in
      byte != UInt8(ascii: ",") && byte != UInt8(ascii: "\"") && byte != 10 && byte != 13
    }
    if isPlain, field.first != " ", field.last != " " { return field }
    return "\""
      + field.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}
