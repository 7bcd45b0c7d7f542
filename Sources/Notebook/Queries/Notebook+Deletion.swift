import Foundation
import GRDB
import Glibc

extension Notebook {
  /// Deletes a run with all its rows and gives the space back to the disk.
  ///
  /// - Parameter remove: removes its checkpoints, whose paths it is given. It is called when the run
  ///   is known to lie still and before any row goes: on a full disk that makes the room that
  ///   rows take on their way out, and a kill in between leaves a run that can be deleted again.
  /// - Returns: bytes by which the notebook's file became smaller.
  /// - Throws: `NotebookError.noSuchRun`, `stillRunning`.
  package func delete(
    run name: String, removing remove: ([String]) -> Void = { _ in }
  ) throws(NotebookError) -> Int {
    let before = size
    do { try deleteRows(ofRun: name, removing: remove) } catch NotebookError.diskFull
      where hasRoomToFoldIn
    {
      // That gives back what the WAL takes.
      try foldIn()
      try deleteRows(ofRun: name, removing: remove)
    }
    do { try giveSpaceBack() } catch NotebookError.diskFull {
      // The run is gone; its pages are used again.
    }
    return max(0, before - size)
  }

  private func deleteRows(
    ofRun name: String, removing remove: ([String]) -> Void
  ) throws(NotebookError) {
    try write { db in
      guard let run = try Self.findRun(db, named: name) else {
        throw NotebookError.noSuchRun(name)
      }
      try Self.checkIdle(run)
      remove(
        try String.fetchAll(
          db, sql: "SELECT path FROM checkpoint WHERE run = ? ORDER BY step", arguments: [run.id]))
      try db.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [run.id])
    }
  }

  /// Names of the runs that were made of a declaration, oldest first.
  package func runs(of declaration: DeclarationRecord) throws(NotebookError) -> [String] {
    try read { db in try Self.runs(db, of: declaration.id) }
  }

  private static func runs(_ db: Database, of declaration: Int64) throws -> [String] {
    try String.fetchAll(
      db,
      sql: """
        SELECT name FROM run WHERE ?1 IN (architecture, dataset, recipe) ORDER BY id
        """,
      arguments: [declaration])
  }

  /// Deletes a declaration that no run was made of, and those of the same name before it, back to one
  /// that a run was made of.
  ///
  /// - Returns: what the name means then; nil: nothing.
  /// - Throws: `NotebookError.inUse`.
  package func delete(
    declaration: DeclarationRecord
  ) throws(NotebookError) -> DeclarationRecord? {
    try write { db in
      guard let run = try Self.runs(db, of: declaration.id).first else {
        while let last = try Self.newest(db, declaration.kind, declaration.name) {
          guard try Self.runs(db, of: last.id).isEmpty else { return last }
          try db.execute(sql: "DELETE FROM declaration WHERE id = ?", arguments: [last.id])
        }
        return nil
      }
      throw NotebookError.inUse(declaration.name, run: run)
    }
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
      }
    }
    try foldIn()
  }

  /// Whether all that waits in the WAL can go into the file. Else the attempt would use up what room
  /// there is, and leave none to delete with.
  var hasRoomToFoldIn: Bool {
    var facts = statvfs()
    guard statvfs(folder.path, &facts) == 0 else { return true }
    let free = UInt64(facts.f_bavail) * UInt64(facts.f_frsize)
    return free >= UInt64(FileHeader.fileSize(path + "-wal"))
  }

  /// Brings what waits in the WAL into the file and cuts the WAL off, unless somebody reads.
  func foldIn() throws(NotebookError) {
    try onWriter { pool in
      try pool.writeWithoutTransaction { db in
        do {
          try db.checkpoint(.truncate)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
          // Somebody reads; the next checkpoint does it.
        }
      }
    }
  }
}
