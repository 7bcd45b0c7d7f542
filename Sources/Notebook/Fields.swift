import Foundation
import GRDB

/// A row whose columns are read by name and checked: a damaged file throws and never traps, nor does
/// what is reckoned with its numbers.
struct Fields {
  private let row: Row
  private let table: String

  init(_ row: Row, of table: String) {
    self.row = row
    self.table = table
  }

  func callAsFunction<Value: DatabaseValueConvertible>(_ column: String) throws -> Value {
    guard let value: Value = try optional(column) else {
      throw unexpected(column)
    }
    return value
  }

  func optional<Value: DatabaseValueConvertible>(_ column: String) throws -> Value? {
    guard let stored = row[column] as DatabaseValue? else { return nil }
    if stored.isNull { return nil }
    guard let value = Value.fromDatabaseValue(stored) else {
      throw unexpected(column)
    }
    if let number = value as? Int, !number.isCountable {
      throw unexpected(column)
    }
    return value
  }

  func choice<Choice: RawRepresentable>(_ column: String) throws -> Choice
  where Choice.RawValue == String {
    guard let choice = Choice(rawValue: try self(column)) else {
      throw unexpected(column)
    }
    return choice
  }

  /// A column, and the row where it has a number.
  private func unexpected(_ column: String) -> UnexpectedValue {
    let id = (row["id"] as DatabaseValue?).flatMap(Int64.fromDatabaseValue)
    let place = id.map { " of row \($0)" } ?? ""
    return UnexpectedValue(place: "`\(table).\(column)`\(place)")
  }

  /// A double that may be NaN or infinite, from its two columns.
  func number(_ column: String, kind: String) throws -> Double {
    let value: Double? = try optional(column)
    let kindOfValue: Int = try self(kind)
    guard let number = StoredNumber.decode(value, kind: kindOfValue) else {
      throw unexpected(column)
    }
    return number
  }
}

/// A row whose columns are read by position, for tables of many rows; as safe as `Fields`.
///
/// Not inlined: the optimiser of Swift 6.3 fails on several such reads in one function.
struct Place {
  private let row: Row

  init(_ row: Row) { self.row = row }

  @inline(never) func integer(_ index: Int) -> Int? {
    Int.fromDatabaseValue(row[index]).flatMap { $0.isCountable ? $0 : nil }
  }

  @inline(never) func number(_ index: Int) -> Double? { Double.fromDatabaseValue(row[index]) }

  @inline(never) func text(_ index: Int) -> String? { String.fromDatabaseValue(row[index]) }

  /// A double that may be NaN or infinite, its kind in the column after it.
  @inline(never) func numberAndKind(_ index: Int) -> Double? {
    integer(index + 1).flatMap { StoredNumber.decode(number(index), kind: $0) }
  }
}

/// How a double stands in two columns: SQLite has no NaN, and an infinity would spoil `max()`.
enum StoredNumber {
  static func value(_ number: Double) -> Double? { number.isFinite ? number : nil }

  /// 0 finite, 1 NaN, 2 +∞, 3 -∞.
  static func kind(_ number: Double) -> Int {
    if number.isFinite { return 0 }
    if number.isNaN { return 1 }
    return number > 0 ? 2 : 3
  }

  static func decode(_ value: Double?, kind: Int) -> Double? {
    switch kind {
    case 0: value
    case 1: .nan
    case 2: .infinity
    case 3: -.infinity
    default: nil
    }
  }
}

extension Int {
  /// Whether it can be a step, a count or a size: a double holds it, and a thousand of them, or it 256
  /// times, are an `Int` still. Seeds and ids, which may be any 64 bits, are read as `Int64`.
  fileprivate var isCountable: Bool { (-(1 << 53)...(1 << 53)).contains(self) }
}
