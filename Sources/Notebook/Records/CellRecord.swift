package import Foundation
import GRDB

/// How a cell ended.
package enum CellStatus: String, Sendable, Hashable, Codable, CaseIterable {
  case running, ok, error, interrupted
}

/// One typed statement and what it printed: `In [number]` and `Out [number]`.
package struct CellRecord: Sendable, Hashable, Identifiable, Codable {
  package var id: Int64
  package var session: Int64
  /// Counts from 1 in each session.
  package var number: Int
  package var source: String
  package var output: String
  package var started: Date
  /// Seconds; nil while it runs.
  package var duration: Double?
  package var status: CellStatus
  /// The number of the cell that it was part of, an `include` or a `rerun`; nil where it was typed itself,
  /// and in notebooks of older releases.
  package var outer: Int?
}

extension CellRecord {
  init(_ row: Row) throws {
    let field = Fields(row, of: "cell")
    id = try field("id")
    session = try field("session")
    number = try field("number")
    source = try field("source")
    output = try field("output")
    started = try field("started")
    duration = try field.optional("duration")
    status = try field.choice("status")
    outer = try field.optional("outer")
  }
}

extension Notebook {
  /// Journals a cell before it is run; its number is the session's next.
  ///
  /// - Throws: `.busy` where another process is in the way; nobody waits for a cell.
  package func beginCell(
    session: Int64, source: String, within outer: Int? = nil, at started: Date = .now
  ) throws(NotebookError) -> CellRecord {
    try writeAtOnce { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          INSERT INTO cell (session, number, source, outer, started, status)
          VALUES (?, (SELECT ifnull(max(number), 0) + 1 FROM cell WHERE session = ?), ?, ?, ?,
            'running') RETURNING *
          """,
        arguments: [session, session, source, outer, started])
      return try CellRecord(required(row, "cell"))
    }
  }

  /// Journals how a cell ended; `duration` in seconds.
  ///
  /// - Throws: as `beginCell`.
  package func finishCell(
    _ id: Int64, status: CellStatus, output: String, duration: Double
  ) throws(NotebookError) {
    try writeAtOnce { db in
      try db.execute(
        sql: "UPDATE cell SET status = ?, output = ?, duration = ? WHERE id = ?",
        arguments: [status.rawValue, output, duration, id])
    }
  }

  /// The newest `limit` cells, oldest of them first; of one session, or of all.
  package func cells(
    session: Int64? = nil, matching text: String? = nil, limit: Int = 1000
  ) throws(NotebookError) -> [CellRecord] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM (
            SELECT * FROM cell
            WHERE (?1 IS NULL OR session = ?1) AND (?2 IS NULL OR instr(source, ?2) > 0)
            ORDER BY id DESC LIMIT ?3)
          ORDER BY id
          """,
        arguments: [session, text, max(0, limit)]
      ).map(CellRecord.init)
    }
  }
}
