package import Foundation
import GRDB

/// Something that a run tells, as a row to be written.
package enum RunEntry: Sendable {
  /// What it made, with its picture.
  case artifact(Artifact, content: Data?)
  /// A file that is whole.
  case checkpoint(path: String, step: Int, digest: String, bytes: Int)
  /// Samples were measured; the values as metrics are written with the others.
  case evaluated(Evaluation)
  /// A turn of a dial took effect.
  case tuned(tweak: Int64, step: Int)
  /// What a detector found (`suspicion`, `alarm`, …) is written once for a step.
  case event(kind: String, step: Int?, message: String, json: String? = nil)
}

extension Notebook {
  /// Journals what a run tells, in order, in one transaction.
  ///
  /// - Parameter keeping: the steps of the good checkpoints that stay when a new one has come: from those
  ///   that there are, by step, those before which one is held (`suspicions`), and the one of them at which a
  ///   metric was best (`bestCheckpoint`). The newest always stays.
  /// - Returns: paths of the checkpoints whose rows have made room. Their files may be removed now,
  ///   and not before: whatever happens, a row names the newest whole file.
  package func record(
    _ entries: [RunEntry], run: Int64, at time: Date = .now,
    keeping: (
      _ steps: [Int], _ suspicions: [Int], _ best: (String) throws -> Int?
    ) throws -> Set<Int>
  ) throws(NotebookError) -> [String] {
    try write { db in
      var hasCheckpoint = false
      for entry in entries {
        if case .checkpoint = entry { hasCheckpoint = true }
        try Self.record(db, entry, run: run, time: time)
      }
      guard hasCheckpoint else { return [] }
      let steps = try Self.goodCheckpoints(db, run: run)
      guard let newest = steps.last else { return [] }
      let kept = try keeping(steps, Self.suspicions(db, run: run)) {
        try Self.bestCheckpoint(db, of: $0, run: run, among: steps)
      }
      let places = kept.map(String.init).joined(separator: ", ")
      return try String.fetchAll(
        db,
        sql: """
          DELETE FROM checkpoint WHERE run = ? AND step < ? AND step NOT IN (\(places))
          RETURNING path
          """,
        arguments: [run, newest])
    }
  }

  private static func record(
    _ db: Database, _ entry: RunEntry, run: Int64, time: Date
  ) throws {
    switch entry {
    case .artifact(let artifact, let content):
      try insert(db, artifact, run: run, content: content, made: time)
    case .checkpoint(let path, let step, let digest, let bytes):
      try insert(
        db, checkpoint: path, run: run, step: step, digest: digest, bytes: bytes, isGood: true,
        made: time)
    case .evaluated(let evaluation):
      // A run that goes on measures once more what it had measured after its checkpoint.
      guard try !isKnown(db, evaluation, run: run) else { return }
      try insert(db, evaluation, run: run, time: time)
    case .tuned(let tweak, let step): try stamp(db, tweak: tweak, step: step)
    case .event(let kind, let step, let message, let json):
      guard try !isKnown(db, run: run, kind: kind, step: step) else { return }
      try insertEvent(
        db, run: run, step: step, kind: kind, message: message, json: json, time: time)
    }
  }
}
