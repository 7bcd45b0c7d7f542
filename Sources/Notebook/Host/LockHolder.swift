import Foundation
import Glibc

/// The process of this host that keeps others from writing a notebook, as `/proc/locks` has it. No file is
/// opened for it: to close one would give up SQLite's own locks on it.
struct LockHolder {
  let pid: Int

  /// The byte of the `-shm` file that whoever writes into the WAL has locked.
  private static let writeLock = 120

  /// - Returns: nil where it is not known, or is this process itself.
  init?(of path: String) {
    var facts = stat()
    guard stat(path + "-shm", &facts) == 0,
      let locks = try? String(contentsOfFile: "/proc/locks", encoding: .utf8)
    else { return nil }
    // `1: POSIX  ADVISORY  WRITE 4711 08:01:1234 120 120`; one that waits has `->` after its number.
    for line in locks.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count == 8, fields[1] == "POSIX", fields[3] == "WRITE",
        fields[5].split(separator: ":").last.flatMap({ UInt64($0) }) == UInt64(facts.st_ino),
        let first = Int(fields[6]), let last = Int(fields[7]),
        (first...max(first, last)).contains(Self.writeLock),
        let pid = Int(fields[4]), pid > 0, pid != Int(getpid())
      else { continue }
      self.pid = pid
      return
    }
    return nil
  }

  /// Whether a signal keeps it from giving the lock back.
  var isStopped: Bool { ProcessIdentity(pid: pid, start: "").isStopped }

  /// Follows `is locked by another process`.
  var description: String {
    guard isStopped else { return " (\(pid)); try again" }
    return " (\(pid)), which a signal has stopped; `kill -CONT \(pid)` lets it go on"
  }
}
