import Glibc

/// A command of the shell (`sh -c`) that is waited for, with this program's terminal as its own.
package enum ChildProcess {
  /// How a command ended.
  package enum Ending: Sendable, Hashable {
    case exited(Int32)
    case signalled(Int32)
    /// It could not be started: why.
    case failed(String)
  }

  /// Runs a command and waits for its end; Ctrl-C reaches it, as it does everything on the terminal.
  ///
  /// - Parameters:
  ///   - input: what it reads on its standard input; nil: this program's.
  ///   - arguments: `$1`, `$2` … of the command.
  package static func run(
    _ command: String, arguments: [String] = [], input: String? = nil
  ) -> Ending {
    ignoring(SIGQUIT) { spawn(command, arguments, input) }
  }

  private static func spawn(
    _ command: String, _ arguments: [String], _ input: String?
  ) -> Ending {
    var ends: [Int32] = [-1, -1]
    if input != nil {
      guard pipe(&ends) == 0 else { return .failed(reason()) }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }
    defer { for end in ends where end >= 0 { close(end) } }
    let started = start(["sh", "-c", command, "sh"] + arguments, input: ends[0])
    guard case .success(let process) = started else {
      if case .failure(let error) = started {
        return .failed(String(cString: strerror(error.code)))
      }
      return .failed(reason())
    }
    if let input {
      close(ends[0])
      ends[0] = -1
      feed(input, into: ends[1])
      close(ends[1])
      ends[1] = -1
    }
    return wait(for: process)
  }

  private struct StartError: Error { let code: Int32 }

  private static func start(
    _ words: [String], input: Int32
  ) -> Result<pid_t, StartError> {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if input >= 0 { posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO) }
    // A thread may block signals, which a command must hear.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    // Ctrl-\ is the command's alone while it has the terminal.
    var quit = sigset_t()
    sigemptyset(&quit)
    sigaddset(&quit, SIGQUIT)
    posix_spawnattr_setsigdefault(&attributes, &quit)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process: pid_t = 0
    let status = posix_spawn(&process, "/bin/sh", &actions, &attributes, &arguments, environ)
    return status == 0 ? .success(process) : .failure(StartError(code: status))
  }

  /// Writes until all is written or the reader has gone away, which is its right.
  private static func feed(_ text: String, into descriptor: Int32) {
    ignoring(SIGPIPE) { writeAll(text, to: descriptor) }
  }

  private static func ignoring<Result>(_ number: Int32, _ body: () -> Result) -> Result {
    var ignoring = sigaction()
    var before = sigaction()
    // SIG_IGN, a cast that Swift does not see.
    ignoring.__sigaction_handler.sa_handler = unsafeBitCast(
      1, to: (@convention(c) (Int32) -> Void)?.self)
    sigaction(number, &ignoring, &before)
    defer { sigaction(number, &before, nil) }
    return body()
  }

  private static func writeAll(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let part = UnsafeBufferPointer(rebasing: rest)
        let written = write(descriptor, part.baseAddress, part.count)
        if written > 0 {
          rest = rest.dropFirst(written)
        } else if written < 0 && errno == EINTR {
          continue
        } else {
          return
        }
      }
    }
  }

  private static func wait(for process: pid_t) -> Ending {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { return .failed(reason()) }
    }
    return status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .signalled(status & 0x7F)
  }

  private static func reason() -> String { String(cString: strerror(errno)) }
}
