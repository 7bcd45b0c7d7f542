import Foundation

/// The text files of CelebA: a row per image, of its name and whole numbers.
///
/// Read as published (`list_attr_celeba.txt`: a count, a line of names, rows between blanks;
/// `list_eval_partition.txt`: rows only) and as the comma-separated copies that go round.
struct CelebATable {
  /// Names of the columns; empty where the file gives none.
  private(set) var columns: [String] = []
  /// Values of row `i` start at `i * width`.
  private(set) var values: [Int8] = []
  /// Row of each image name.
  private(set) var rows: [String: Int] = [:]
  private(set) var width = 0

  init(path: String) throws(DatasetError) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .unreadable(path: path, reason: "cannot be opened")
    }
    var number = 0
    for line in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      let fields = line.split { $0 == 32 || $0 == 9 || $0 == 13 || $0 == UInt8(ascii: ",") }
      guard let first = fields.first else { continue }
      if rows.isEmpty && columns.isEmpty && readHeader(fields, number) { continue }
      guard let row = Self.numbers(fields.dropFirst()), !row.isEmpty else {
        throw .malformed(
          path: path, line: number, reason: "expected an image name and whole numbers")
      }
      try add(row, named: String(decoding: first, as: UTF8.self), path, number)
    }
    if rows.isEmpty { throw .malformed(path: path, line: number, reason: "it has no rows") }
  }

  /// Whether the line is the count, or the names of the columns.
  private mutating func readHeader(_ fields: [Data.SubSequence], _ number: Int) -> Bool {
    if fields.count == 1, Self.integer(fields[0]) != nil { return true }
    guard number <= 2, Self.numbers(fields.dropFirst()) == nil || fields.count == 1 else {
      return false
    }
    columns = fields.map { String(decoding: $0, as: UTF8.self) }
    if columns.first == "image_id" { columns.removeFirst() }
    return true
  }

  private mutating func add(
    _ row: [Int8], named name: String, _ path: String, _ number: Int
  ) throws(DatasetError) {
    if width == 0 { width = row.count }
    guard row.count == width, columns.isEmpty || columns.count == width else {
      throw .malformed(
        path: path, line: number,
        reason: "has \(row.count) values, expected \(columns.isEmpty ? width : columns.count)")
    }
    rows[name] = values.count / width
    values += row
  }

  private static func numbers(_ fields: ArraySlice<Data.SubSequence>) -> [Int8]? {
    var result: [Int8] = []
    result.reserveCapacity(fields.count)
    for field in fields {
      guard let value = integer(field), let small = Int8(exactly: value) else { return nil }
      result.append(small)
    }
    return result
  }

  private static func integer(_ field: Data.SubSequence) -> Int? {
    var digits = field
    let negative = digits.first == UInt8(ascii: "-")
    if negative { digits = digits.dropFirst() }
    guard !digits.isEmpty, digits.count <= 9 else { return nil }
    var value = 0
    for digit in digits {
      guard digit >= 48, digit <= 57 else { return nil }
      value = value * 10 + Int(digit - 48)
    }
    return negative ? -value : value
  }
}
