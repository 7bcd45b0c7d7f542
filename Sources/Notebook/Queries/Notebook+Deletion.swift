import Foundation
import GRDB

/// What deleting a run leaves to do and to say.
package struct RunDeletion: Sendable, Hashable {
  /// Files that only this run used, relative to the notebook's folder; the caller removes them.
  package var files: [String]
  /// Bytes by which the notebook's file became smaller.
  package var bytesFreed: Int
}

extension Notebook {
  /// Deletes a run with all its rows and gives the space back to the disk.
  ///
  /// - Throws: `NotebookError.noSuchRun`, `stillRunning`.
  package func delete(run name: String) throws(NotebookError) -> RunDeletion {
    let before = size
    let files = try write { db in
      guard let run = try Self.findRun(db, named: name) else {
        throw NotebookError.noSuchRun(name)
      }
      try Self.checkIdle(run)
      let files = try String.fetchAll(
        db, sql: "SELECT path FROM checkpoint WHERE run = ? ORDER BY step", arguments: [run.id])
      try db.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [run.id])
      return files
    }
    try giveSpaceBack()
    return RunDeletion(files: files, bytesFreed: max(0, before - size))
  }

  /// Rewrites the file as small as it can be; nobody else may be writing.
  package func compact() throws(NotebookError) {
    try onWriter { try $0.vacuum() }
    try giveSpaceBack()
  }

  /// Bytes of the notebook, its WAL included.
  package var size: Int {
    ["", "-wal"].reduce(0) { sum, suffix in
      let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
      return sum + ((attributes?[.size] as? NSNumber)?.intValue ?? 0)
    }
  }

  /// Cuts free pages off the file's end, as far as readers of older states allow.
  private func giveSpaceBack() throws(NotebookError) {
    try onWriter { pool in
      try pool.writeWithoutTransaction { db in
        // Each step of this pragma frees one page.
        let rows = try Row.fetchCursor(db, sql: "PRAGMA incremental_vacuum")
        while try rows.next() != nil {}
        do {
          try db.checkpoint(.truncate)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
          // Somebody reads; the next checkpoint does it.
        }
      }
    }
  }
}
