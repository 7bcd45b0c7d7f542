import GRDB
import GRDBSQLite

/// The statement that writes the points of a metric, bound without a detour: points are many.
struct MetricStatement {
  private let db: Database
  private let statement: Statement
  private var handle: SQLiteStatement { statement.sqliteStatement }

  /// For use inside the transaction in which it was made.
  ///
  /// - Parameter replaces: whether a point of a step that is there already is replaced. Not to ask
  ///   for that makes a point a sixth cheaper; one that is there nevertheless is an error.
  init(_ db: Database, run: Int64, name: Int64, replaces: Bool) throws {
    self.db = db
    statement = try db.cachedStatement(sql: replaces ? Self.replacing : Self.insertion)
    sqlite3_bind_int64(handle, 1, run)
    sqlite3_bind_int64(handle, 2, name)
  }

  func write(_ point: MetricPoints.Point) throws {
    sqlite3_bind_int64(handle, 3, Int64(point.step))
    if point.value.isFinite {
      sqlite3_bind_double(handle, 4, point.value)
    } else {
      sqlite3_bind_null(handle, 4)
    }
    sqlite3_bind_int64(handle, 5, Int64(StoredNumber.kind(point.value)))
    sqlite3_bind_int64(handle, 6, point.time)
    defer { sqlite3_reset(handle) }
    guard sqlite3_step(handle) == SQLITE_DONE else {
      // The message is there until the statement is reset.
      throw DatabaseError(
        resultCode: ResultCode(rawValue: sqlite3_extended_errcode(db.sqliteConnection)),
        message: sqlite3_errmsg(db.sqliteConnection).map { String(cString: $0) }, sql: statement.sql
      )
    }
  }

  private static let insertion = """
    INSERT INTO metric (run, name, step, value, kind, time) VALUES (?, ?, ?, ?, ?, ?)
    """

  private static let replacing =
    insertion + """
       ON CONFLICT (run, name, step) DO UPDATE
      SET value = excluded.value, kind = excluded.kind, time = excluded.time
      """
}
