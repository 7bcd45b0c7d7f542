package import Foundation
import GRDB

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

  /// The connections that write; nil where nothing can be written.
  private let pool: DatabasePool?
  private let reader: any DatabaseReader
  /// The file that was opened.
  let place: FilePlace?
  /// What is read in the file's place where that cannot be read as it lies.
  private let copy: NotebookCopy?
  let queries = QueryInterruption()

  /// Opens the notebook at `path`, making it if there is none.
  ///
  /// A file that is refused is left as it is. Runs whose process is gone become `interrupted`. A
  /// notebook that may not be written is opened for reading, with a `readOnlyReason`.
  ///
  /// - Parameter patience: seconds for which a write waits for other processes.
  /// - Throws: `NotebookError` when the path is a folder or nothing can be made there, or when the
  ///   file is not SQLite, is another application's, is newer than this build, or is damaged.
  package static func open(
    at path: String, patience: Double = 10
  ) throws(NotebookError) -> Notebook {
    let path = resolvingLinks(path)
    do {
      var (header, lock) = (Result { try FileHeader.inspect(path) }, nil as MakingLock?)
      // What is not a whole notebook may be one that another process is making.
      if !header.isWhole {
        lock = MakingLock(besides: path, patience: patience)
        header = Result { try FileHeader.inspect(path) }
      }
      switch try header.get() {
      case .readOnly(let reason): return try Notebook(reading: path, reason: reason)
      case .absent: try makeFile(at: path, patience: patience)
      case .notebook: break
      }
      let pool = try connect(path, patience: patience, holding: lock)
      let notebook = Notebook(
        path: path, pool: pool, interruptedRuns: try interruptDeadRuns(pool))
      try notebook.followRenaming()
      return notebook
    } catch {
      throw NotebookError(error, path: path)
    }
  }

  private init(path: String, pool: DatabasePool, interruptedRuns: [String]) {
    self.path = path
    place = FilePlace(path)
    self.interruptedRuns = interruptedRuns
    (self.pool, reader, copy, readOnlyReason) = (pool, pool, nil, nil)
  }

  private init(reading path: String, reason: String) throws {
    self.path = path
    place = FilePlace(path)
    (interruptedRuns, pool, readOnlyReason) = ([], nil, reason)
    if let queue = try Self.connect(reading: path) {
      (reader, copy) = (queue, nil)
    } else {
      let copy = try NotebookCopy(of: path)
      (reader, self.copy) = (try Self.connect(copy.path, patience: 1), copy)
    }
  }

  /// The file whose rows are read: the notebook's own, or a copy's.
  var readPath: String { copy?.path ?? path }

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
    // SQLite folds the WAL in when the last connection closes, if that one may write.
    pool?.releaseMemory()
    do { try reader.close() } catch { throw NotebookError(error, path: path) }
  }

  /// What SQLite's own check finds wrong with the file; empty when it is sound. Reads all of it.
  package func integrityProblems() throws(NotebookError) -> [String] {
    try read { db in
      try String.fetchAll(db, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
    }
  }

  func read<Value>(_ body: (Database) throws -> Value) throws(NotebookError) -> Value {
    do { return try reader.read(body) } catch { throw NotebookError(error, path: path) }
  }

  func write<Value>(_ body: (Database) throws -> Value) throws(NotebookError) -> Value {
    try onWriter { pool in try pool.write(body) }
  }

  /// For what is no transaction.
  func onWriter<Value>(_ body: (DatabasePool) throws -> Value) throws(NotebookError) -> Value {
    guard let pool else {
      throw .notWritable(path: path, reason: readOnlyReason ?? "it was opened for reading")
    }
    do { return try body(pool) } catch { throw NotebookError(error, path: path) }
  }
}
