import Foundation
import Synchronization

/// Held while a notebook is made or its schema is brought up to date, so that a process that finds
/// it half made waits until it is whole.
///
/// It lies on the folder and goes with the process, so that nothing is left beside the notebook.
/// Where the folder cannot be locked (some network file systems) nobody waits, and what SQLite
/// locks has to do.
package final class MakingLock: Sendable {
  private let descriptor: Mutex<Int32>

  /// Waits for those who hold it, at most `patience` seconds.
  package init(besides path: String, patience: Double) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let descriptor = Foundation.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    self.descriptor = Mutex(descriptor)
    guard descriptor >= 0 else { return }
    let deadline = Date.now.addingTimeInterval(patience)
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK || errno == EINTR,
      Date.now < deadline
    {
      Thread.sleep(forTimeInterval: 0.005)
    }
  }

  deinit { release() }

  /// Lets the next one in.
  package func release() {
    descriptor.withLock { descriptor in
      if descriptor >= 0 { close(descriptor) }
      descriptor = -1
    }
  }
}
