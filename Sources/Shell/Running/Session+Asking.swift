import Foundation
import Language
import Notebook
import Terminal

extension Session {
  /// Asks something of a run, of this process or another one.
  func ask(_ request: RunRequest, of run: RunRecord) throws {
    let notebook = try notebook()
    try notebook.ask(request, ofRun: run.id, session: journal.sessionRow)
    // In this process there is no need to wait until it looks.
    try job(named: run.name)?.look()
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
  /// - Throws: `ShellError.interrupted`, `.failed` where it ended badly.
  func awaitEnd(of run: RunRecord) throws {
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
    let hasEnded = try waitUntil(within: 60) { try !notebook.run(run.id).isAlive }
    guard hasEnded else {
      throw ShellError.failed(
        "\(run.name) was asked to stop, and process \(run.process.pid) has not done so yet")
    }
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
