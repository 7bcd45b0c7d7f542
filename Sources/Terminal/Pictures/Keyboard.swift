import Glibc
import Synchronization

private struct State {
  /// Read before anybody wanted them.
  var kept: [UInt8] = []
  /// A terminal that was asked and has not answered to the end.
  var late: TerminalAnswers?
}

private let state = Mutex(State())

/// Keys of the terminal read without an editor, and those that were read before anybody wanted them.
package enum Keyboard {
  /// Whether the terminal holds keys that nobody has read.
  static var isWaiting: Bool {
    var count: Int32 = 0
    return ioctl(STDIN_FILENO, UInt(FIONREAD), &count) == 0 && count > 0
  }

  /// Gives each key as it is pressed and shows none, while `body` runs.
  ///
  /// - Parameter canSuspend: whether Ctrl-Z and Ctrl-\\ stay signals, as Ctrl-C does.
  package static func withSingleKeys<Result>(
    canSuspend: Bool = true, _ body: () throws -> Result
  ) rethrows -> Result {
    var saved = termios()
    guard tcgetattr(STDIN_FILENO, &saved) == 0 else { return try body() }
    var single = saved
    single.c_lflag &= ~tcflag_t(ICANON | ECHO)
    if !canSuspend {
      withUnsafeMutableBytes(of: &single.c_cc) { keys in
        for key in [VSUSP, VQUIT] { keys[Int(key)] = 0 }
      }
    }
    tcsetattr(STDIN_FILENO, TCSANOW, &single)
    defer { tcsetattr(STDIN_FILENO, TCSANOW, &saved) }
    return try body()
  }

  /// What has come, waiting for it; nil at the end of the time, of the input, or at a signal.
  static func readBytes(waitingUpTo seconds: Double) -> [UInt8]? {
    var wait = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    guard poll(&wait, 1, Int32((max(seconds, 0) * 1000).rounded(.up))) > 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(STDIN_FILENO, &bytes, bytes.count)
    return count > 0 ? Array(bytes[..<count]) : nil
  }

  /// Keeps keys for who reads next here.
  static func keep(_ keys: [UInt8]) { state.withLock { $0.kept += keys } }

  /// Gives keys back to the terminal, for another program, where the system lets it.
  static func putBack(_ keys: [UInt8]) {
    for key in keys {
      var key = CChar(bitPattern: key)
      _ = ioctl(STDIN_FILENO, UInt(TIOCSTI), &key)
    }
  }

  /// Takes the keys that were kept.
  static func takeKept() -> [UInt8] {
    state.withLock { state in
      defer { state.kept = [] }
      return state.kept
    }
  }

  /// From now on what comes is looked at for the rest of the answers.
  static func expect(restOf answers: TerminalAnswers) {
    state.withLock { $0.late = answers.isComplete ? nil : answers }
  }

  /// Whether a terminal that was asked has not answered to the end.
  static var expectsAnswers: Bool { state.withLock { $0.late != nil } }

  /// The keys among bytes that came.
  static func keys(among bytes: [UInt8]) -> [UInt8] {
    state.withLock { state in
      guard var late = state.late else { return bytes }
      late.take(bytes)
      if late.isComplete { late.end() }
      let keys = late.takeTyped()
      state.late = late.isComplete ? nil : late
      return keys
    }
  }
}
