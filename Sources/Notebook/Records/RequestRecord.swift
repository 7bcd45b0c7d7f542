package import Foundation
import GRDB

/// What is asked of a run by somebody else than the process that works on it.
package enum RunRequest: String, Sendable, Hashable, Codable, CaseIterable {
  case stop, pause, proceed
}

extension Notebook {
  /// Asks something of a run, whichever process works on it.
  ///
  /// - Returns: the request's number.
  @discardableResult
  package func ask(
    _ request: RunRequest, ofRun run: Int64, session: Int64? = nil, at time: Date = .now
  ) throws(NotebookError) -> Int64 {
    try write { db in
      try db.execute(
        sql: "INSERT INTO request (run, kind, session, asked) VALUES (?, ?, ?, ?)",
        arguments: [run, request.rawValue, session, time])
      return db.lastInsertedRowID
    }
  }

  /// Whether the process that works on the run has heard of a request.
  package func isTaken(request id: Int64) throws(NotebookError) -> Bool {
    try read { db in
      try Bool.fetchOne(
        db, sql: "SELECT taken IS NOT NULL FROM request WHERE id = ?", arguments: [id]) ?? false
    }
  }

  /// Takes what was asked of a run and not taken yet, in order; each is taken once.
  package func takeRequests(
    run: Int64, at time: Date = .now
  ) throws(NotebookError) -> [RunRequest] {
    let waiting = try read { db in
      try Bool.fetchOne(
        db, sql: "SELECT EXISTS (SELECT 1 FROM request WHERE run = ? AND taken IS NULL)",
        arguments: [run]) ?? false
    }
    guard waiting else { return [] }
    return try write { db in
      let kinds = try String.fetchAll(
        db, sql: "SELECT kind FROM request WHERE run = ? AND taken IS NULL ORDER BY id",
        arguments: [run])
      try db.execute(
        sql: "UPDATE request SET taken = ? WHERE run = ? AND taken IS NULL",
        arguments: [time, run])
      return kinds.compactMap(RunRequest.init)
    }
  }
}
