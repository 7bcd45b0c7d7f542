package import Foundation
import GRDB

/// A picture of what the generator made at a step, always from the same latents.
package struct SampleSheetRecord: Sendable, Hashable, Identifiable, Codable {
  package var id: Int64
  package var run: Int64
  package var step: Int
  /// What the latents were drawn with.
  package var latentSeed: UInt64
  /// Pixels of the whole sheet.
  package var width: Int
  package var height: Int
  /// Samples on it.
  package var count: Int
  package var made: Date
}

extension SampleSheetRecord {
  /// Everything but the picture.
  static let columns = "id, run, step, latentSeed, width, height, count, made"

  init(_ row: Row) throws {
    let field = Fields(row, of: "sampleSheet")
    id = try field("id")
    run = try field("run")
    step = try field("step")
    latentSeed = UInt64(bitPattern: try field("latentSeed") as Int64)
    width = try field("width")
    height = try field("height")
    count = try field("count")
    made = try field("made")
  }
}

extension Notebook {
  /// Journals a sheet; one of the same run and step is replaced.
  package func record(
    sheet png: Data, run: Int64, step: Int, latentSeed: UInt64, width: Int, height: Int,
    count: Int, at made: Date = .now
  ) throws(NotebookError) {
    try write { db in
      try Self.insert(
        db, sheet: png, run: run, step: step, latentSeed: latentSeed, width: width,
        height: height, count: count, made: made)
    }
  }

  static func insert(
    _ db: Database, sheet png: Data, run: Int64, step: Int, latentSeed: UInt64, width: Int,
    height: Int, count: Int, made: Date
  ) throws {
    try db.execute(
      sql: """
        INSERT INTO sampleSheet (run, step, png, latentSeed, width, height, count, made)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (run, step) DO UPDATE SET png = excluded.png,
          latentSeed = excluded.latentSeed, width = excluded.width, height = excluded.height,
          count = excluded.count, made = excluded.made
        """,
      arguments: [
        run, step, png, Int64(bitPattern: latentSeed), width, height, count, made,
      ])
  }

  /// A run's sheets without their pictures, by step.
  package func sampleSheets(run: Int64) throws(NotebookError) -> [SampleSheetRecord] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: "SELECT \(SampleSheetRecord.columns) FROM sampleSheet WHERE run = ? ORDER BY step",
        arguments: [run]
      ).map(SampleSheetRecord.init)
    }
  }

  /// The newest sheet at or before `step` (nil: the newest of all); nil when there is none.
  package func sampleSheet(
    run: Int64, atStep step: Int? = nil
  ) throws(NotebookError) -> SampleSheetRecord? {
    try read { db in
      try Row.fetchOne(
        db,
        sql: """
          SELECT \(SampleSheetRecord.columns) FROM sampleSheet
          WHERE run = ?1 AND (?2 IS NULL OR step <= ?2) ORDER BY step DESC LIMIT 1
          """,
        arguments: [run, step]
      ).map(SampleSheetRecord.init)
    }
  }

  /// The picture of a sheet, as PNG.
  package func png(ofSheet id: Int64) throws(NotebookError) -> Data? {
    try read { db in
      try Data.fetchOne(db, sql: "SELECT png FROM sampleSheet WHERE id = ?", arguments: [id])
    }
  }
}
