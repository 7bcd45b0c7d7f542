import Foundation
import GRDB

extension Notebook {
  /// Opens a notebook for reading only, and leaves nothing beside it that was not there.
  ///
  /// One of an older schema is read into memory and brought up to date there.
  static func connect(
    reading path: String, _ derivation: ParameterDerivation?
  ) throws -> DatabaseQueue {
    let (queue, version) = try open(reading: path, derivation)
    if version == Migrations.version { return queue }
    let memory = try DatabaseQueue(configuration: configuration(for: nil, derivation))
    try queue.backup(to: memory)
    try queue.close()
    try Migrations.migrate(memory)
    try derive(derivation, in: memory)
    return memory
  }

  /// Opens a file for reading, with the version of its schema.
  ///
  /// - Throws: `NotebookError.newer`.
  static func open(
    reading path: String, _ derivation: ParameterDerivation?
  ) throws -> (DatabaseQueue, version: Int) {
    var failure: DatabaseError?
    var queue: DatabaseQueue?
    for location in locations(reading: path) where queue == nil {
      do {
        let candidate = try reading(location, derivation)
        _ = try version(of: candidate)
        queue = candidate
      } catch let error as DatabaseError { failure = error }
    }
    if let failure, queue == nil, !hasFullWAL(path) || failure.resultCode == .SQLITE_BUSY {
      throw failure
    }
    let found = try queue ?? copy(path, derivation)
    let version = try version(of: found)
    if version > Migrations.version {
      throw NotebookError.newer(path: path, version: version, known: Migrations.version)
    }
    return (found, version)
  }

  /// The ways in which SQLite can read the file as it lies, of which the first that works is taken.
  private static func locations(reading path: String) -> [String] {
    let files = FileManager.default
    let location = URL(fileURLWithPath: path).absoluteString
    let hasWAL = files.fileExists(atPath: path + "-wal")
    let hasIndex = files.fileExists(atPath: path + "-shm")
    var locations: [String] = []
    // Others are at work in it: both files are there, and theirs.
    if hasWAL && hasIndex {
      let isOurs = files.isWritableFile(atPath: path + "-shm")
      locations.append(location + (isOurs ? "?mode=ro" : "?mode=ro&readonly_shm=1"))
    }
    // All is in the file, and SQLite would make both for nothing.
    if !hasFullWAL(path) { locations.append(location + "?immutable=1") }
    return locations
  }

  /// Whether something of the notebook is not in its file.
  private static func hasFullWAL(_ path: String) -> Bool { FileHeader.fileSize(path + "-wal") > 0 }

  /// A copy of the file and its WAL, for which SQLite would need an index beside it; nothing of it is left
  /// in a folder when this returns, and it is gone with the connection.
  private static func copy(
    _ path: String, _ derivation: ParameterDerivation?
  ) throws -> DatabaseQueue {
    let files = FileManager.default
    let folder = files.temporaryDirectory.appendingPathComponent("gansh-\(UUID().uuidString)")
    try files.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? files.removeItem(at: folder) }
    let copy = folder.appendingPathComponent("copy.sqlite").path
    for suffix in ["", "-wal"] {
      try files.copyItem(atPath: path + suffix, toPath: copy + suffix)
      // It has the original's permissions.
      try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: copy + suffix)
    }
    let queue = try reading(copy, derivation)
    // From here on all of its files are open.
    _ = try version(of: queue)
    return queue
  }

  private static func reading(
    _ location: String, _ derivation: ParameterDerivation?
  ) throws -> DatabaseQueue {
    var configuration = configuration(for: nil, derivation)
    configuration.readonly = true
    return try DatabaseQueue(path: location, configuration: configuration)
  }

  private static func version(of queue: DatabaseQueue) throws -> Int {
    try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
  }
}
