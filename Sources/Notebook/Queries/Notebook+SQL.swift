package import Foundation
import GRDB
import Synchronization

/// A value of a table.
package enum SQLValue: Sendable, Hashable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob(Data)
}

/// What a query gave.
package struct SQLResult: Sendable, Hashable {
  package var columns: [String]
  package var rows: [[SQLValue]]
  /// Whether there were more rows than were asked for.
  package var isCutShort: Bool
}

/// The connection on which a typed query runs now, if any.
final class QueryInterruption: Sendable {
  private let running = Mutex<DatabaseQueue?>(nil)

  func during<Value>(_ queue: DatabaseQueue, _ body: () throws -> Value) rethrows -> Value {
    running.withLock { $0 = queue }
    defer { running.withLock { $0 = nil } }
    return try body()
  }

  func interrupt() { running.withLock { $0 }?.interrupt() }
}

extension Notebook {
  /// Answers one SQL query that only reads, on a connection of its own that cannot write.
  ///
  /// - Parameter limit: rows after which the answer is cut short.
  /// - Throws: as the other one.
  package func query(_ sql: String, limit: Int = 100_000) throws(NotebookError) -> SQLResult {
    var result = SQLResult(columns: [], rows: [], isCutShort: false)
    try query(sql) {
      result.columns = $0
    } row: { row in
      result.isCutShort = result.rows.count >= limit
      if !result.isCutShort { result.rows.append(row) }
      return !result.isCutShort
    }
    return result
  }

  /// Answers one SQL query that only reads, row by row, however many there are.
  ///
  /// - Parameters:
  ///   - columns: takes their names, once, before the first row.
  ///   - row: takes a row; whether the next one is wanted.
  /// - Throws: `NotebookError.onlyReads` for a statement that would write or change the
  ///   connection, `badQuery` with SQLite's words, `interrupted` after `interruptQuery()`.
  package func query(
    _ sql: String, columns: ([String]) -> Void, row: ([SQLValue]) -> Bool
  ) throws(NotebookError) {
    do {
      let queue = try readingQueue ?? Self.open(reading: path, derivation).0
      try queries.during(queue) {
        try queue.read { db in
          let statement = try Self.readingStatement(db, sql)
          columns(statement.columnNames)
          let rows = try Row.fetchCursor(statement)
          while let next = try rows.next() {
            if !row(next.databaseValues.map(SQLValue.init)) { break }
          }
        }
      }
    } catch let error as DatabaseError {
      switch error.resultCode {
      case .SQLITE_READONLY: throw .onlyReads("it would write")
      case .SQLITE_ERROR, .SQLITE_MISUSE, .SQLITE_RANGE, .SQLITE_TOOBIG, .SQLITE_AUTH:
        throw .badQuery(error.message ?? "\(error)")
      default: throw NotebookError(error, path: path)
      }
    } catch {
      throw NotebookError(error, path: path)
    }
  }

  /// Stops the query that runs in another thread, if one does.
  package func interruptQuery() { queries.interrupt() }

  private static func readingStatement(
    _ db: Database, _ sql: String
  ) throws -> GRDB.Statement {
    let text = sql.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !text.isEmpty else { throw NotebookError.badQuery("there is none") }
    let verb = text.prefix { $0.isLetter }.lowercased()
    let statements = try db.allStatements(sql: text)
    guard let statement = try statements.next() else {
      throw NotebookError.badQuery("there is none")
    }
    guard try statements.next() == nil else {
      throw NotebookError.badQuery("one statement at a time")
    }
    guard statement.isReadonly else { throw NotebookError.onlyReads("`\(verb)` would write") }
    guard ["select", "with", "values", "explain"].contains(verb) else {
      throw NotebookError.onlyReads("begin with `select`, `with`, `values` or `explain`")
    }
    return statement
  }
}

extension SQLValue {
  init(_ value: DatabaseValue) {
    switch value.storage {
    case .null: self = .null
    case .int64(let number): self = .integer(number)
    case .double(let number): self = .real(number)
    case .string(let text): self = .text(text)
    case .blob(let data): self = .blob(data)
    }
  }
}

extension SQLValue {
  /// A moment as the notebook writes it.
  package static func date(_ date: Date) -> SQLValue { SQLValue(date.databaseValue) }
}

extension Notebook {
  /// The moment that a column of a table holds as text.
  package static func date(_ text: String) -> Date? { Date.fromDatabaseValue(text.databaseValue) }
}
