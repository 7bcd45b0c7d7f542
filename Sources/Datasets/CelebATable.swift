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
  private(set) var rows: [FileName: Int] = [:]
  private(set) var width = 0

  /// - Parameter range: what a value may be.
  init(path: String, values range: ClosedRange<Int8>) throws(DatasetError) {
    guard let data = contents(ofFile: path) else {
      throw .unreadable(path: path, reason: "cannot be opened")
    }
    let outcome = data.withUnsafeBytes { bytes -> Result<CelebATable, DatasetError> in
      var table = CelebATable()
      return Result { () throws(DatasetError) in
        try table.read(bytes.bindMemory(to: UInt8.self), path, range)
        return table
      }
    }
    self = try outcome.get()
  }

  private init() {}

  private mutating func read(
    _ bytes: UnsafeBufferPointer<UInt8>, _ path: String, _ range: ClosedRange<Int8>
  ) throws(DatasetError) {
    var fields: [Range<Int>] = []
    var row: [Int8] = []
    var position = 0
    var number = 0
    repeat {
      number += 1
      position = Self.split(bytes, from: position, into: &fields)
      guard let first = fields.first else { continue }
      let whole = Self.numbers(bytes, fields.dropFirst(), into: &row)
      if rows.isEmpty && columns.isEmpty && readHeader(bytes, fields, whole) { continue }
      guard whole, !row.isEmpty, row.allSatisfy(range.contains) else {
        throw .malformed(
          path: path, line: number,
          reason: "expected an image name and whole numbers from \(range.lowerBound) to "
            + "\(range.upperBound)")
      }
      try add(row, named: Self.text(bytes, first), path, number)
    } while position < bytes.count
    if rows.isEmpty { throw .malformed(path: path, line: number, reason: "it has no rows") }
  }

  /// Whether the line is the count, or the names of the columns.
  private mutating func readHeader(
    _ bytes: UnsafeBufferPointer<UInt8>, _ fields: [Range<Int>], _ whole: Bool
  ) -> Bool {
    if fields.count == 1, Self.integer(bytes, fields[0]) != nil { return true }
    guard !whole || fields.count == 1 else { return false }
    columns = fields.map { Self.text(bytes, $0) }
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
    rows[FileName(name)] = values.count / width
    values += row
  }

  private static func text(_ bytes: UnsafeBufferPointer<UInt8>, _ field: Range<Int>) -> String {
    String(decoding: bytes[field], as: UTF8.self)
  }

  /// The fields of the line that begins at a place; returns where the next line begins.
  private static func split(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, into fields: inout [Range<Int>]
  ) -> Int {
    fields.removeAll(keepingCapacity: true)
    var beginning = start
    var position = start
    while position < bytes.count {
      let byte = bytes[position]
      let blank = byte <= 32 || byte == UInt8(ascii: ",")
      if blank {
        if beginning < position { fields.append(beginning..<position) }
        beginning = position + 1
      }
      position += 1
      if byte == UInt8(ascii: "\n") { return position }
    }
    if beginning < position { fields.append(beginning..<position) }
    return position
  }

  /// Whether all fields are whole numbers, which `row` then holds.
  private static func numbers(
    _ bytes: UnsafeBufferPointer<UInt8>, _ fields: ArraySlice<Range<Int>>, into row: inout [Int8]
  ) -> Bool {
    row.removeAll(keepingCapacity: true)
    for field in fields {
      guard let value = integer(bytes, field), let small = Int8(exactly: value) else {
        return false
      }
      row.append(small)
    }
    return true
  }

  private static func integer(_ bytes: UnsafeBufferPointer<UInt8>, _ field: Range<Int>) -> Int? {
    let negative = bytes[field.lowerBound] == UInt8(ascii: "-")
    let digits = field.dropFirst(negative ? 1 : 0)
    guard !digits.isEmpty, digits.count <= 9 else { return nil }
    var value = 0
    for i in digits {
      guard bytes[i] >= 48, bytes[i] <= 57 else { return nil }
      value = value * 10 + Int(bytes[i] - 48)
    }
    return negative ? -value : value
  }
}
