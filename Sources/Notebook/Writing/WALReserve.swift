import CFallocate
import Glibc

/// Room on the disk for a run's last rows: blocks allocated behind the end of the notebook's WAL.
///
/// The rows are appended to the WAL, into these blocks, so that no other program can take them at the
/// moment they are needed. The system frees them when the WAL is truncated or removed. On a file
/// system that cannot allocate behind the end of a file, a `SpaceReserve` is held instead.
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
    // SQLite's locks are on the file and on the index, so closing the WAL releases none of them.
    let file = open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { return substitute.hold() }
    defer { Glibc.close(file) }
    var facts = stat()
    guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      return substitute.hold()
    }
    if fallocate(file, FALLOC_FL_KEEP_SIZE, facts.st_size, off_t(Self.size)) == 0 { return true }
    return errno == ENOSPC || errno == EDQUOT ? false : substitute.hold()
  }

  /// Gives room back that was held outside the WAL.
  ///
  /// - Returns: whether there was any, so that another attempt to write can succeed.
  @discardableResult
  func release() -> Bool { substitute.release() }
}
