import Foundation
import GRDB
import Glibc

extension Notebook {
  /// Deletes a run with all its rows and gives the space back to the disk.
  ///
  /// - Parameter remove: removes its checkpoints, whose paths it is given. It is called when the rows
  ///   are certain to go and before they are gone, so that a kill in between leaves a run that can be
  ///   deleted again. On a disk with no room at all it is called first: that makes the room that rows
  ///   take on their way out. Whoever calls sees to it that no other process resumes the run meanwhile.
  /// - Returns: bytes by which the notebook's file became smaller.
  /// - Throws: `NotebookError.noSuchRun`, `stillRunning`, `diskFull` where the checkpoints would not make
  ///   enough room either; nothing is removed then.
  package func delete(
    run name: String, removing remove: ([String]) -> Void = { _ in }
  ) throws(NotebookError) -> Int {
    let before = size
    // In a WAL each page that a row goes from is written, be it empty afterwards or not.
    let need = before + Self.roomOfStep
    let reserve = SpaceReserve(folder: folder.path, bytes: min(need, 64 << 20))
    // That of a run whose process was killed is still there. To look takes room as well, where the notebook was
    // not open.
    if freeSpace < need { try? releaseReserve() }
    // To fold the WAL in gives back the room that it takes.
    if freeSpace < need && hasRoomToFoldIn { try foldIn() }
    var areFilesThere = true
    if freeSpace < need || !reserve.hold() {
      let (run, checkpoints) = try read { db in try Self.idleRun(db, named: name) }
      if !SpaceReserve(folder: folder.path, bytes: Self.roomOfStep).hold() {
        guard size(ofFiles: checkpoints) >= Self.roomOfStep else { throw .diskFull(path: path) }
        remove(checkpoints)
        areFilesThere = false
      }
      try deleteInSteps(run)
    }
    try write { db in
      let (run, checkpoints) = try Self.idleRun(db, named: name)
      try db.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [run.id])
      if areFilesThere { remove(checkpoints) }
      reserve.release()
    }
    do { try giveSpaceBack() } catch NotebookError.diskFull {
      // The run is gone; its pages are used again.
    }
    return max(0, before - size)
  }

  /// Bytes that a step of `deleteInSteps`, and all that is left after it, may take, with the WAL's index.
  private static let roomOfStep = 512 << 10

  /// Deletes the rows of which a run has many, a few pages at a time, and folds the WAL in after each:
  /// it needs little room, and cannot be taken back.
  private func deleteInSteps(_ run: RunRecord) throws(NotebookError) {
    let steps = [
      """
      DELETE FROM metric WHERE (run, name, step) IN
        (SELECT run, name, step FROM metric WHERE run = ? LIMIT 8000)
      """,
      """
      DELETE FROM metricBucket WHERE (run, name, bucket) IN
        (SELECT run, name, bucket FROM metricBucket WHERE run = ? LIMIT 1000)
      """,
      "DELETE FROM artifact WHERE id IN (SELECT id FROM artifact WHERE run = ? LIMIT 16)",
    ]
    for sql in steps {
      while true {
        let count = try write { db in
          try Self.checkIdle(Self.findRun(db, id: run.id))
          try db.execute(sql: sql, arguments: [run.id])
          return db.changesCount
        }
        if count == 0 { break }
        if hasRoomToFoldIn { try foldIn() }
      }
    }
  }

  /// - Returns: also the paths of its checkpoints.
  private static func idleRun(
    _ db: Database, named name: String
  ) throws -> (run: RunRecord, checkpoints: [String]) {
    guard let run = try findRun(db, named: name) else { throw NotebookError.noSuchRun(name) }
    try checkIdle(run)
    let paths = try String.fetchAll(
      db, sql: "SELECT path FROM checkpoint WHERE run = ? ORDER BY step", arguments: [run.id])
    return (run, paths)
  }

  private func size(ofFiles checkpoints: [String]) -> Int {
    checkpoints.compactMap { try? url(ofCheckpoint: $0) }
      .reduce(0) { $0 + FileHeader.fileSize($1.path) }
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
    if freeSpace < size {
      // In parts: pages that move are written to the WAL, which has little room.
      var (count, before) = (try pragma("freelist_count"), Int.max)
      while count > 0 && count < before {
        if hasRoomToFoldIn { try foldIn() }
        try cutFreePages(atMost: 32)
        (count, before) = (try pragma("freelist_count"), count)
      }
    } else {
      try cutFreePages()
    }
    if hasRoomToFoldIn { try foldIn() }
  }

  /// - Parameter count: 0: all of them.
  private func cutFreePages(atMost count: Int = 0) throws(NotebookError) {
    try onWriter { pool in
      try pool.writeWithoutTransaction { db in
        // Each step of this pragma frees one page.
        let rows = try Row.fetchCursor(db, sql: "PRAGMA incremental_vacuum(\(count))")
        while try rows.next() != nil {}
      }
    }
  }

  private func pragma(_ name: String) throws(NotebookError) -> Int {
    try read { db in try Int.fetchOne(db, sql: "PRAGMA \(name)") ?? 0 }
  }

  /// Whether all that waits in the WAL can go into the file. Else the attempt would use up what room
  /// there is, and leave none to delete with.
  var hasRoomToFoldIn: Bool {
    guard let pages = try? pragma("page_count"), let page = try? pragma("page_size") else {
      return true
    }
    // The file grows to the size that the data base has; pages that it holds already take no room.
    return freeSpace >= max(0, pages * page - FileHeader.fileSize(path)) + 64 << 10
  }

  /// Bytes that are free on the notebook's disk, as far as it says.
  private var freeSpace: Int {
    var facts = statvfs()
    guard statvfs(folder.path, &facts) == 0 else { return .max }
    return Int(clamping: facts.f_bavail &* facts.f_frsize)
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
