import Foundation
import Terminal

extension Session {
  /// Stays with a run until it ends, and shows how far it is.
  ///
  /// The first Ctrl-C stops the run at its step, saved; the second leaves at once.
  ///
  /// - Throws: `ShellError.interrupted` where it was stopped, `.failed` where it ended badly.
  func attend(_ job: Job) throws {
    Interrupts.install()
    var line = ProgressLine(on: errors)
    var (isStopping, isAtAlarm) = (false, false)
    while job.wait(upTo: 0.1) == nil {
      announce(above: &line)
      if !isStopping, job.waitsAfterAlarm {
        line.erase()
        if leavesAtAlarm(job) { return }
        (isStopping, isAtAlarm) = (true, true)
      }
      // None was pending when the statement began; one may have come since.
      let interrupts = Interrupts.pendingCount
      if interrupts > 1 {
        line.erase()
        leave()
      }
      if interrupts == 1 && !isStopping {
        isStopping = true
        job.stop()
        line.erase()
        errors.put("stopping at the end of this step, saved; Ctrl-C again leaves at once\n")
      }
      if !isStopping { line.update { job.progress.line } }
    }
    line.erase()
    announce()
    switch job.ending {
    case .finished(let text): output.write(text + "\n")
    case .stopped(let text):
      output.write(text + "\n")
      if isAtAlarm { throw Self.waitsInScript([job.name]) }
      if try rescue(after: job, inBackground: false) { return }
      throw ShellError.interrupted
    case .bad(let text): throw ShellError.failed(text)
    case nil: break
    }
  }

  /// Stays with runs of the background until the last one has ended; Ctrl-C ends the waiting, not
  /// the runs.
  ///
  /// - Throws: `ShellError.interrupted`; `.reported` if one of them ended badly, which is said.
  func wait(for waited: [Job]) throws {
    Interrupts.install()
    var line = ProgressLine(on: errors)
    var open = waited
    var atAlarms: [String] = []
    while let first = open.first {
      _ = first.wait(upTo: 0.1)
      announce(above: &line)
      for job in open where job.waitsAfterAlarm && !atAlarms.contains(job.name) {
        line.erase()
        atAlarms.append(job.name)
        if leavesAtAlarm(job) { open.removeAll { $0 === job } }
      }
      if Interrupts.pendingCount > 0 {
        line.erase()
        throw ShellError.interrupted
      }
      open.removeAll { $0.ending != nil }
      let names = open.map(\.name)
      if let shown = open.first {
        line.update {
          names.count == 1 ? "\(shown.name): \(shown.progress.line)" : Self.brief(open)
        }
      }
    }
    line.erase()
    announce()
    if waited.contains(where: { if case .bad = $0.ending { true } else { false } }) {
      throw ShellError.reported
    }
    if !atAlarms.isEmpty, !configuration.isInteractive { throw Self.waitsInScript(atAlarms) }
  }

  /// Says that a run waits after an alarm; in a script, where nobody could go on with it, stops it.
  ///
  /// - Returns: whether it is left alone.
  private func leavesAtAlarm(_ job: Job) -> Bool {
    guard configuration.isInteractive else {
      job.stop()
      return false
    }
    errors.line(
      "\(job.name) waits after the alarm, saved: `tune \(job.name) …` turns its dials, "
        + "`resume \(job.name)` goes on, `stop \(job.name)` ends it")
    return true
  }

  private static func waitsInScript(_ names: [String]) -> ShellError {
    let (state, way) = names.count == 1 ? ("it is", names[0]) : ("they are", "RUN")
    return .failed(
      "\(listed(names)) was to wait after an alarm, and in a script nobody can go on with it: \(state) stopped, "
        + "saved; `resume \(way)` goes on")
  }

  /// `a 1,200/20,000  b 300/400` of several runs.
  private static func brief(_ jobs: [Job]) -> String {
    jobs.map { "\($0.name) \($0.progress.brief)" }.joined(separator: "   ")
  }

  private func announce(above line: inout ProgressLine) {
    let messages = notices.take()
    guard !messages.isEmpty else { return }
    line.erase()
    for message in messages { errors.put(message + "\n") }
  }
}
