import Foundation
import Glibc
import Synchronization

/// Room on the disk that is held and given back when it is needed: before rows are deleted, which takes
/// room at first, and for a run's last rows where a `WALReserve` cannot be had.
///
/// A file without a name: the system gives the room back when the process is gone, however it went.
final class SpaceReserve: Sendable {
  private let folder: String
  private let bytes: Int
  private let descriptor = Mutex<Int32?>(nil)

  /// Holds nothing yet.
  ///
  /// - Parameters:
  ///   - folder: one on the disk that is to have room.
  ///   - bytes: how much.
  init(folder: String, bytes: Int) { (self.folder, self.bytes) = (folder, bytes) }

  deinit { release() }

  /// Takes the room, if it is not held.
  ///
  /// - Returns: false where the disk has no such room left. Where a reserve cannot be had for
  ///   another reason it is done without.
  func hold() -> Bool {
    descriptor.withLock { held in
      if held != nil { return true }
      var template = Array((folder + "/.gansh-reserve-XXXXXX").utf8CString)
      let file = mkstemp(&template)
      guard file >= 0 else { return errno != ENOSPC && errno != EDQUOT }
      unlink(template)
      _ = fcntl(file, F_SETFD, FD_CLOEXEC)
      let failure = posix_fallocate(file, 0, off_t(bytes))
      guard failure == 0 else {
        Glibc.close(file)
        return failure != ENOSPC && failure != EDQUOT
      }
      held = file
      return true
    }
  }

  /// Gives the room back.
  ///
  /// - Returns: whether there was any.
  @discardableResult
  func release() -> Bool {
    descriptor.withLock { held in
      guard let file = held else { return false }
      Glibc.close(file)
      held = nil
      return true
    }
  }
}
