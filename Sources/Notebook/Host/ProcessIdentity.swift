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

  /// Whether a signal (SIGSTOP, Ctrl-Z) keeps the process of this host from doing anything.
  package var isStopped: Bool {
    isAlive && ["T", "t"].contains(Self.facts(ofProcess: pid)?.first)
  }

  /// `boot/ticks` from `/proc`, nil when there is no such process.
  private static func startOfProcess(_ pid: Int) -> String? {
    guard let facts = facts(ofProcess: pid), facts[0] != "Z", facts[0] != "X" else { return nil }
    return "\(boot)/\(facts[19])"
  }

  /// What proc(5) calls the fields 3 (state) to 22 (start time) and later; nil when there is no such process.
  private static func facts(ofProcess pid: Int) -> [Substring]? {
    guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      // The command's name stands in brackets and may hold anything, brackets too.
      let bracket = stat.lastIndex(of: ")")
    else { return nil }
    let fields = stat[stat.index(after: bracket)...].split(separator: " ")
    return fields.count > 19 ? fields : nil
  }

  private static let boot: String =
    (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8))?
    .trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
}
