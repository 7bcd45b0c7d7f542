import Digests
import Foundation

/// What git knows about a working directory.
package struct GitState: Sendable, Hashable, Codable {
  package var commit: String
  /// Whether tracked files differ from that commit.
  package var isDirty: Bool
  /// SHA-256 of `git diff HEAD`; nil when nothing differs.
  package var diffDigest: String?

  package init(commit: String, isDirty: Bool, diffDigest: String?) {
    self.commit = commit
    self.isDirty = isDirty
    self.diffDigest = diffDigest
  }

  /// Asks `git`, which takes about ten milliseconds; nil outside a repository, before its first
  /// commit, or without git.
  package static func read(at directory: String) -> GitState? {
    guard let head = git(["rev-parse", "--verify", "HEAD"], at: directory) else { return nil }
    let commit = String(decoding: head, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    guard !commit.isEmpty else { return nil }
    let diff = git(["diff", "--no-ext-diff", "--no-color", "HEAD"], at: directory) ?? Data()
    return GitState(
      commit: commit, isDirty: !diff.isEmpty,
      diffDigest: diff.isEmpty ? nil : SHA256.digest(of: diff))
  }

  private static func git(_ arguments: [String], at directory: String) -> Data? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git", "-C", directory] + arguments
    var environment = ProcessInfo.processInfo.environment
    environment["GIT_OPTIONAL_LOCKS"] = "0"
    process.environment = environment
    let output = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = (try? output.fileHandleForReading.readToEnd()) ?? Data()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? data : nil
  }
}
