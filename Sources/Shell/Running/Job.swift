import Foundation
import Language
import Metrics
import Notebook
import Reports
import Specification
import Synchronization
import Terminal
import TerminalText
import Training

/// A run at work in this process: a thread of its own writes down what it tells, hands over what is
/// asked of it in the notebook, and knows how far it is.
final class Job: Sendable {
  /// How it came out.
  enum Ending: Sendable, Hashable {
    case finished(String)
    case stopped(String)
    /// It diverged or failed.
    case bad(String)

    var text: String {
      switch self {
      case .finished(let text), .stopped(let text), .bad(let text): text
      }
    }
  }

  private struct State {
    var progress: RunProgress
    var ending: Ending?
    var isPaused = false
    var isStopping = false
    var isWatched: Bool
    var lastTweak: Int64 = 0
    var lastCheckpoint: CheckpointFile?
    /// An alarm at which it was to stop.
    var alarm: Alarm?
    /// Whether samples have been measured.
    var hasMeasured = false
  }

  let run: RunRecord
  let handle: RunHandle
  private let journal: RunJournal
  private let notebook: Notebook
  private let notices: Notices
  /// What it does at an alarm: a repetition does nothing.
  private let response: AlarmResponse
  /// A sentence about the last checkpoint of a run that has finished.
  private let remark: (@Sendable (CheckpointFile) throws -> String)?
  private let state: Mutex<State>
  private let isOver = DispatchSemaphore(value: 0)

  /// Seconds between looks into the notebook for what other shells ask.
  private static let lookInterval = 0.5

  /// - Parameters:
  ///   - isWatched: whether somebody waits for its end, who will tell it.
  init(
    _ handle: RunHandle, _ journal: RunJournal, in notebook: Notebook, progress: RunProgress,
    isWatched: Bool, notices: Notices, response: AlarmResponse,
    remark: (@Sendable (CheckpointFile) throws -> String)? = nil
  ) {
    (self.handle, self.journal, self.notebook) = (handle, journal, notebook)
    (self.notices, self.remark, run) = (notices, remark, journal.run)
    self.response = response
    state = Mutex(State(progress: progress, isWatched: isWatched))
    let thread = Thread { self.work() }
    thread.name = "journal of \(run.name)"
    thread.stackSize = 8 << 20
    thread.start()
  }

  // MARK: What others see

  var name: String { run.name }
  var progress: RunProgress { state.withLock { $0.progress } }
  var ending: Ending? { state.withLock { $0.ending } }
  var isPaused: Bool { state.withLock { $0.isPaused } }

  /// `running`, `paused`, `stopping`.
  var standing: String {
    state.withLock { $0.isStopping ? "stopping" : $0.isPaused ? "paused" : "running" }
  }

  /// Waits for its end, for so many seconds at most.
  func wait(upTo seconds: Double) -> Ending? {
    if let ending { return ending }
    if isOver.wait(timeout: .now() + seconds) == .success { isOver.signal() }
    return ending
  }

  /// What can be looked at beside curves, as lines to be typed.
  private var waysOn: String {
    let roles = (try? run.specification())?.architecture.networks.map(\.role) ?? []
    if roles.contains(.generator) || roles.contains(.decoder) {
      return "`samples \(name) to \(name).png`, "
    }
    return roles.contains(.classifier) ? run.testLine.map { "`\($0)`, " } ?? "" : ""
  }

  /// Whether somebody waits for its end, who will tell it and do what is to be done then.
  var isWatched: Bool { state.withLock { $0.isWatched } }

  /// Whether it waits because of an alarm, as was asked for when it began.
  var waitsAfterAlarm: Bool {
    let waits = state.withLock { $0.isPaused && $0.alarm != nil }
    return waits && pausesAtAlarms
  }

  private var pausesAtAlarms: Bool { response == .pause }

  /// Whether it has stopped for an alarm, after which it goes on as a branch.
  private var branchesAtAlarm: Bool {
    guard case .branch = response else { return false }
    return state.withLock { $0.alarm != nil && !$0.isStopping }
  }

  /// An alarm that it has raised, once: the last.
  func takeAlarm() -> Alarm? {
    state.withLock { state in
      defer { state.alarm = nil }
      return state.alarm
    }
  }

  // MARK: What others ask

  func stop() {
    state.withLock { $0.isStopping = true }
    handle.stop()
  }

  /// Hands over tweaks and requests that wait in the notebook.
  func look() throws {
    for request in try notebook.takeRequests(run: run.id) {
      switch request {
      case .stop: stop()
      case .pause: handle.inbox.pause()
      case .proceed: handle.inbox.proceed()
      }
    }
    let waiting = try notebook.waitingTweaks(run: run.id)
    // The lock is held until they are handed over, so that no two threads hand over the same.
    try state.withLock { state in
      let fresh = waiting.filter { $0.id > state.lastTweak }
      guard let last = fresh.last else { return }
      handle.inbox.tune(try fresh.map { try $0.tuning() })
      state.lastTweak = last.id
    }
  }

  /// The second interrupt: the notebook keeps what it can before the program is gone.
  func abandon() {
    do {
      try journal.finish(
        .interrupted, step: progress.step, message: "left at once by a second Ctrl-C")
    } catch { notices.post("\(name): not written down: \(error)") }
  }

  // MARK: The thread

  private func work() {
    var last: RunEvent?
    var looked = -Self.lookInterval
    while last == nil && !handle.isOver {
      let events = handle.events(waitingUpTo: 0.1)
      if let failure = journal.write(events) { warn("not written down yet: \(failure)") }
      for event in events {
        note(event)
        if event.isLast { last = event }
      }
      if last == nil, let reason = journal.shortage, standing != "stopping" {
        stop()
        warn("stopping: \(reason)")
      }
      // Programs may be compiled for minutes, and nothing is lost with them.
      if last == nil, standing == "stopping", handle.inbox.giveUp() {
        last = .stopped(step: progress.step)
      }
      let now = monotonicSeconds()
      if last == nil && now - looked >= Self.lookInterval {
        looked = now
        if let displacement = notebook.displacement, standing != "stopping" {
          stop()
          warn("stopping: \(displacement)")
        }
        do { try look() } catch { warn("\(error)") }
      }
    }
    conclude(last)
  }

  private func note(_ event: RunEvent) {
    if case .warning(_, let text) = event { warn(text) }
    if case .alarm(let alarm) = event {
      let waits =
        alarm.isFirst && pausesAtAlarms
        ? "; it waits: `resume \(name)` goes on, `stop \(name)` ends it" : ""
      notices.post("alarm: \(name): \(alarm.sentence); `diagnose \(name)` shows it\(waits)")
    }
    if case .reached(_, let reason) = event { notices.post("\(name) ends: \(reason)") }
    if case .evaluated(let evaluated) = event { tell(evaluated) }
    if case .recovered(_, let since) = event {
      notices.post("\(name): \(Alarm.end(since: since))")
    }
    state.withLock { state in
      state.progress.note(event)
      switch event {
      case .checkpoint(let file): state.lastCheckpoint = file
      case .paused: state.isPaused = true
      case .proceeded: (state.isPaused, state.alarm) = (false, nil)
      case .alarm(let alarm): if alarm.isFirst { state.alarm = alarm }
      default: break
      }
    }
  }

  /// What cannot be measured is told once, and what it takes with the first.
  private func tell(_ evaluated: RunEvaluated) {
    let isFirst = state.withLock { state in
      defer { state.hasMeasured = true }
      return !state.hasMeasured
    }
    guard isFirst else { return }
    for missing in evaluated.missing {
      notices.post("note: \(name): no \(missing.measure): \(missing.lack.words)")
    }
    let took = Readable.duration(evaluated.seconds)
    notices.post(
      "note: \(name): measuring samples took \(took) at step \(grouped(evaluated.step))")
  }

  private func warn(_ text: String) { notices.post("warning: \(name): \(text)") }

  private func conclude(_ last: RunEvent?) {
    let ending: Ending
    do { ending = try settle(last) } catch { ending = .bad("\(name): not written down: \(error)") }
    journal.leaveFolder()
    let isWatched = state.withLock { state in
      state.ending = ending
      return state.isWatched
    }
    if !isWatched { notices.post(ending.text) }
    isOver.signal()
  }

  private func settle(_ last: RunEvent?) throws -> Ending {
    let progress = progress
    switch last {
    case .finished(let step):
      try journal.finish(.finished, step: step)
      let took = Readable.duration(try notebook.run(run.id).secondsAtWork)
      var lines = ["\(name) is finished: \(progress.ending(at: step)) in \(took)"]
      if let remark, let file = state.withLock({ $0.lastCheckpoint }) {
        lines.append("  " + (try remark(file)))
      }
      if let sign = Self.sign(in: try notebook.events(run: run.id)) {
        lines.append("  \(sign): `diagnose \(name)`")
      }
      if let displacement = notebook.displacement {
        return .bad("\(name) is finished at step \(grouped(step)), saved, but \(displacement)")
      }
      lines.append("  \(waysOn)`plot \(name) to \(name)-curves.png`")
      return .finished(lines.joined(separator: "\n"))
    case .stopped(let step, let lacking):
      let shortage =
        lacking?.description ?? journal.shortage.map { "\($0), then `resume \(name)` goes on" }
      try journal.finish(.stopped, step: step, message: shortage ?? "")
      // Before the first step there is nothing to save.
      let stopped =
        "\(name) is stopped \(step > 0 ? "at step \(grouped(step)), saved" : "before its first step")"
      if let displacement = notebook.displacement { return .bad("\(stopped): \(displacement)") }
      if let shortage { return .bad("\(stopped): \(shortage)") }
      if branchesAtAlarm { return .stopped("\(stopped), after its alarm") }
      return .stopped("\(stopped); `resume \(name)` goes on")
    case .diverged(let step, let reason, let lastGood):
      try journal.finish(.diverged, step: step, message: reason)
      let way =
        lastGood.map {
          "the checkpoint of step \(grouped($0.step)) is kept; `tune \(name) lr=…` with a smaller "
            + "one, then `resume \(name)` goes on from there, and `branch \(name) …` another way"
        } ?? "no checkpoint is from before; run it again with a smaller lr"
      return .bad("\(name) diverged at step \(grouped(step)): \(reason)\n  \(way)")
    case .failed(let reason):
      try journal.finish(.failed, step: progress.step, message: reason)
      return .bad("\(name) failed: \(reason)")
    default:
      let reason = "its thread ended silently"
      try journal.finish(.failed, step: progress.step, message: reason)
      return .bad("\(name) failed: \(reason)")
    }
  }

  /// What a detector has left standing at the end of a run: an alarm, or checks too few for one.
  private static func sign(in events: [EventRecord]) -> String? {
    let last = events.last { Notebook.findings.contains($0.kind) }
    switch last?.kind {
    case "alarm": return "its alarm stands"
    case "suspicion":
      return "it may be failing\(last?.step.map { " since step \(grouped($0))" } ?? "")"
    default: return nil
    }
  }

  /// Nobody waits for its end any more: it is told as a notice, or at once if it is there.
  func leaveAlone() {
    let ending = state.withLock { state in
      state.isWatched = false
      return state.ending
    }
    if let ending { notices.post(ending.text) }
  }

  /// Somebody waits for its end from now on, and will tell it.
  ///
  /// - Returns: false if its end is there and told already.
  func beWatched() -> Bool {
    state.withLock { state in
      guard state.ending == nil else { return false }
      state.isWatched = true
      return true
    }
  }
}

extension TweakRecord {
  /// What the run is to do.
  ///
  /// - Throws: `ShellError.failed` where the notebook holds what is no dial.
  func tuning() throws -> RunInbox.Tuning {
    let tweak = try tweak(from: 0)
    return RunInbox.Tuning(request: id, dial: tweak.dial, setting: tweak.setting)
  }

  /// The tweak as a run that goes on has it in its journal.
  func tweak(from step: Int) throws -> Tweak {
    guard let dial = Dial(rawValue: dial),
      let setting = try? DialSetting(parsing: setting, of: dial)
    else {
      throw ShellError.failed(
        "tweak \(id) in the notebook, `\(self.dial)=\(setting)`, cannot be read")
    }
    return Tweak(dial, setting, from: step)
  }
}
