package import Foundation
import GRDB
import MetricDescriptions

/// A file of weights from which a run goes on.
package struct CheckpointRecord: Sendable, Hashable, Identifiable, Codable {
  package var id: Int64
  package var run: Int64
  package var step: Int
  /// Relative to the notebook's folder.
  package var path: String
  /// SHA-256 of the file.
  package var digest: String
  package var bytes: Int
  /// Whether all its numbers are finite and the file has not been found damaged.
  package var isGood: Bool
  package var made: Date
}

extension CheckpointRecord {
  init(_ row: Row) throws {
    let field = Fields(row, of: "checkpoint")
    id = try field("id")
    run = try field("run")
    step = try field("step")
    path = try field("path")
    digest = try field("digest")
    bytes = try field("bytes")
    isGood = try field("good")
    made = try field("made")
  }
}

extension Notebook {
  /// Journals a checkpoint whose file is complete; one of the same run and step is replaced.
  package func record(
    checkpoint path: String, run: Int64, step: Int, digest: String, bytes: Int,
    isGood: Bool = true, at made: Date = .now
  ) throws(NotebookError) {
    try write { db in
      try Self.insert(
        db, checkpoint: path, run: run, step: step, digest: digest, bytes: bytes, isGood: isGood,
        made: made)
    }
  }

  static func insert(
    _ db: Database, checkpoint path: String, run: Int64, step: Int, digest: String, bytes: Int,
    isGood: Bool, made: Date
  ) throws {
    try db.execute(
      sql: """
        INSERT INTO checkpoint (run, step, path, digest, bytes, good, made)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (run, step) DO UPDATE SET path = excluded.path, digest = excluded.digest,
          bytes = excluded.bytes, good = excluded.good, made = excluded.made
        """,
      arguments: [run, step, path, digest, bytes, isGood, made])
  }

  /// Removes the row of a checkpoint whose file is gone or damaged.
  package func forget(checkpoint id: Int64) throws(NotebookError) {
    try write { db in
      try db.execute(sql: "DELETE FROM checkpoint WHERE id = ?", arguments: [id])
    }
  }

  /// Steps of a run's good checkpoints, in order.
  static func goodCheckpoints(_ db: Database, run: Int64) throws -> [Int] {
    try Int.fetchAll(
      db, sql: "SELECT step FROM checkpoint WHERE run = ? AND good = 1 ORDER BY step",
      arguments: [run])
  }

  /// The checkpoint at which a metric was best, by its direction; the first where several are alike. A
  /// checkpoint has the last value before it, if that is a number; nil where none has any, or neither end
  /// of the metric is best.
  package func bestCheckpoint(
    of metric: String, run: Int64, among steps: [Int]
  ) throws(NotebookError) -> Int? {
    try read { db in try Self.bestCheckpoint(db, of: metric, run: run, among: steps) }
  }

  static func bestCheckpoint(
    _ db: Database, of metric: String, run: Int64, among steps: [Int]
  ) throws -> Int? {
    let rows = try metricRows(db)
    var meant = rows.first { $0.description.name == metric }
    if meant == nil {
      // A measure without what it was measured by means what the run was measured by most often: while it trained.
      let named = rows.filter { $0.description.name.hasPrefix(metric + ".") }
      let counts = try named.map { row in
        try Int.fetchOne(
          db, sql: "SELECT count(*) FROM metric WHERE run = ? AND name = ?",
          arguments: [run, row.id]) ?? 0
      }
      meant = zip(named, counts).filter { $0.1 > 0 }.max { $0.1 < $1.1 }?.0
    }
    guard let (id, described) = meant, let direction = described.direction else { return nil }
    let statement = try db.cachedStatement(
      sql: """
        SELECT value FROM metric WHERE run = ? AND name = ? AND step <= ?
        ORDER BY step DESC LIMIT 1
        """)
    var best: (step: Int, value: Double)?
    for step in steps {
      guard let value = try Double.fetchOne(statement, arguments: [run, id, step]) else { continue }
      let isBetter =
        best.map { direction == .highest ? value > $0.value : value < $0.value } ?? true
      if isBetter { best = (step, value) }
    }
    return best?.step
  }

  /// A run's checkpoints, by step.
  package func checkpoints(run: Int64) throws(NotebookError) -> [CheckpointRecord] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM checkpoint WHERE run = ? ORDER BY step", arguments: [run]
      ).map(CheckpointRecord.init)
    }
  }

  /// Good checkpoints with these bytes, of whichever run.
  package func checkpoints(withDigest digest: String) throws(NotebookError) -> [CheckpointRecord] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM checkpoint WHERE digest = ? AND good = 1 ORDER BY id",
        arguments: [digest]
      ).map(CheckpointRecord.init)
    }
  }

  /// Good checkpoints whose digests begin with these digits, of whichever run.
  package func checkpoints(
    withDigestPrefix digits: String
  ) throws(NotebookError) -> [CheckpointRecord] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM checkpoint WHERE substr(digest, 1, ?) = ? AND good = 1 ORDER BY id
          """,
        arguments: [digits.count, digits]
      ).map(CheckpointRecord.init)
    }
  }

  /// The newest good checkpoint at or before `step` (nil: of all); nil when there is none.
  package func latestGoodCheckpoint(
    run: Int64, atStep step: Int? = nil
  ) throws(NotebookError) -> CheckpointRecord? {
    try read { db in
      try Row.fetchOne(
        db,
        sql: """
          SELECT * FROM checkpoint
          WHERE run = ?1 AND good = 1 AND (?2 IS NULL OR step <= ?2) ORDER BY step DESC LIMIT 1
          """,
        arguments: [run, step]
      ).map(CheckpointRecord.init)
    }
  }
}
