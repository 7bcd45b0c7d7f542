import Glibc
import Synchronization

private let pending = Atomic<Int>(0)
private let ending = Atomic<Bool>(false)
private let resized = Atomic<Bool>(false)
private let suspended = Atomic<Bool>(false)
private let resumed = Atomic<Bool>(false)
private let unread = Atomic<Bool>(false)
private let lastInterrupt = Atomic<Int64>(.min)
private let lastTermination = Atomic<Int64>(.min)
private let wakeWriter = Atomic<Int32>(-1)
private let wakeReader = Atomic<Int32>(-1)

/// Ctrl-C (SIGINT), and the requests to end (SIGTERM, SIGHUP, Ctrl-\ that is SIGQUIT): handlers only
/// count and wake. Two of a kind within a tenth of a second are one request.
/// A reader of our words that is gone (SIGPIPE, `gansh … | head`) is a request to end as well.
///
/// What is at work looks at `pendingCount`: the first interrupt asks it to stop where nothing is
/// lost, the second to stop at once.
package enum Interrupts {
  /// Begins to catch signals. Calling it again does nothing.
  package static func install() {
    guard wakeReader.load(ordering: .relaxed) < 0 else { return }
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    wakeReader.store(ends[0], ordering: .relaxed)
    wakeWriter.store(ends[1], ordering: .relaxed)
    handle(SIGINT) { _ in
      guard isNew(since: lastInterrupt) else { return }
      pending.add(1, ordering: .relaxed)
      wake()
    }
    for number in [SIGTERM, SIGQUIT] {
      handle(number) { _ in
        guard isNew(since: lastTermination) else { return }
        pending.add(1, ordering: .relaxed)
        ending.store(true, ordering: .relaxed)
        wake()
      }
    }
    // A terminal that goes away says so twice: by itself and through the shell in it. SIGPIPE comes
    // with every word; ignored, it would be so in the programs that are started from here, too.
    handle(SIGHUP) { _ in Interrupts.requestEnd() }
    handle(SIGPIPE) { _ in
      unread.store(true, ordering: .relaxed)
      Interrupts.requestEnd()
    }
    // A file that may not grow is as a full disk: the write fails, and is answered there.
    handle(SIGXFSZ) { _ in }
    handle(SIGWINCH) { _ in
      resized.store(true, ordering: .relaxed)
      wake()
    }
  }

  /// Interrupts since they were last taken.
  package static var pendingCount: Int { pending.load(ordering: .relaxed) }

  /// Whether the program was asked to end (SIGTERM, SIGQUIT, SIGHUP): save what is at work, then leave.
  package static var mustEnd: Bool { ending.load(ordering: .relaxed) }

  /// Whether the reader of our words has gone away.
  package static var isUnread: Bool { unread.load(ordering: .relaxed) }

  /// Asks the program to end as SIGTERM does, but for any number of times only once.
  private static func requestEnd() {
    guard !ending.exchange(true, ordering: .relaxed) else { return }
    pending.add(1, ordering: .relaxed)
    wake()
  }

  /// Forgets the interrupts so far and says how many there were.
  @discardableResult
  package static func take() -> Int {
    drain()
    // The next one is a request of its own, however soon it comes.
    lastInterrupt.store(.min, ordering: .relaxed)
    lastTermination.store(.min, ordering: .relaxed)
    return pending.exchange(0, ordering: .relaxed)
  }

  /// Makes `descriptor` wait for the next signal; nothing is forgotten.
  static func drain() {
    var sink = [UInt8](repeating: 0, count: 64)
    let reader = wakeReader.load(ordering: .relaxed)
    if reader >= 0 { while read(reader, &sink, sink.count) > 0 {} }
  }

  /// Whether the terminal has changed its size since this was last asked.
  static func takeResized() -> Bool { resized.exchange(false, ordering: .relaxed) }

  // MARK: Ctrl-Z at the prompt

  /// From now on Ctrl-Z (SIGTSTP) only says so, since the terminal is to be given back before the
  /// program stops; and its going on (SIGCONT) says so, too.
  static func catchSuspension() {
    handle(SIGTSTP) { _ in
      suspended.store(true, ordering: .relaxed)
      wake()
    }
    handle(SIGCONT) { _ in
      resumed.store(true, ordering: .relaxed)
      wake()
    }
  }

  /// From now on Ctrl-Z stops the program by itself, as it does while a run is at work.
  static func releaseSuspension() {
    for number in [SIGTSTP, SIGCONT] { handle(number, SIG_DFL) }
    suspended.store(false, ordering: .relaxed)
    resumed.store(false, ordering: .relaxed)
  }

  /// Whether Ctrl-Z was pressed since this was last asked.
  static func takeSuspended() -> Bool { suspended.exchange(false, ordering: .relaxed) }

  /// Whether the program went on after it was stopped since this was last asked.
  static func takeResumed() -> Bool { resumed.exchange(false, ordering: .relaxed) }

  /// Stops the program as Ctrl-Z does, and returns when it goes on.
  static func stopUntilResumed() {
    handle(SIGTSTP, SIG_DFL)
    raise(SIGTSTP)
    catchSuspension()
    _ = takeResumed()
  }

  /// Readable as soon as a signal has come; -1 before `install`.
  static var descriptor: Int32 { wakeReader.load(ordering: .relaxed) }

  private static func handle(_ number: Int32, _ handler: (@convention(c) (Int32) -> Void)?) {
    var action = sigaction()
    // What the one that started the program has chosen to ignore (`nohup`, `&`) stays ignored.
    sigaction(number, nil, &action)
    if isIgnored(action) { return }
    action = sigaction()
    action.__sigaction_handler.sa_handler = handler
    // No SA_RESTART: waiting calls return and look at what has come.
    sigaction(number, &action, nil)
    // The thread that started the program may have blocked the signal, and with it this program.
    var caught = sigset_t()
    sigemptyset(&caught)
    sigaddset(&caught, number)
    pthread_sigmask(SIG_UNBLOCK, &caught, nil)
  }
}

/// Whether a signal is a request of its own: one that is sent to a program and to its group as well
/// (`timeout` does that) comes twice and is meant once. Safe inside a signal handler.
private func isNew(since last: borrowing Atomic<Int64>) -> Bool {
  var now = timespec()
  clock_gettime(CLOCK_MONOTONIC, &now)
  let time = Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
  let before = last.exchange(time, ordering: .relaxed)
  return before == .min || time - before > 100
}

private func isIgnored(_ action: sigaction) -> Bool {
  // SIG_IGN, a cast that Swift does not see.
  unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
}

/// Safe inside a signal handler: one non-blocking write.
private func wake() {
  let descriptor = wakeWriter.load(ordering: .relaxed)
  let saved = errno
  var byte: UInt8 = 1
  if descriptor >= 0 { _ = write(descriptor, &byte, 1) }
  errno = saved
}
