import Foundation
import GRDB
import TerminalText

extension Notebook {
  /// Marks runs and cells whose process on this host has gone since the notebook was opened or last asked;
  /// nothing where nothing can be written.
  ///
  /// - Returns: the names of the runs.
  package func interruptDeadRuns() throws(NotebookError) -> [String] {
    guard let (pool, clerk) = presentWriters else { return [] }
    do { return try Self.interruptDeadRuns(pool, writing: clerk) } catch {
      throw NotebookError(error, path: path)
    }
  }

  /// Marks runs and cells whose process on this host is gone as interrupted; gives the names of
  /// the runs. Runs of other hosts are left: their processes cannot be seen from here.
  static func interruptDeadRuns(
    _ pool: DatabasePool, writing clerk: DatabaseQueue
  ) throws -> [String] {
    let host = HostFacts.current.name
    let hasWork = try pool.read { db in
      try !deadRuns(db, host: host).isEmpty || !deadSessions(db, host: host).isEmpty
    }
    guard hasWork else { return [] }
    do {
      return try interruptDeadRuns(clerk, host: host)
    } catch let error as DatabaseError
      where [.SQLITE_FULL, .SQLITE_BUSY].contains(error.resultCode)
    {
      // The next one to open the notebook does it.
      return []
    }
  }

  private static func interruptDeadRuns(
    _ clerk: DatabaseQueue, host: String
  ) throws -> [String] {
    try clerk.write { db in
      let dead = try deadRuns(db, host: host)
      for run in dead {
        try db.execute(
          sql: """
            UPDATE run SET status = 'interrupted', ended = heartbeat, message = ?,
              worked = worked - ? WHERE id = ?
            """,
          arguments: [RunRecord.killed, try secondsPaused(db, run), run.id])
        try insertEvent(
          db, run: run.id, step: run.stepsDone, kind: "interrupted",
          message:
            "process \(run.process.pid) is gone; last heard of at step \(grouped(run.stepsDone))",
          json: nil, time: .now)
      }
      for session in try deadSessions(db, host: host) {
        try db.execute(
          sql: """
            UPDATE cell SET status = 'interrupted' WHERE session = ? AND status = 'running'
            """,
          arguments: [session])
      }
      return dead.map(\.name)
    }
  }

  /// Seconds from the `pause` in which a run's process died to when it was last heard of; 0 where it was
  /// at work.
  private static func secondsPaused(_ db: Database, _ run: RunRecord) throws -> Double {
    let last = try Row.fetchOne(
      db,
      sql: """
        SELECT * FROM event WHERE run = ? AND kind IN ('paused', 'proceeded', 'resumed')
        ORDER BY id DESC LIMIT 1
        """,
      arguments: [run.id]
    ).map(EventRecord.init)
    guard let last, last.kind == "paused" else { return 0 }
    return max(0, run.heartbeat.timeIntervalSince(last.time))
  }

  private static func deadRuns(_ db: Database, host: String) throws -> [RunRecord] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM run WHERE status = 'running' AND host = ? ORDER BY id",
      arguments: [host]
    ).map(RunRecord.init).filter { !$0.process.isAlive }
  }

  /// Sessions with a cell that seems to run though their process is gone.
  private static func deadSessions(_ db: Database, host: String) throws -> [Int64] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT * FROM session WHERE ended IS NULL AND host = ? AND EXISTS
          (SELECT 1 FROM cell WHERE session = session.id AND status = 'running')
        """,
      arguments: [host]
    ).map(SessionRecord.init).filter { !$0.process.isAlive }.map(\.id)
  }
}
