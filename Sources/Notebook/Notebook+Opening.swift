import Foundation
import GRDB
import Glibc

extension Notebook {
  /// Where a path leads whose last component is a link, maybe to another: SQLite's files and the
  /// checkpoints lie beside the real file. A link to a file that is to be made leads to its place.
  static func resolvingLinks(_ path: String) -> String {
    var path = path
    // As many as the system follows.
    for _ in 0..<40 {
      guard
        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
      else { return path }
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
      path = target.hasPrefix("/") ? target : folder.path + "/" + target
    }
    return path
  }

  /// Whether something is at a path, be it what will be refused. Where a link leads to nothing there is
  /// nothing yet.
  package static func exists(at path: String) -> Bool {
    EntryKind(following: path) != nil || (errno != ENOENT && errno != ENOTDIR)
  }

  /// Makes a file where there is none, with the settings that must precede its first table.
  static func makeFile(at path: String, patience: Double) throws {
    try whileBusy(patience, path) {
      let queue = try DatabaseQueue(
        path: path, configuration: configuration(patience: patience, for: path))
      try queue.writeWithoutTransaction { db in
        // Incremental: `delete` can give space back while other processes read.
        try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
        try db.execute(sql: "PRAGMA application_id = \(Migrations.applicationID)")
      }
      try queue.close()
    }
  }

  /// Opens the pool and brings the schema up to date.
  ///
  /// - Parameters:
  ///   - patience: of the connections, and of bringing the schema up to date.
  ///   - lock: the one that is held already, if it is.
  ///   - seconds: for which another process is waited for that keeps the pool from being opened.
  ///   - copied: told where a notebook of an older schema is kept as it was, or why it is not.
  static func connect(
    _ path: String, patience: Double, holding lock: MakingLock? = nil, waiting seconds: Double,
    _ derivation: ParameterDerivation?, copied: (Result<String, any Error>) -> Void
  ) throws -> DatabasePool {
    try tryWriting(to: path, waiting: seconds)
    let pool = try whileBusy(seconds, path) {
      try DatabasePool(
        path: path, configuration: configuration(patience: patience, for: path, derivation))
    }
    guard try !pool.read(Migrations.isUpToDate) else {
      try derive(derivation, in: pool)
      return pool
    }
    // Another process may be at it, and then has done it when it lets go of the lock.
    let held = lock ?? MakingLock(besides: path, patience: patience)
    defer { held.release() }
    if try !pool.read(Migrations.isUpToDate) {
      try keepCopy(of: pool, at: path, copied)
      try whileBusy(patience, path) { try Migrations.migrate(pool) }
    }
    try whileBusy(patience, path) { try derive(derivation, in: pool) }
    return pool
  }

  /// Finds out whether something is in the way of a first write: the pool begins with one where the WAL
  /// is empty, and would wait for as long as its connections do.
  private static func tryWriting(to path: String, waiting seconds: Double) throws {
    let size = try? FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int
    guard (size ?? 0) == 0 else { return }
    try whileBusy(seconds, path) {
      let queue = try DatabaseQueue(
        path: path, configuration: configuration(patience: seconds, for: path))
      try queue.writeWithoutTransaction { db in try db.execute(sql: "BEGIN IMMEDIATE; ROLLBACK") }
      try queue.close()
    }
  }

  /// - Parameters:
  ///   - patience: seconds for which other processes are waited for.
  ///   - path: the notebook's, where it is written.
  static func configuration(
    patience: Double = 10, for path: String? = nil, _ derivation: ParameterDerivation? = nil
  ) -> Configuration {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = true
    configuration.busyMode = path.map { waiting(patience, for: $0) } ?? .timeout(patience)
    configuration.prepareDatabase { db in
      for function in ParameterFunctions.all(derivation) + [RunRecord.statusFunction] {
        db.add(function: function)
      }
      if db.configuration.readonly { return }
      try db.execute(sql: "PRAGMA synchronous = NORMAL")
      // Debian's library fills what is deleted with zeros, which on a full disk finds no room.
      try db.execute(sql: "PRAGMA secure_delete = OFF")
    }
    return configuration
  }

  /// Whether a process that has kept others from writing for some seconds may let them write soon.
  private static func isWorthWaiting(after seconds: Double, for path: String) -> Bool {
    seconds < 2 || LockHolder(of: path)?.isStopped != true
  }

  /// Waits as SQLite itself does, but not long for a process that a signal has stopped.
  private static func waiting(_ patience: Double, for path: String) -> Database.BusyMode {
    .callback { tries in
      // The first waits are shorter than those that follow.
      let steps = [0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.025, 0.025, 0.025, 0.05, 0.05]
      let past = steps.prefix(tries).reduce(0, +) + 0.1 * Double(max(0, tries - steps.count))
      guard past < patience, isWorthWaiting(after: past, for: path) else { return false }
      let step = tries < steps.count ? steps[tries] : 0.1
      Thread.sleep(forTimeInterval: min(step, patience - past))
      return true
    }
  }

  /// Repeats what failed because another process is making the same file: switching to WAL asks
  /// for a lock without waiting for it.
  private static func whileBusy<Value>(
    _ patience: Double, _ path: String, _ body: () throws -> Value
  ) throws -> Value {
    let begun = Date.now
    while true {
      do {
        return try body()
      } catch let error as DatabaseError
        where [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode)
      {
        let past = Date.now.timeIntervalSince(begun)
        guard past < patience, isWorthWaiting(after: past, for: path) else { throw error }
        Thread.sleep(forTimeInterval: 0.01)
      }
    }
  }
}

extension Result<FileHeader, any Error> {
  /// Whether it is a notebook and nothing seems to be missing.
  var isWhole: Bool {
    switch self {
    case .success(.notebook), .success(.readOnly): true
    case .success(.absent), .failure: false
    }
  }
}

/// What the first hundred bytes of a file tell, read without SQLite so that nothing is touched.
enum FileHeader: Equatable {
  case absent
  case notebook
  /// A notebook, but it or its folder may not be written.
  case readOnly(reason: String)

  /// - Throws: `NotebookError` for everything that is neither a notebook nor a place for one.
  static func inspect(_ path: String) throws(NotebookError) -> FileHeader {
    let files = FileManager.default
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    try checkNeighbours(of: path)
    guard let kind = EntryKind(following: path) else {
      guard !Notebook.exists(at: path) else { throw .notReadable(path: path, code: errno) }
      guard EntryKind(following: folder) == .folder else {
        throw .noSuchFolder(path: path, folder: folder)
      }
      try checkWritable(folder, for: path, reason: "its folder is read-only")
      return .absent
    }
    if kind == .folder { throw .isFolder(path: path) }
    guard kind == .file else { throw .notFile(path: path, kind) }
    let header = try beginning(of: path)
    let size = fileSize(path)
    let walSize = fileSize(path + "-wal")
    if header.isEmpty {
      // An empty file is an empty data base, unless what was in it still waits in the WAL.
      if walSize > 0 { throw .damaged(path: path, reason: "it is empty but its WAL is not") }
      try checkWritable(path, for: path, reason: "it is read-only")
      return .absent
    }
    // Another process is making it at this moment, or died in the middle of making it.
    if holdsNothing(header) && walSize == 0 {
      try checkWritable(path, for: path, reason: "it is read-only")
      return .absent
    }
    try check(header, size: size, walSize: walSize, path: path)
    if !files.isWritableFile(atPath: path) { return .readOnly(reason: "it is read-only") }
    if !files.isWritableFile(atPath: folder) {
      return .readOnly(reason: "its folder is read-only")
    }
    for suffix in ["-wal", "-shm"] where !isWritable(path + suffix, like: path) {
      return .readOnly(reason: "its `\(suffix)` file beside it is read-only")
    }
    if walSize > 0 { try checkThroughWAL(path) }
    return .notebook
  }

  /// The first hundred bytes, or fewer where there are fewer.
  private static func beginning(of path: String) throws(NotebookError) -> [UInt8] {
    // What has become a pipe at this moment is not waited for.
    let file = Glibc.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { throw .notReadable(path: path, code: errno) }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = Glibc.read(file, &bytes, bytes.count)
    guard count >= 0 else { throw .notReadable(path: path, code: errno) }
    return Array(bytes.prefix(count))
  }

  /// What SQLite keeps beside a notebook is a file where it is there at all.
  private static func checkNeighbours(of path: String) throws(NotebookError) {
    for suffix in ["-wal", "-shm", "-journal"] {
      guard let kind = EntryKind(following: path + suffix), kind != .file else { continue }
      throw .failed(
        path: path, reason: "its `\(suffix)` beside it is a \(kind), not a file; move it away")
    }
  }

  /// Whether SQLite can write a file beside the notebook; one of ours that was left when the notebook was
  /// read-only gets the notebook's permissions.
  private static func isWritable(_ path: String, like notebook: String) -> Bool {
    let files = FileManager.default
    guard files.fileExists(atPath: path), !files.isWritableFile(atPath: path) else { return true }
    guard let mode = try? files.attributesOfItem(atPath: notebook)[.posixPermissions] else {
      return false
    }
    try? files.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    return files.isWritableFile(atPath: path)
  }

  /// Whether it is SQLite's, nobody's mark is in it and no table ever was.
  private static func holdsNothing(_ header: [UInt8]) -> Bool {
    header.count == 100 && header.starts(with: Array("SQLite format 3\0".utf8))
      && [40, 60, 68].allSatisfy { bigEndian(header, at: $0) == 0 }
  }

  private static func check(
    _ header: [UInt8], size: Int, walSize: Int, path: String
  ) throws(NotebookError) {
    let magic = Array("SQLite format 3\0".utf8)
    guard header.starts(with: magic.prefix(header.count)) else { throw .notSQLite(path: path) }
    guard header.count == 100 else {
      throw .damaged(path: path, reason: "it is cut short after \(size) bytes")
    }
    guard bigEndian(header, at: 68) == UInt32(bitPattern: Migrations.applicationID) else {
      throw .foreign(path: path)
    }
    let version = Int(bigEndian(header, at: 60))
    if version > Migrations.version {
      throw .newer(path: path, version: version, known: Migrations.version)
    }
    let declared = Int(header[16]) << 8 | Int(header[17])
    let pageSize = declared == 1 ? 65536 : declared
    let pages = Int(bigEndian(header, at: 28))
    // With a WAL the missing pages may still be there.
    let isSizeValid = bigEndian(header, at: 24) == bigEndian(header, at: 92)
    if walSize == 0, isSizeValid, size < pages * pageSize {
      throw .damaged(
        path: path, reason: "it is cut short: \(size) of \(pages * pageSize) bytes are there")
    }
  }

  /// Reads the schema version as it is after the pages that wait in the WAL.
  private static func checkThroughWAL(_ path: String) throws(NotebookError) {
    do {
      var configuration = Notebook.configuration()
      configuration.readonly = true
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      let version = try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
      try queue.close()
      if version > Migrations.version {
        throw NotebookError.newer(path: path, version: version, known: Migrations.version)
      }
    } catch  where !Notebook.isPassing(error) {
      throw NotebookError(error, path: path)
    } catch {
      // Whoever opens it finds out again, and how to read it all the same.
    }
  }

  private static func checkWritable(
    _ target: String, for path: String, reason: String
  ) throws(NotebookError) {
    guard FileManager.default.isWritableFile(atPath: target) else {
      throw .notWritable(path: path, reason: reason)
    }
  }

  private static func bigEndian(_ bytes: [UInt8], at offset: Int) -> UInt32 {
    bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }

  static func fileSize(_ path: String) -> Int {
    var facts = stat()
    return stat(path, &facts) == 0 ? Int(facts.st_size) : 0
  }
}
