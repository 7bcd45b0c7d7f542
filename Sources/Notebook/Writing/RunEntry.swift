package import Foundation
import GRDB

/// Something that a run tells, as a row to be written.
package enum RunEntry: Sendable {
  case sheet(
    png: Data, step: Int, latentSeed: UInt64, width: Int, height: Int, count: Int)
  /// A file that is whole.
  case checkpoint(path: String, step: Int, digest: String, bytes: Int)
  /// A turn of a dial took effect.
  case tuned(tweak: Int64, step: Int)
  case event(kind: String, step: Int?, message: String)
}

extension Notebook {
  /// Journals what a run tells, in order, in one transaction; of its good checkpoints the newest stay.
  ///
  /// - Returns: paths of the checkpoints whose rows have made room. Their files may be removed now,
  ///   and not before: whatever happens, a row names the newest whole file.
  package func record(
    _ entries: [RunEntry], run: Int64, keepingCheckpoints kept: Int, at time: Date = .now
  ) throws(NotebookError) -> [String] {
    try write { db in
      var hasCheckpoint = false
      for entry in entries {
        if case .checkpoint = entry { hasCheckpoint = true }
        try Self.record(db, entry, run: run, time: time)
      }
      guard hasCheckpoint else { return [] }
      return try String.fetchAll(
        db,
        sql: """
          DELETE FROM checkpoint WHERE run = ?1 AND step < (
            SELECT min(step) FROM (SELECT step FROM checkpoint WHERE run = ?1 AND good = 1
              ORDER BY step DESC LIMIT ?2))
          RETURNING path
          """,
        arguments: [run, kept])
    }
  }

  private static func record(
    _ db: Database, _ entry: RunEntry, run: Int64, time: Date
  ) throws {
    switch entry {
    case .sheet(let png, let step, let seed, let width, let height, let count):
      try insert(
        db, sheet: png, run: run, step: step, latentSeed: seed, width: width, height: height,
        count: count, made: time)
    case .checkpoint(let path, let step, let digest, let bytes):
      try insert(
        db, checkpoint: path, run: run, step: step, digest: digest, bytes: bytes, isGood: true,
        made: time)
    case .tuned(let tweak, let step): try stamp(db, tweak: tweak, step: step)
    case .event(let kind, let step, let message):
      try insertEvent(
        db, run: run, step: step, kind: kind, message: message, json: nil, time: time)
    }
  }
}
