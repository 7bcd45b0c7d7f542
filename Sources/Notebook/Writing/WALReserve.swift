import CLinux
import Foundation
import GRDB
import Glibc

/// Room on the disk for a run's last rows: blocks allocated behind the end of the notebook's WAL.
///
/// The rows are appended to the WAL, into these blocks, so that no other program can take them at the
/// moment they are needed. On a file system that cannot allocate behind the end of a file, a
/// `SpaceReserve` is held instead.
final class WALReserve: Sendable {
  /// Bytes that a run's last rows may take: a second of metrics, a sample sheet, a few events.
  static let size = 4 << 20

  private let path: String
  private let substitute: SpaceReserve

  /// Holds nothing yet.
  ///
  /// - Parameters:
  ///   - path: the notebook's file, whose WAL lies beside it.
  ///   - folder: where that file lies.
  init(notebook path: String, in folder: String) {
    self.path = path + "-wal"
    substitute = SpaceReserve(folder: folder, bytes: Self.size)
  }

  /// Allocates what is missing behind the WAL's present end.
  ///
  /// - Returns: false where the disk has no such room left. Where a reserve cannot be had for
  ///   another reason it is done without.
  func hold() -> Bool {
    let failure = withWAL { file, end in
      fallocate(file, FALLOC_FL_KEEP_SIZE, end, off_t(Self.size)) == 0 ? 0 : errno
    }
    switch failure {
    case 0: return true
    case ENOSPC, EDQUOT: return false
    default: return substitute.hold()
    }
  }

  /// Gives room back that was held outside the WAL.
  ///
  /// - Returns: whether there was any, so that another attempt to write can succeed.
  func releaseSubstitute() -> Bool { substitute.release() }

  /// Gives back what is held in the WAL. Whoever calls has begun a write transaction, so that nobody appends to the
  /// WAL meanwhile.
  func release() {
    // To cut a file at its own end frees what is allocated behind it.
    _ = withWAL { file, end in ftruncate(file, end) }
  }

  /// - Returns: nil where there is no WAL.
  private func withWAL(_ body: (_ file: Int32, _ end: off_t) -> Int32) -> Int32? {
    // SQLite's locks are on the notebook and on the WAL's index: closing the WAL releases none of them.
    let file = open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { Glibc.close(file) }
    var facts = stat()
    guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
    return body(file, facts.st_size)
  }
}

extension Notebook {
  /// Gives back what is allocated behind the WAL's end, by a run that is over or by one whose process
  /// was killed; nothing while another run is at work, whose reserve it is as well.
  func releaseReserve(of run: RunRecord? = nil) throws(NotebookError) {
    try write { db in
      let others = "SELECT count(*) FROM run WHERE status = 'running' AND id IS NOT ?"
      guard try Int.fetchOne(db, sql: others, arguments: [run?.id]) == 0 else { return }
      WALReserve(notebook: path, in: folder.path).release()
    }
  }
}
