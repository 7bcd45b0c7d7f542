import Foundation
import GRDB

extension Notebook {
  /// Gives a run another name: in its row, at the end of its canonical text, and in the paths of its
  /// checkpoints.
  ///
  /// - Parameter move: does the same to the files; called when everything else is done, and when it
  ///   throws nothing has changed. It maps a checkpoint's path to its new one.
  /// - Throws: `NotebookError.noSuchRun`, `nameTaken`, `stillRunning`, and what `move` throws, in words.
  package func rename(
    run name: String, to newName: String, paths: (String) -> String, move: () throws -> Void
  ) throws(NotebookError) {
    try write { db in
      guard let run = try Self.findRun(db, named: name) else {
        throw NotebookError.noSuchRun(name)
      }
      guard try Self.findRun(db, named: newName) == nil else {
        throw NotebookError.nameTaken(newName)
      }
      try Self.checkIdle(run)
      let ending = " as \(name)"
      let text =
        run.text.hasSuffix(ending)
        ? String(run.text.dropLast(ending.count)) + " as \(newName)" : run.text
      try db.execute(
        sql: "UPDATE run SET name = ?, text = ? WHERE id = ?", arguments: [newName, text, run.id])
      let rows = try Row.fetchAll(
        db, sql: "SELECT id, path FROM checkpoint WHERE run = ?", arguments: [run.id])
      for row in rows {
        let field = Fields(row, of: "checkpoint")
        let (id, path): (Int64, String) = (try field("id"), try field("path"))
        try db.execute(
          sql: "UPDATE checkpoint SET path = ? WHERE id = ?", arguments: [paths(path), id])
      }
      try Self.insertEvent(
        db, run: run.id, step: run.stepsDone, kind: "renamed", message: "was `\(name)`", json: nil,
        time: .now)
      try move()
    }
  }
}
