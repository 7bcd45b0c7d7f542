import Foundation
import Notebook
import Reports
import Terminal
import Training

extension Session {
  /// Stays with a run until it ends: writes down what it tells and shows how far it is.
  ///
  /// The first Ctrl-C stops the run at its step, saved; the second leaves at once.
  ///
  /// - Throws: `ShellError.interrupted` where it was stopped, `.failed` where it ended badly.
  func attend(_ handle: RunHandle, _ journal: RunJournal, progress: RunProgress) throws {
    Interrupts.install()
    let (before, begun) = (Interrupts.pendingCount, Date.now)
    var (progress, line) = (progress, ProgressLine(on: errors))
    var last: RunEvent?
    var isStopping = false
    while last == nil && !handle.isOver {
      let events = handle.events(waitingUpTo: 0.1)
      for event in events {
        if let failure = journal.write(event) { warn("not written down yet: \(failure)", &line) }
        if case .warning(_, let text) = event { warn(text, &line) }
        progress.note(event)
        if event.isLast { last = event }
      }
      if let reason = journal.shortage, !isStopping {
        isStopping = true
        handle.stop()
        warn("stopping: \(reason)", &line)
      }
      let interrupts = Interrupts.pendingCount - before
      if interrupts > 1 { leave(journal, &line, step: progress.step) }
      if interrupts == 1 && !isStopping {
        isStopping = true
        handle.stop()
        line.erase()
        errors.put("stopping at the end of this step, saved; Ctrl-C again leaves at once\n")
      }
      if last == nil && !isStopping { line.update { progress.line } }
    }
    line.erase()
    try conclude(last, journal, progress, begun)
  }

  private func warn(_ text: String, _ line: inout ProgressLine) {
    line.erase()
    errors.line("\(errors.styled("warning:", .yellow)) \(text)")
  }

  /// The second interrupt: the notebook keeps what it can, then the program is gone.
  private func leave(_ journal: RunJournal, _ line: inout ProgressLine, step: Int) -> Never {
    line.erase()
    try? journal.finish(.interrupted, step: step, message: "left at once by a second Ctrl-C")
    close()
    leaveProgram(Outcome.interrupted)
  }

  private func conclude(
    _ last: RunEvent?, _ journal: RunJournal, _ progress: RunProgress, _ begun: Date
  ) throws {
    let name = journal.run.name
    switch last {
    case .finished(let step):
      try journal.finish(.finished, step: step)
      let took = Readable.duration(Date.now.timeIntervalSince(begun))
      output.line("\(name) is finished: \(progress.ending(at: step)) in \(took)")
      output.line("  `samples \(name) to \(name).png`, `plot \(name) to \(name)-curves.png`")
    case .stopped(let step):
      let shortage = journal.shortage
      try journal.finish(.stopped, step: step, message: shortage ?? "")
      if let shortage {
        throw ShellError.failed(
          "\(name) is stopped at step \(step), saved: \(shortage), then `resume \(name)` goes on")
      }
      output.line("\(name) is stopped at step \(step), saved; `resume \(name)` goes on")
      throw ShellError.interrupted
    case .diverged(let step, let reason, let lastGood):
      try journal.finish(.diverged, step: step, message: reason)
      let kept = lastGood.map { "; the checkpoint of step \($0.step) is kept" } ?? ""
      throw ShellError.failed("\(name) diverged at step \(step): \(reason)\(kept)")
    case .failed(let reason):
      try journal.finish(.failed, step: progress.step, message: reason)
      throw ShellError.failed("\(name) failed: \(reason)")
    default:
      try journal.finish(.failed, step: progress.step, message: "its thread ended silently")
      throw ShellError.failed("\(name) failed: its thread ended silently")
    }
  }
}
