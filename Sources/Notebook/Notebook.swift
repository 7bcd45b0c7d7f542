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
  /// The path of the SQLite file, as it was given.
  package let path: String
  /// Names of runs whose process was found dead when the notebook was opened; they are
  /// `interrupted` now and may be resumed.
  package let interruptedRuns: [String]

  let pool: DatabasePool
  let queries = QueryInterruption()

  /// Opens the notebook at `path`, making it if there is none.
  ///
  /// A file that is refused is left as it is. Runs whose process is gone become `interrupted`.
  ///
  /// - Throws: `NotebookError` when the path is a folder or may not be written, or when the file
  ///   is not SQLite, is another application's, is newer than this build, or is damaged.
  package static func open(at path: String) throws(NotebookError) -> Notebook {
    try prepareFile(at: path)
    do {
      let pool = try connect(path)
      return Notebook(path: path, pool: pool, interruptedRuns: try interruptDeadRuns(pool))
    } catch {
      throw NotebookError(error, path: path)
    }
  }

  private init(path: String, pool: DatabasePool, interruptedRuns: [String]) {
    self.path = path
    self.pool = pool
    self.interruptedRuns = interruptedRuns
  }

  /// The folder that holds the notebook; relative paths in it (checkpoints) start there.
  package var folder: URL {
    URL(fileURLWithPath: path).deletingLastPathComponent()
  }

  /// Closes every connection; afterwards every call throws. Not needed before the process ends,
  /// but it folds the WAL into the file, which then is the only one.
  package func close() throws(NotebookError) {
    // SQLite folds the WAL in when the last connection closes, if that one may write.
    pool.releaseMemory()
    do { try pool.close() } catch { throw NotebookError(error, path: path) }
  }

  /// What SQLite's own check finds wrong with the file; empty when it is sound. Reads all of it.
  package func integrityProblems() throws(NotebookError) -> [String] {
    try read { db in
      try String.fetchAll(db, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
    }
  }

  func read<Value>(_ body: (Database) throws -> Value) throws(NotebookError) -> Value {
    do { return try pool.read(body) } catch { throw NotebookError(error, path: path) }
  }

  func write<Value>(_ body: (Database) throws -> Value) throws(NotebookError) -> Value {
    do { return try pool.write(body) } catch { throw NotebookError(error, path: path) }
  }
}
