package import Foundation
import GRDB

/// Something that happened: an alarm, an interruption, a checkpoint that could not be read.
package struct EventRecord: Sendable, Hashable, Identifiable, Codable {
  package var id: Int64
  package var run: Int64?
  package var step: Int?
  /// One word by which events are found: `resumed`, `interrupted`, `diverged`, …
  package var kind: String
  package var message: String
  /// What a program may want to know, as JSON.
  package var json: String?
  package var time: Date
}

extension EventRecord {
  init(_ row: Row) throws {
    let field = Fields(row, of: "event")
    id = try field("id")
    run = try field.optional("run")
    step = try field.optional("step")
    kind = try field("kind")
    message = try field("message")
    json = try field.optional("json")
    time = try field("time")
  }
}

extension Notebook {
  /// Journals an event, of a run or of the notebook.
  package func record(
    event kind: String, run: Int64? = nil, step: Int? = nil, message: String,
    json: String? = nil, at time: Date = .now
  ) throws(NotebookError) {
    try write { db in
      try Self.insertEvent(
        db, run: run, step: step, kind: kind, message: message, json: json, time: time)
    }
  }

  /// Events in the order in which they were journalled; of one run, or of all.
  package func events(
    run: Int64? = nil, kind: String? = nil
  ) throws(NotebookError) -> [EventRecord] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM event WHERE (?1 IS NULL OR run = ?1) AND (?2 IS NULL OR kind = ?2)
          ORDER BY id
          """,
        arguments: [run, kind]
      ).map(EventRecord.init)
    }
  }

  /// Steps at which rows of suspicious checks of a run began: those that led to an alarm, and the last where it
  /// has not ended. What was before them is to be had.
  package func suspicions(run: Int64) throws(NotebookError) -> [Int] {
    try read { db in try Self.suspicions(db, run: run) }
  }

  static func suspicions(_ db: Database, run: Int64) throws -> [Int] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT kind, step FROM event
        WHERE run = ? AND kind IN ('suspicion', 'cleared', 'alarm', 'recovered') AND typeof(step) = 'integer'
        ORDER BY id
        """,
      arguments: [run])
    var (open, steps) = (Int?.none, [Int]())
    for row in rows {
      let field = Fields(row, of: "event")
      let (kind, step): (String, Int) = (try field("kind"), try field("step"))
      switch kind {
      case "suspicion": open = step
      case "cleared", "recovered": open = nil
      default: steps.append(open ?? step)
      }
    }
    return Set(steps + (open.map { [$0] } ?? [])).sorted()
  }

  /// What is wrong with runs by the alarm that stands at their end; of others nothing.
  package func standingAlarms(ofRuns runs: [Int64]) throws(NotebookError) -> [Int64: String] {
    try read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT id, alarm FROM (SELECT run.id AS id, \(RunColumn.alarm.sql) AS alarm FROM run
            WHERE run.id IN (\(runs.map(String.init).joined(separator: ","))))
          WHERE alarm IS NOT NULL
          """)
      return try Dictionary(
        uniqueKeysWithValues: rows.map { row in
          let field = Fields(row, of: "event")
          return (try field("id"), try field("alarm"))
        })
    }
  }

  /// Kinds of what a detector finds at a step. A run that goes on from before it finds the same once more.
  package static let findings: Set = ["suspicion", "cleared", "alarm", "recovered"]

  /// Whether a run has an event of what a detector found at a step.
  static func isKnown(_ db: Database, run: Int64, kind: String, step: Int?) throws -> Bool {
    guard findings.contains(kind), let step else { return false }
    return try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM event WHERE run = ? AND kind = ? AND step = ?)",
      arguments: [run, kind, step]) ?? false
  }

  static func insertEvent(
    _ db: Database, run: Int64?, step: Int?, kind: String, message: String, json: String?,
    time: Date
  ) throws {
    try db.execute(
      sql: "INSERT INTO event (run, step, kind, message, json, time) VALUES (?, ?, ?, ?, ?, ?)",
      arguments: [run, step, kind, message, json, time])
  }
}
