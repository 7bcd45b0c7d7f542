package import Foundation
import GRDB

/// A turn of a run's dial: journalled when it is asked for, stamped when it takes effect.
package struct TweakRecord: Sendable, Hashable, Identifiable, Codable {
  package var id: Int64
  package var run: Int64
  /// The key by which it was typed: `lr`, `penalty`.
  package var dial: String
  /// As it would be typed: `1e-4`, `2e-4->5e-5 over 20000`.
  package var setting: String
  /// Steps that were done when it took effect; nil: it waits for the run.
  package var step: Int?
  package var asked: Date
}

extension TweakRecord {
  init(_ row: Row) throws {
    let field = Fields(row, of: "tweak")
    id = try field("id")
    run = try field("run")
    dial = try field("dial")
    setting = try field("setting")
    step = try field.optional("step")
    asked = try field("asked")
  }
}

extension Notebook {
  /// Journals turns of dials that are asked for; one transaction, since they take effect together.
  ///
  /// - Parameter step: where they took effect in the run that this one repeats; nil: not yet.
  @discardableResult
  package func tune(
    run: Int64, _ settings: [(dial: String, setting: String, step: Int?)],
    session: Int64? = nil, at time: Date = .now
  ) throws(NotebookError) -> [TweakRecord] {
    try write { db in
      try settings.map { setting in
        let row = try Row.fetchOne(
          db,
          sql: """
            INSERT INTO tweak (run, dial, setting, step, session, asked)
            VALUES (?, ?, ?, ?, ?, ?) RETURNING *
            """,
          arguments: [run, setting.dial, setting.setting, setting.step, session, time])
        return try TweakRecord(required(row, "tweak"))
      }
    }
  }

  /// Journals after how many steps a turn took effect.
  package func stamp(tweak id: Int64, step: Int) throws(NotebookError) {
    try write { db in try Self.stamp(db, tweak: id, step: step) }
  }

  static func stamp(_ db: Database, tweak id: Int64, step: Int) throws {
    try db.execute(sql: "UPDATE tweak SET step = ? WHERE id = ?", arguments: [step, id])
  }

  /// A run's tweaks in the order in which they were asked for, those that wait last. One that was asked for
  /// later goes before an earlier one, also where a run that was killed goes on from before both and comes to
  /// the step of the earlier one again.
  package func tweaks(run: Int64) throws(NotebookError) -> [TweakRecord] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM tweak WHERE run = ? ORDER BY step IS NULL, id",
        arguments: [run]
      ).map(TweakRecord.init)
    }
  }

  /// Tweaks of a run that wait to take effect.
  package func waitingTweaks(run: Int64) throws(NotebookError) -> [TweakRecord] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM tweak WHERE run = ? AND step IS NULL ORDER BY id",
        arguments: [run]
      ).map(TweakRecord.init)
    }
  }
}
