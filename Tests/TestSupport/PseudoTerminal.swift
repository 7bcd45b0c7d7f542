import Foundation
import Glibc

/// A program behind a pseudo-terminal, to be typed at.
package final class PseudoTerminal {
  package enum Failure: Error, CustomStringConvertible {
    case system(String)
    /// What was waited for, and what came instead.
    case timeout(String, seen: String)

    package var description: String {
      switch self {
      case .system(let call): "\(call) failed: \(String(cString: strerror(errno)))"
      case .timeout(let wanted, let seen): "waited for \(wanted.debugDescription), saw:\n\(seen)"
      }
    }
  }

  private let master: Int32
  package let program: String
  package let process: Int32
  private var unread = ""
  private var isReaped = false
  private var isHungUp = false

  /// Everything that came, escape sequences removed.
  package private(set) var transcript = ""
  /// Everything that came, as it came.
  package private(set) var raw = ""
  /// Where `expectRaw` goes on.
  private var rawStart = "".startIndex

  /// Starts a program with a terminal of 100 columns as its streams and its controlling terminal.
  package init(
    _ program: String, _ arguments: [String] = [], environment: [String: String],
    folder: String
  ) throws {
    self.program = program
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | Int32(O_CLOEXEC))
    guard master >= 0 else { throw Failure.system("open /dev/ptmx") }
    var unlocked: Int32 = 0
    var number: UInt32 = 0
    // TIOCSPTLCK and TIOCGPTN, which are macros that Swift does not see.
    guard ioctl(master, 0x4004_5431, &unlocked) == 0, ioctl(master, 0x8004_5430, &number) == 0
    else { throw Failure.system("ioctl on /dev/ptmx") }
    var size = winsize(ws_row: 40, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    process = try Self.spawn(program, arguments, environment, folder, "/dev/pts/\(number)")
  }

  private static func spawn(
    _ program: String, _ arguments: [String], _ environment: [String: String], _ folder: String,
    _ terminal: String
  ) throws -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A new session: the first terminal it opens becomes its controlling terminal.
    // Threads of a test run block signals, which the program must not inherit.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    let newSession: Int16 = 0x80
    posix_spawnattr_setflags(
      &attributes, newSession | Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
    posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    // `env` changes the folder, which posix_spawn cannot everywhere.
    let argv = (["/usr/bin/env", "-C", folder, program] + arguments).map { strdup($0) } + [nil]
    let envp = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in argv + envp { free(text) } }
    var process: Int32 = 0
    let status = posix_spawn(&process, "/usr/bin/env", &actions, &attributes, argv, envp)
    guard status == 0 else {
      errno = status
      throw Failure.system("posix_spawn \(program)")
    }
    return process
  }

  deinit {
    if !isReaped {
      kill(process, SIGKILL)
      var status: Int32 = 0
      waitpid(process, &status, 0)
    }
    hangUp()
  }

  /// Goes away, as a closed window or a lost connection does.
  package func hangUp() {
    guard !isHungUp else { return }
    isHungUp = true
    close(master)
  }

  /// Types: `\r` is Enter, `\t` TAB, `\u{3}` Ctrl-C, `\u{4}` Ctrl-D, `\u{1B}[A` the arrow up.
  package func type(_ text: String) { type(Array(text.utf8)) }

  package func type(_ bytes: [UInt8]) {
    _ = write(master, bytes, bytes.count)
  }

  /// Changes the terminal's size, which sends SIGWINCH; pixels are 0 where a terminal tells none.
  package func resize(rows: Int, columns: Int, cellWidth: Int = 0, cellHeight: Int = 0) {
    var size = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: UInt16(columns * cellWidth),
      ws_ypixel: UInt16(rows * cellHeight))
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  /// Whether the terminal shows what is typed and hands it over by lines, as a shell leaves it.
  package var isCooked: Bool {
    var settings = termios()
    guard tcgetattr(master, &settings) == 0 else { return false }
    return settings.c_lflag & tcflag_t(ICANON) != 0 && settings.c_lflag & tcflag_t(ECHO) != 0
  }

  /// Reads until `text` has come, escape sequences and all; what came before it is passed over.
  package func expectRaw(_ text: String, within seconds: Double = 20) throws {
    let deadline = Date.now.addingTimeInterval(seconds)
    while true {
      if let found = raw[rawStart...].range(of: text) {
        rawStart = found.upperBound
        return
      }
      guard Date.now < deadline, readMore(for: deadline.timeIntervalSinceNow) else {
        throw Failure.timeout(text, seen: String(raw[rawStart...]))
      }
    }
  }

  /// Sends a signal.
  package func signal(_ number: Int32) { kill(process, number) }

  /// Reads until `text` has come (escape sequences aside); returns all up to and with it.
  @discardableResult
  package func expect(_ text: String, within seconds: Double = 20) throws -> String {
    let deadline = Date.now.addingTimeInterval(seconds)
    while true {
      if let found = unread.range(of: text) {
        let before = String(unread[..<found.upperBound])
        unread = String(unread[found.upperBound...])
        return before
      }
      guard Date.now < deadline, readMore(for: deadline.timeIntervalSinceNow) else {
        throw Failure.timeout(text, seen: unread)
      }
    }
  }

  /// Reads for a while and returns what came.
  package func listen(for seconds: Double) -> String {
    let deadline = Date.now.addingTimeInterval(seconds)
    while Date.now < deadline, readMore(for: deadline.timeIntervalSinceNow) {}
    defer { unread = "" }
    return unread
  }

  /// Waits for the end of the program; its exit status, or the negative signal that ended it.
  package func waitForEnd(within seconds: Double = 20) throws -> Int32 {
    let deadline = Date.now.addingTimeInterval(seconds)
    var status: Int32 = 0
    while waitpid(process, &status, WNOHANG) == 0 {
      guard Date.now < deadline else { throw Failure.timeout("the end", seen: unread) }
      _ = readMore(for: 0.02)
    }
    isReaped = true
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
  }

  private func readMore(for seconds: Double) -> Bool {
    if isHungUp {
      usleep(useconds_t(max(seconds, 0) * 1e6))
      return false
    }
    var wait = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&wait, 1, Int32(max(seconds, 0) * 1000)) > 0 else { return false }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(master, &bytes, bytes.count)
    guard count > 0 else { return false }
    let text = String(decoding: bytes[..<count], as: UTF8.self)
    raw += text
    let plain = text.replacingOccurrences(
      of: "\u{1B}\\[[0-9;?]*[@-~]|\u{1B}[=>]|\u{7}", with: "", options: .regularExpression)
    unread += plain
    transcript += plain
    return true
  }
}
