import Foundation
import Language
import Notebook
import Reports
import Terminal
import TerminalText

extension RunRecord {
  /// Whether its process is of this host and can do nothing, since a signal has stopped it.
  var isHeldBySignal: Bool { host == HostFacts.current.name && process.isStopped }
}

extension Session {
  /// Seconds in which a process that can do anything has heard of what was asked of its run.
  private static let hearingTime = 3.0

  /// Asks something of a run, of this process or another one.
  ///
  /// - Returns: the request's number.
  func ask(_ request: RunRequest, of run: RunRecord) throws -> Int64 {
    let notebook = try notebook()
    let number = try notebook.ask(request, ofRun: run.id, session: journal.sessionRow)
    // In this process there is no need to wait until it looks.
    try job(named: run.name)?.look()
    return number
  }

  /// Waits until the process that works on a run has heard of a request.
  ///
  /// - Parameter what: what was asked: `wait`.
  /// - throws: as `awaitAnswer`.
  func awaitHearing(of request: Int64, by run: RunRecord, to what: String) throws {
    let notebook = try notebook()
    try awaitAnswer(of: run, asked: request, to: what) {
      try notebook.isTaken(request: request) || !notebook.run(run.id).isAlive
    }
  }

  /// Waits until a process has done what was asked of its run, for a minute at most. What is known of one that
  /// does not answer is said.
  ///
  /// - Throws: `ShellError.failed` where it has not done it or is stopped by a signal; `.interrupted`.
  private func awaitAnswer(
    of run: RunRecord, asked request: Int64, to what: String, _ holds: () throws -> Bool
  ) throws {
    let before = Interrupts.pendingCount
    let notebook = try notebook()
    let end = monotonicSeconds() + 60
    var patience = Self.hearingTime
    while try !waitUntil(within: patience, holds) {
      if Interrupts.pendingCount > before { throw ShellError.interrupted }
      if run.isHeldBySignal {
        throw ShellError.failed(
          "\(run.name) was asked to \(what) and will when it goes on: \(try silence(of: run))")
      }
      guard monotonicSeconds() < end else {
        throw ShellError.failed(
          "\(run.name) was asked to \(what), and process \(run.process.pid) has not done so yet")
      }
      if patience > 1, try !notebook.isTaken(request: request) {
        errors.line("note: \(run.name): \(try silence(of: run)); waiting for it")
      }
      patience = 1
    }
  }

  /// What is known of a process that does not answer.
  func silence(of run: RunRecord) throws -> String {
    let run = try notebook().run(run.id)
    let age = Readable.duration(max(0, Date.now.timeIntervalSince(run.heartbeat)))
    let place = run.host == HostFacts.current.name ? "" : " on \(run.host)"
    let known =
      "process \(run.process.pid)\(place) does not answer; its last heartbeat is \(age) old"
    guard run.isHeldBySignal else { return known }
    return known
      + ", since a signal has stopped it; `kill -CONT \(run.process.pid)` lets it go on"
  }

  /// The run that a word names, which must be at work.
  func runAtWork(_ word: Word, to what: String) throws -> RunRecord {
    let run = try run(named: word)
    guard run.isAlive else {
      throw Diagnostic(
        "run `\(run.name)` is \(run.status.rawValue) and has nothing to \(what)", at: word.span,
        help: run.status == .finished ? [] : ["`resume \(run.name)` goes on with it"])
    }
    return run
  }

  /// Waits for the end of a run that was asked to stop, and tells it. Ctrl-C ends the waiting.
  ///
  /// - Throws: `ShellError.interrupted`, `.failed` where it ended badly or does not answer.
  func awaitEnd(of run: RunRecord, askedBy request: Int64) throws {
    if let job = job(named: run.name), job.beWatched() {
      guard waitUntil(within: .infinity, { job.wait(upTo: 0.05) != nil }) else {
        job.leaveAlone()
        throw ShellError.interrupted
      }
      if case .bad(let text) = job.ending { throw ShellError.failed(text) }
      if let text = job.ending?.text { output.write(text + "\n") }
      return
    }
    let notebook = try notebook()
    try awaitAnswer(of: run, asked: request, to: "stop") { try !notebook.run(run.id).isAlive }
    let now = try notebook.run(run.id)
    output.line("\(now.name) is \(now.status.rawValue) at step \(grouped(now.stepsDone))")
  }

  /// Waits until something holds, which another thread or process brings about.
  ///
  /// - Returns: whether it does; false after so many seconds, or at an interrupt.
  func waitUntil(within seconds: Double, _ holds: () throws -> Bool) rethrows -> Bool {
    let before = Interrupts.pendingCount
    let deadline = monotonicSeconds() + seconds
    while true {
      if try holds() { return true }
      if monotonicSeconds() > deadline || Interrupts.pendingCount > before { return false }
      Thread.sleep(forTimeInterval: 0.01)
    }
  }
}
