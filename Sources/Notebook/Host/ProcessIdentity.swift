import Foundation
import Glibc

/// A process, told apart from a later one that was given the same number.
package struct ProcessIdentity: Sendable, Hashable, Codable {
  package var pid: Int
  /// The boot's id and the tick in which the process started; empty where it is not known.
  package var start: String

  package init(pid: Int, start: String) {
    self.pid = pid
    self.start = start
  }

  /// This process.
  package static let current = ProcessIdentity(
    pid: Int(getpid()), start: startOfProcess(Int(getpid())) ?? "")

  /// Whether the process still exists on this host; a zombie that nobody has waited for does not.
  package var isAlive: Bool {
    guard let now = Self.startOfProcess(pid) else { return false }
    return start.isEmpty || now == start
  }

  /// `boot/ticks` from `/proc`, nil when there is no such process.
  private static func startOfProcess(_ pid: Int) -> String? {
    guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      // The command's name stands in brackets and may hold anything, brackets too.
      let bracket = stat.lastIndex(of: ")")
    else { return nil }
    let fields = stat[stat.index(after: bracket)...].split(separator: " ")
    // Fields 3 (state) and 22 (start time) of proc(5).
    guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
    return "\(boot)/\(fields[19])"
  }

  private static let boot: String =
    (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8))?
    .trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
}
