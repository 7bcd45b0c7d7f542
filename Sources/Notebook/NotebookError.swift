import Foundation
import GRDB
import Glibc
import TerminalText

/// Why a notebook could not be opened, read or written.
package enum NotebookError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The path names a folder.
  case isFolder(path: String)
  /// The path names what is no file.
  case notFile(path: String, EntryKind)
  /// The folder that should hold the notebook does not exist.
  case noSuchFolder(path: String, folder: String)
  /// The file or its folder may not be written.
  case notWritable(path: String, reason: String)
  /// The file may not be read.
  case notReadable(path: String, reason: String)
  /// The file is not an SQLite data base.
  case notSQLite(path: String)
  /// The file is an SQLite data base, but another application's.
  case foreign(path: String)
  /// The file that was opened is not the one that lies at the path any more.
  case displaced(path: String, isGone: Bool)
  /// The notebook was written by a newer gansh.
  case newer(path: String, version: Int, known: Int)
  /// The file is cut short or its contents contradict themselves.
  case damaged(path: String, reason: String)
  /// A row holds what the schema rules out, in a file that SQLite finds nothing wrong with.
  case unexpected(path: String, place: String)
  /// Nothing more fits on the disk; `reserve`: but for the bytes that a run holds back.
  case diskFull(path: String, reserve: Int? = nil)
  /// Another process kept the notebook locked for longer than the time-out.
  case busy(path: String)
  /// Any other failure of SQLite or the system, in its own words.
  case failed(path: String, reason: String)
  /// A run of that name exists.
  case nameTaken(String)
  /// A declaration that a run was made of.
  case inUse(String, run: String)
  /// No run has that name or number.
  case noSuchRun(String)
  /// A path in the notebook's folder that nothing is written to or removed at.
  case unsafePath(String, reason: String)
  /// A folder of checkpoints in which the system lets nothing be looked up, or changed.
  case forbidden(folder: String, reason: String)
  /// A process is still working on the run.
  case stillRunning(run: String, process: String)
  /// The sweep that the run is to go on for was stopped.
  case sweepStopped(run: String)
  /// What was typed after `sql` is not one query that only reads.
  case onlyReads(String)
  /// SQLite's complaint about a query that was typed.
  case badQuery(String)
  /// A query was interrupted.
  case interrupted
  /// Something was logged after `close()`.
  case closed(run: String)
  /// The writer holds as many unwritten points as it may; the reason is why they are unwritten.
  case backlog(run: String, points: Int, reason: String)

  /// Whether the same may succeed later: another process is in the way, or the disk is full.
  package var isPassing: Bool {
    switch self {
    case .busy, .diskFull: true
    default: false
    }
  }

  package var description: String {
    switch self {
    case .isFolder(let path):
      "the notebook `\(path)` is a folder; name a file inside it"
    case .notFile(let path, let kind):
      "the notebook `\(path)` is a \(kind), not a file; name a file"
    case .noSuchFolder(let path, let folder):
      "cannot make the notebook `\(path)`: there is no folder `\(folder)`; make it first"
    case .notWritable(let path, let reason):
      "the notebook `\(path)` cannot be written: \(reason)"
    case .notReadable(let path, let reason):
      "the notebook `\(path)` cannot be read: \(reason)"
    case .notSQLite(let path):
      "`\(path)` is not a notebook: it is not an SQLite file; it was left as it is"
    case .foreign(let path):
      "`\(path)` is not a notebook: it is another application's data base; it was left as it is"
    case .displaced(let path, let isGone):
      "the notebook `\(path)` was \(isGone ? "deleted or moved away" : "replaced by another file") "
        + "while it was open: what is written from now on is not in it; put it back, then start anew"
    case .newer(let path, let version, let known):
      "the notebook `\(path)` was written by a newer gansh (schema \(version), this one knows "
        + "\(known)); it was left as it is: use the newer gansh"
    case .damaged(let path, let reason):
      "the notebook `\(path)` is damaged: \(reason); copy it, then try "
        + "`sqlite3 \(path) .recover | sqlite3 mended.sqlite`"
    case .unexpected(let path, let place):
      "the notebook `\(path)` holds a value in \(place) that gansh never writes; put the right one "
        + "back with `sqlite3 \(path)`, or go on with a copy from before"
    case .diskFull(let path, let reserve):
      "no space is left on the disk for the notebook `\(path)`"
        + (reserve.map { ": the \($0 >> 20) MiB that a run holds back for its last rows" } ?? "")
        + "; free some"
    case .busy(let path):
      "the notebook `\(path)` is locked by another process"
        + (LockHolder(of: path)?.description ?? "; try again")
    case .failed(let path, let reason):
      "the notebook `\(path)` failed: \(reason)"
    case .inUse(let name, let run):
      "`\(name)` was used by run `\(run)`; declare it anew, or delete the run first"
    case .nameTaken(let name):
      "a run named `\(name)` exists; choose another name, or delete that one"
    case .noSuchRun(let name):
      "there is no run `\(name)`; `runs` lists them"
    case .unsafePath(let path, let reason):
      "`\(path)` is left alone: \(reason); move it away, or give the run another name with `rename`"
    case .forbidden(let folder, let reason):
      "the folder `\(folder)` cannot be used: \(reason); change its permissions, then try again"
    case .stillRunning(let run, let process):
      "run `\(run)` is still running (\(process)); stop it first"
    case .sweepStopped(let run):
      "the sweep of run `\(run)` was stopped"
    case .onlyReads(let reason):
      "queries only read the notebook: \(reason)"
    case .badQuery(let reason):
      "cannot answer the query: \(reason)"
    case .interrupted:
      "the query was interrupted"
    case .closed(let run):
      "the metrics of run `\(run)` are closed"
    case .backlog(let run, let points, let reason):
      "\(counted(points, "point")) of run `\(run)` could not be written yet, and no more are taken: \(reason)"
    }
  }
}

extension NotebookError {
  /// A folder for checkpoints could not be made or marked in another one; `code` is the system's.
  static func folderNotMade(
    path: String, in folder: String, code: Int32
  ) -> NotebookError {
    if code == ENOSPC || code == EDQUOT { return .diskFull(path: path) }
    if isRefusal(code) { return .forbidden(folder: folder, reason: words(for: code)) }
    return .unsafePath(path, reason: words(for: code))
  }

  /// A file that cannot be opened or read; `code` is the system's.
  static func notReadable(path: String, code: Int32) -> NotebookError {
    let reason =
      switch code {
      case EACCES: "its permissions, or those of its folder, do not let you"
      case ELOOP: "it is a link that leads back to itself"
      default: words(for: code)
      }
    return .notReadable(path: path, reason: reason)
  }

  /// The system's words.
  static func words(for code: Int32) -> String { String(cString: strerror(code)).lowercased() }

  /// Whether the system refuses what it would let others do.
  static func isRefusal(_ code: Int32) -> Bool { [EACCES, EPERM, EROFS].contains(code) }
}

/// A value that the schema rules out was found in a row.
struct UnexpectedValue: Error {
  let place: String
}

extension NotebookError {
  /// Any error that comes out of GRDB or out of decoding, in this room's words.
  init(_ error: any Error, path: String) {
    switch error {
    case let error as NotebookError: self = error
    case let error as UnexpectedValue:
      self = .unexpected(path: path, place: error.place)
    case let error as DatabaseError: self.init(error, path: path)
    default: self = .failed(path: path, reason: "\(error)")
    }
  }

  private init(_ error: DatabaseError, path: String) {
    let reason = error.message ?? "result code \(error.extendedResultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_FULL: self = .diskFull(path: path)
    case .SQLITE_IOERR where Self.isDiskFull(at: path): self = .diskFull(path: path)
    case .SQLITE_CORRUPT: self = .damaged(path: path, reason: reason)
    case .SQLITE_NOTADB: self = .notSQLite(path: path)
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN:
      self = .notWritable(path: path, reason: reason)
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path)
    case .SQLITE_INTERRUPT: self = .interrupted
    case .SQLITE_CONSTRAINT where error.extendedResultCode == .SQLITE_CONSTRAINT_FOREIGNKEY:
      self = .failed(
        path: path, reason: "another process has deleted the run or declaration at this moment")
    default: self = .failed(path: path, reason: reason)
    }
  }
  /// SQLite calls it an I/O error where the file that could not grow is the index of the WAL.
  private static func isDiskFull(at path: String) -> Bool {
    var facts = statvfs()
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard statvfs(folder, &facts) == 0 else { return false }
    return facts.f_bavail * facts.f_frsize < 1 << 16
  }
}
