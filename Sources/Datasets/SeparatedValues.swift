import Foundation

/// A table of comma-separated values (RFC 4180): fields may stand in quotes, a quote within them is
/// doubled; a line of names comes first. Where its first line has no comma but a tab or a semicolon,
/// that separates.
struct SeparatedValues {
  /// Names of the columns.
  private(set) var columns: [String] = []
  private(set) var rows: [Row] = []

  struct Row {
    /// Where it begins, counted from 1.
    let line: Int
    let fields: [String]
  }

  init(path: String) throws(DatasetError) {
    guard let bytes = contents(ofFile: path) else {
      throw .unreadable(path: path, reason: "cannot be opened")
    }
    try self.init(bytes, path: path)
  }

  /// - Parameter path: what the table is called in messages.
  init(_ bytes: [UInt8], path: String) throws(DatasetError) {
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw .malformed(path: path, line: 1, reason: "it is no text in UTF-8")
    }
    var reader = Reader(bytes: bytes, path: path)
    guard let head = try reader.next() else {
      throw .malformed(path: path, line: 1, reason: "it is empty; expected a line of column names")
    }
    columns = head.fields.map { $0.trimmingCharacters(in: .whitespaces) }
    for (index, name) in columns.enumerated() {
      guard columns.firstIndex(of: name) == index else {
        throw .malformed(path: path, line: head.line, reason: "two columns are called `\(name)`")
      }
    }
    while let row = try reader.next() {
      guard row.fields.count == columns.count else {
        throw .malformed(
          path: path, line: row.line,
          reason: "has \(row.fields.count) fields, expected \(columns.count)")
      }
      rows.append(row)
    }
  }

  private struct Reader {
    let bytes: [UInt8]
    let path: String
    private let separator: UInt8
    private var position = 0
    private var line = 1

    init(bytes: [UInt8], path: String) {
      self.bytes = bytes
      self.path = path
      let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
      if bytes.starts(with: mark) { position = mark.count }
      let head = bytes.prefix { $0 != Self.lineFeed && $0 != Self.carriageReturn }
      let candidates = [",", "\t", ";"].map { UInt8(ascii: $0) }
      separator = candidates.first(where: head.contains) ?? candidates[0]
    }

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let quote = UInt8(ascii: "\"")

    /// The next row that is not blank.
    mutating func next() throws(DatasetError) -> Row? {
      while position < bytes.count {
        let start = line
        var fields: [String] = []
        repeat { fields.append(try field()) } while pass(separator)
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
      return String(decoding: bytes[start..<position], as: UTF8.self)
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
          return String(decoding: text, as: UTF8.self)
        } else {
          text.append(byte)
        }
      }
      throw .malformed(path: path, line: start, reason: "a quote is opened and never closed")
    }
  }
}
