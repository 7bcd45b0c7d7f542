package import Foundation
import GRDB
import Synchronization

/// A laboratory notebook: one SQLite file that holds every line typed, every run, every metric.
///
/// - The file is in WAL mode with `synchronous = NORMAL`: a killed process loses nothing that
///   was committed; a power cut may lose the last moments, never the file.
/// - Write transactions are short and immediate, and wait up to ten seconds for one another, so
///   that several gansh processes may work in one notebook.
/// - Every method may be called from any thread and returns when its work is committed;
///   metrics, which are many, go through a `MetricWriter` instead.
package final class Notebook: Sendable {
  /// The path of the SQLite file: as it was given, or where the link that was given leads.
  package let path: String
  /// Names of runs whose process was found dead when the notebook was opened; they are
  /// `interrupted` now and may be resumed.
  package let interruptedRuns: [String]

  /// Why nothing can be written; nil where it can.
  package let readOnlyReason: String?

  /// The file that was opened.
  let place: FilePlace?

  /// Makes the rows of `parameter`; nil: there are none of what is written.
  let derivation: ParameterDerivation?

  /// Where the notebook is kept as it was before its schema was brought up to date, or why it is not; nil
  /// where there was nothing to do, or not yet since another process holds the lock.
  package var copyBefore: Result<String, CopyFailure>? { connections.withLock { $0.copyBefore } }

  /// Why no copy was kept.
  package struct CopyFailure: Error, CustomStringConvertible {
    package let description: String
  }

  /// The connections that write, once there are some, and what is read from.
  private struct Connections {
    /// Nil where nothing can be written, or not yet since another process holds the lock.
    var pool: DatabasePool?
    /// Writes what may be left out, and waits for nobody; see `writeAtOnce`.
    var clerk: DatabaseQueue?
    var reader: any DatabaseReader
    /// Why there are none that write.
    var hindrance: NotebookError?
    /// What became of the copy of a notebook whose schema was brought up to date.
    var copyBefore: Result<String, CopyFailure>?
  }

  private let connections: Mutex<Connections>
  private let patience: Double
  let queries = QueryInterruption()

  /// Opens the notebook at `path`, making it if there is none.
  ///
  /// A file that is refused is left as it is. Runs whose process is gone become `interrupted`. A
  /// notebook that may not be written is opened for reading, with a `readOnlyReason`.
  ///
  /// - Parameters:
  ///   - patience: seconds for which a write waits for other processes.
  ///   - derivation: makes the rows of `parameter`; of those that another one has made, too.
  /// - Throws: `NotebookError` when the path is a folder or nothing can be made there, or when the
  ///   file is not SQLite, is another application's, is newer than this build, or is damaged.
  package static func open(
    at path: String, patience: Double = 10, derivation: ParameterDerivation? = nil
  ) throws(NotebookError) -> Notebook {
    let path = resolvingLinks(path)
    var copy: Result<String, CopyFailure>?
    do {
      var (header, lock) = (Result { try FileHeader.inspect(path) }, nil as MakingLock?)
      // What is not a whole notebook may be one that another process is making.
      if !header.isWhole {
        lock = MakingLock(besides: path, patience: patience)
        header = Result { try FileHeader.inspect(path) }
      }
      switch try header.get() {
      case .readOnly(let reason):
        return Notebook(
          path: path, patience: patience,
          Connections(reader: try connect(reading: path, derivation)),
          readOnlyReason: reason, derivation)
      case .absent: try makeFile(at: path, patience: patience)
      case .notebook: break
      }
      do {
        let pool = try connect(
          path, patience: patience, holding: lock, waiting: quickly, derivation
        ) {
          copy = Self.kept($0, at: path)
        }
        let clerk = try connectClerk(path, derivation)
        let notebook = Notebook(
          path: path, patience: patience,
          Connections(pool: pool, clerk: clerk, reader: pool, copyBefore: copy),
          interruptedRuns: try interruptDeadRuns(pool, writing: clerk), derivation)
        try notebook.followRenaming()
        return notebook
      } catch  where isPassing(error) {
        // Reading waits for nobody; what is to be written tries again, and waits.
        return Notebook(
          path: path, patience: patience,
          Connections(
            reader: try connect(reading: path, derivation),
            hindrance: NotebookError(error, path: path)), derivation)
      }
    } catch {
      throw NotebookError(error, path: path)
    }
  }

  private init(
    path: String, patience: Double, _ connections: Connections, interruptedRuns: [String] = [],
    readOnlyReason: String? = nil, _ derivation: ParameterDerivation?
  ) {
    self.derivation = derivation
    self.path = path
    place = FilePlace(path)
    self.patience = patience
    self.connections = Mutex(connections)
    self.interruptedRuns = interruptedRuns
    self.readOnlyReason = readOnlyReason
  }

  /// Seconds for which whoever can do without waits for other processes.
  private static let quickly = 0.1

  /// Whether an error says that nothing can be written at present: a lock, a full disk.
  static func isPassing(_ error: any Error) -> Bool {
    guard let error = error as? DatabaseError else { return false }
    return [.SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_CANTOPEN].contains(
      error.resultCode)
  }

  private static func kept(
    _ copy: Result<String, any Error>, at path: String
  ) -> Result<String, CopyFailure> {
    copy.mapError { CopyFailure(description: "\(NotebookError($0, path: path))") }
  }

  private static func connectClerk(
    _ path: String, _ derivation: ParameterDerivation?
  ) throws -> DatabaseQueue {
    try DatabaseQueue(
      path: path, configuration: configuration(patience: quickly, for: path, derivation))
  }

  /// What typed queries are asked on where the file itself is not opened once more: it was read into
  /// memory, or in a way of its own.
  var readingQueue: DatabaseQueue? { connections.withLock { $0.reader } as? DatabaseQueue }

  /// The folder that holds the notebook; relative paths in it (checkpoints) start there.
  package var folder: URL {
    URL(fileURLWithPath: path).deletingLastPathComponent()
  }

  /// Closes every connection; afterwards every call throws. Not needed before the process ends,
  /// but it folds the WAL into the file, which then is the only one.
  package func close() throws(NotebookError) {
    // On a full disk that would take the room that is left, in vain; the WAL is whole as it lies.
    guard hasRoomToFoldIn else { return }
    if case .displaced(_, let isGone) = displacement { try closeDisplaced(isGone: isGone) }
    let connections = connections.withLock { $0 }
    do {
      try connections.clerk?.close()
      // SQLite folds the WAL in when the last connection closes, if that one may write.
      connections.pool?.releaseMemory()
      try connections.reader.close()
    } catch { throw NotebookError(error, path: path) }
  }

  /// What SQLite's own check finds wrong with the file; empty when it is sound. Reads all of it.
  package func integrityProblems() throws(NotebookError) -> [String] {
    try read { db in
      try String.fetchAll(db, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
    }
  }

  func read<Value>(_ body: (Database) throws -> Value) throws(NotebookError) -> Value {
    do { return try connections.withLock { $0.reader }.read(body) } catch {
      throw NotebookError(error, path: path)
    }
  }

  func write<Value>(_ body: (Database) throws -> Value) throws(NotebookError) -> Value {
    try onWriter { pool in try pool.write(body) }
  }

  /// Writes what nobody is to wait for, if it can be done at once.
  ///
  /// Through a connection of its own: the pool's may be waiting for another process.
  func writeAtOnce<Value>(_ body: (Database) throws -> Value) throws(NotebookError) -> Value {
    try checkWritable()
    let connections = connections.withLock { $0 }
    guard let clerk = connections.clerk else {
      throw connections.hindrance ?? .busy(path: path)
    }
    do { return try clerk.write(body) } catch { throw NotebookError(error, path: path) }
  }

  /// For what is no transaction.
  func onWriter<Value>(_ body: (DatabasePool) throws -> Value) throws(NotebookError) -> Value {
    try checkWritable()
    do { return try body(try pool()) } catch { throw NotebookError(error, path: path) }
  }

  private func checkWritable() throws(NotebookError) {
    if let readOnlyReason { throw .notWritable(path: path, reason: readOnlyReason) }
  }

  /// The connections that write, opened now where another process was in the way before.
  private func pool() throws -> DatabasePool {
    try connections.withLock { connections in
      if let pool = connections.pool { return pool }
      var copy = connections.copyBefore
      let pool = try Self.connect(path, patience: patience, waiting: patience, derivation) {
        copy = Self.kept($0, at: path)
      }
      connections = Connections(
        pool: pool, clerk: try Self.connectClerk(path, derivation), reader: pool, copyBefore: copy)
      return pool
    }
  }

  /// The connections that write, if there are any yet.
  var presentWriters: (pool: DatabasePool, clerk: DatabaseQueue)? {
    connections.withLock { connections in
      guard let pool = connections.pool, let clerk = connections.clerk else { return nil }
      return (pool, clerk)
    }
  }
}
