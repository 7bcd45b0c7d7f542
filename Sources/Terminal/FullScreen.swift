import Glibc

/// The whole terminal for a while, as an editor has it: nothing of it stays when it is given back.
package enum FullScreen {
  /// What happened while somebody waited.
  package enum Event: Sendable, Hashable {
    /// A key; those that send several bytes are left out.
    case key(Character)
    case resized
    /// Ctrl-C, or the polite request to end.
    case interrupted
    case nothing
  }

  /// Whether there is a screen to take, and keys to leave it with.
  package static func isPossible(policy: ColourPolicy = ColourPolicy()) -> Bool {
    policy.allowsMovement(on: .output) && StandardStream.input.isTerminal
  }

  /// Takes the screen, runs `body`, and gives it back as it was, however `body` ends.
  package static func take<Result>(_ body: () throws -> Result) rethrows -> Result {
    Interrupts.install()
    return try Keyboard.withSingleKeys(canSuspend: false) {
      // Another screen, without a cursor and without lines that wrap.
      Output.write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[2J", to: STDOUT_FILENO)
      defer { Output.write("\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l", to: STDOUT_FILENO) }
      return try body()
    }
  }

  /// Waits for something to happen, for so many seconds at most.
  ///
  /// - Parameters:
  ///   - interrupts: `Interrupts.pendingCount` when the waiting began.
  ///   - takesKeys: whether keys are read; where nobody types they are left alone.
  package static func next(
    waitingUpTo seconds: Double, interrupts: Int, takesKeys: Bool = true
  ) -> Event {
    var waits = [
      // A negative descriptor is passed over.
      pollfd(fd: takesKeys ? STDIN_FILENO : -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: Interrupts.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    let ready = poll(&waits, nfds_t(waits.count), Int32((max(seconds, 0) * 1000).rounded(.up)))
    if Interrupts.pendingCount > interrupts || Interrupts.mustEnd { return .interrupted }
    if waits[1].revents != 0 { Interrupts.drain() }
    if Interrupts.takeResized() { return .resized }
    guard ready > 0, waits[0].revents != 0 else { return .nothing }
    // The end of the input (a terminal that is gone) is a wish to leave.
    guard let bytes = Keyboard.readBytes(waitingUpTo: 0) else { return .interrupted }
    let keys = Keyboard.keys(among: bytes)
    return lastKey(of: keys).map { .key(Character(Unicode.Scalar($0))) } ?? .nothing
  }

  /// The last key that sends one byte; arrows and the like, which begin with ESC, are passed over.
  static func lastKey(of bytes: [UInt8]) -> UInt8? {
    var last: UInt8?
    var rest = bytes[...]
    while let byte = rest.popFirst() {
      guard byte == 0x1B else {
        last = byte
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "["):
        while let next = rest.popFirst(), !(0x40...0x7E).contains(next) {}
      case UInt8(ascii: "O"): _ = rest.popFirst()
      default: break
      }
    }
    return last
  }
}
