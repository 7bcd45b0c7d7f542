import Foundation
import TerminalText

/// A table of separated values (RFC 4180): fields may stand in quotes, a quote within them is doubled;
/// a line of names comes first.
///
/// Commas, tabs or semicolons separate, whichever make a table of its first lines; a first line
/// `sep=;` says it. What spreadsheets add is passed over: columns without a name and without content,
/// rows of blanks, blanks beyond the last column.
struct SeparatedValues {
  /// Names of the columns.
  private(set) var columns: [String] = []
  private(set) var rows: [Row] = []
  let separator: UInt8
  /// What a person should know about how it was read.
  let notes: [String]

  struct Row {
    /// Where it begins, counted from 1.
    let line: Int
    var fields: [String]

    var isBlank: Bool { fields.allSatisfy(\.isBlank) }

    /// What to do where commas separate and a field too many may be the decimals of a number.
    func decimalComma(besides columns: Int, _ separator: UInt8) -> String? {
      guard separator == UInt8(ascii: ","), fields.count > columns else { return nil }
      // The last, since the names of files, which may be digits too, mostly come first.
      let pair = zip(fields, fields.dropFirst()).reversed().first { whole, decimals in
        let digits = whole.drop { "+-\u{2212}".contains($0) }
        return [digits, decimals[...]].allSatisfy { part in
          !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
      }
      guard let (whole, decimals) = pair else { return nil }
      return "; \("\(whole),\(decimals)".quoted) is read as two fields: if it is one number with a "
        + "decimal comma, write it in quotes, or separate the fields with semicolons and begin the "
        + "table with the line `sep=;`"
    }
  }

  /// A table of more columns, or with a longer field, is none of labels.
  static let mostColumns = 10_000
  static let longestField = 65_536

  /// A larger file is no table of labels; it would take several times its size of memory.
  static let mostBytes = 1 << 29

  init(path: String) throws(DatasetError) {
    var status = stat()
    if stat(path, &status) == 0, Int(status.st_size) > Self.mostBytes {
      throw .unreadable(
        path: path,
        reason:
          "it has \(counted(Int(status.st_size) >> 20, "megabyte")); a table of labels has at "
          + "most \(Self.mostBytes >> 20)")
    }
    guard let bytes = contents(ofFile: path) else {
      throw DatasetError.notFile(path) ?? .unreadable(path: path, reason: "cannot be opened")
    }
    try self.init(bytes, path: path)
  }

  /// - Parameter path: what the table is called in messages.
  init(_ bytes: [UInt8], path: String) throws(DatasetError) {
    let text = try TableText(bytes, path: path)
    notes = text.note.map { [$0] } ?? []
    var reader = Reader(bytes: text.bytes, path: path)
    separator = reader.findSeparator()
    guard let head = try reader.next() else {
      throw .malformed(path: path, line: 1, reason: "it is empty; expected a line of column names")
    }
    columns = head.fields.map { $0.trimmingCharacters(in: .whitespaces) }
    while columns.last == "" { columns.removeLast() }
    while var row = try reader.next() {
      while row.fields.count > columns.count, row.fields.last?.isBlank == true {
        row.fields.removeLast()
      }
      if row.isBlank { continue }
      guard row.fields.count == columns.count else {
        throw .malformed(
          path: path, line: row.line,
          reason: "has \(counted(row.fields.count, "field")), expected \(columns.count)"
            + (row.decimalComma(besides: columns.count, separator) ?? ""))
      }
      rows.append(row)
    }
    nameColumns()
    var seen: Set<ExactName> = []
    for name in columns where !seen.insert(ExactName(name)).inserted {
      throw .malformed(path: path, line: head.line, reason: "two columns are called \(name.quoted)")
    }
  }

  /// Columns without a name go if nothing is in them; others are called by their place.
  private mutating func nameColumns() {
    let nameless = columns.indices.filter { columns[$0].isEmpty }
    let empty = Set(nameless.filter { column in rows.allSatisfy { $0.fields[column].isBlank } })
    for column in nameless { columns[column] = "column \(column + 1)" }
    guard !empty.isEmpty else { return }
    let kept = columns.indices.filter { !empty.contains($0) }
    columns = kept.map { columns[$0] }
    for row in rows.indices {
      let fields = rows[row].fields
      rows[row].fields = kept.map { fields[$0] }
    }
  }

  private struct Reader {
    let bytes: [UInt8]
    let path: String
    private var separator = UInt8(ascii: ",")
    private var position = 0
    private var line = 1

    init(bytes: [UInt8], path: String) {
      self.bytes = bytes
      self.path = path
    }

    /// Passes over a line that says what separates, or tries what may.
    mutating func findSeparator() -> UInt8 {
      let head = bytes.prefix { $0 != Self.lineFeed && $0 != Self.carriageReturn }
      if head.count == 5, head.starts(with: Array("sep=".utf8)), let last = head.last {
        separator = last
        position = head.count
        endLine()
        return separator
      }
      var best = (isNamed: false, rows: 0, columns: 1)
      for candidate in [",", "\t", ";"].map({ UInt8(ascii: $0) }) {
        var trial = self
        trial.separator = candidate
        let fit = trial.fit()
        guard fit.columns > 1,
          (fit.rows, fit.isNamed ? 1 : 0, fit.columns)
            > (best.rows, best.isNamed ? 1 : 0, best.columns)
        else { continue }
        (best, separator) = (fit, candidate)
      }
      return separator
    }

    /// How well the first lines are a table: rows as long as the first line, and its columns.
    private mutating func fit() -> (isNamed: Bool, rows: Int, columns: Int) {
      guard let head = try? next()?.fields else { return (false, 0, 0) }
      var rows = 1
      for _ in 0..<50 {
        guard let row = try? next() else { break }
        let beyond = row.fields.dropFirst(head.count)
        if row.fields.count >= head.count, beyond.allSatisfy(\.isBlank) { rows += 1 }
      }
      let isNamed = head.contains { LabelTable.fileColumns.contains($0.lowercased()) }
      return (isNamed, rows, head.count)
    }

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let quote = UInt8(ascii: "\"")

    /// The next row that is not blank.
    mutating func next() throws(DatasetError) -> Row? {
      while position < bytes.count {
        let start = line
        var fields: [String] = []
        repeat {
          fields.append(try field())
          guard fields.count <= SeparatedValues.mostColumns else {
            throw .malformed(
              path: path, line: start,
              reason:
                "it has more than \(counted(SeparatedValues.mostColumns, "column")), which no "
                + "table of labels needs")
          }
        } while pass(separator)
        endLine()
        if fields != [""] { return Row(line: start, fields: fields) }
      }
      return nil
    }

    private mutating func pass(_ byte: UInt8) -> Bool {
      guard position < bytes.count, bytes[position] == byte else { return false }
      position += 1
      return true
    }

    private mutating func endLine() {
      if position < bytes.count { line += 1 }
      if pass(Self.carriageReturn) { _ = pass(Self.lineFeed) } else { _ = pass(Self.lineFeed) }
    }

    private mutating func field() throws(DatasetError) -> String {
      if pass(Self.quote) { return try quoted() }
      let start = position
      while position < bytes.count, !endsField(bytes[position]) { position += 1 }
      try check(length: position - start, line)
      return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private func check(length: Int, _ line: Int) throws(DatasetError) {
      guard length > SeparatedValues.longestField else { return }
      throw .malformed(
        path: path, line: line,
        reason: "a field of \(counted(length, "byte")); a label has at most "
          + counted(SeparatedValues.longestField, "byte"))
    }

    private func endsField(_ byte: UInt8) -> Bool {
      byte == separator || byte == Self.lineFeed || byte == Self.carriageReturn
    }

    private mutating func quoted() throws(DatasetError) -> String {
      let start = line
      var text: [UInt8] = []
      while position < bytes.count {
        let byte = bytes[position]
        position += 1
        if byte == Self.lineFeed { line += 1 }
        if byte != Self.quote {
          text.append(byte)
        } else if !pass(Self.quote) {
          guard position == bytes.count || endsField(bytes[position]) else {
            throw .malformed(
              path: path, line: line, reason: "text follows a closing quote; double a quote inside")
          }
          try check(length: text.count, start)
          return String(decoding: text, as: UTF8.self)
        } else {
          text.append(byte)
        }
      }
      throw .malformed(path: path, line: start, reason: "a quote is opened and never closed")
    }
  }
}

extension StringProtocol {
  var isBlank: Bool { unicodeScalars.allSatisfy(\.properties.isWhitespace) }
}
