import Glibc

/// A program that works beside this one: without the terminal and its Ctrl-C, its output nowhere, what it says
/// of its faults kept until it has ended.
package final class BackgroundProcess {
  package let pid: Int
  private let errors: Int32
  private var status: Int32?

  /// How it could not be started.
  package struct StartError: Error, CustomStringConvertible {
    package let description: String
  }

  /// - Throws: `StartError`.
  package init(_ program: String, _ arguments: [String]) throws(StartError) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    let errors = Self.openUnnamedFile()
    guard errors >= 0 else { throw Self.error(errno) }
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    // A group of its own: Ctrl-C is for whoever started it.
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var process: pid_t = 0
    let outcome = posix_spawn(&process, program, &actions, &attributes, &words, environ)
    guard outcome == 0 else {
      close(errors)
      throw Self.error(outcome)
    }
    (pid, self.errors) = (Int(process), errors)
  }

  deinit { close(errors) }

  /// Whether it has ended.
  package func hasEnded() -> Bool {
    if status != nil { return true }
    var found: Int32 = 0
    let outcome = waitpid(pid_t(pid), &found, WNOHANG)
    if outcome == pid_t(pid) {
      status = found
    } else if outcome < 0 && errno != EINTR {
      // Somebody else has waited for it.
      status = 0
    }
    return status != nil
  }

  /// How it ended, where that was not well: `was killed by signal 9`, `ended with status 1: …`.
  package var failure: String? {
    guard let status, status != 0 else { return nil }
    if status & 0x7F != 0 { return "was killed by signal \(status & 0x7F)" }
    let last = lastWords
    return "ended with status \((status >> 8) & 0xFF)" + (last.isEmpty ? "" : ": \(last)")
  }

  /// The last thing that it called an error, or its last line.
  private var lastWords: String {
    var bytes = [UInt8](repeating: 0, count: 8192)
    let size = lseek(errors, 0, SEEK_END)
    let count = pread(errors, &bytes, bytes.count, max(0, size - off_t(bytes.count)))
    guard count > 0 else { return "" }
    let lines = String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: "\n")
    return String(lines.last { $0.hasPrefix("error: ") }?.dropFirst(7) ?? lines.last ?? "")
  }

  private static func openUnnamedFile() -> Int32 {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    let path = "\(folder)/gansh-worker-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
    let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
    if file >= 0 { unlink(path) }
    return file
  }

  private static func error(_ code: Int32) -> StartError {
    StartError(description: String(cString: strerror(code)))
  }
}
