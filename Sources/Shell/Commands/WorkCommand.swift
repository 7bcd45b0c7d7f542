import Foundation
import Language
import Notebook
import Terminal
import TerminalText

/// `work SWEEP`.
struct WorkCommand: Command {
  static let synopsis = Synopsis(
    "work", "take runs of a sweep one after the other, here, until none is left",
    parameters: [Parameter("sweep", .sweep, "a sweep")],
    discussion: """
      This is what the processes do that `sweep … jobs=2` starts. It may be typed in another terminal or on another \
      machine that has the notebook, to help. A run is taken by one process in one transaction; one \
      whose process has died is taken up from its last checkpoint. Ctrl-C stops at a step, saved, and leaves the run to others.
      """,
    examples: [
      Example(
        "Do what another shell has left.",
        """
        sweep mine on ring lr=2e-4,5e-4 steps=10 as s
        work s
        """, given: .declarations)
    ],
    searchTerms: ["worker", "help", "sweep", "queue"])

  private let name: Word

  init(parsing statement: Statement) throws(Diagnostic) {
    name = try Arguments(statement, of: Self.synopsis).requiredWord("sweep")
  }

  func run(in session: Session) throws {
    let sweep = try session.sweep(named: name)
    let count = try SweepWorker(sweep: sweep, session: session).workOff()
    session.output.line(
      "\(sweep.name): \(counted(count, "run")) done here, and none is left to take")
  }
}

/// A process at work on the runs of a sweep.
struct SweepWorker {
  let sweep: SweepRecord
  let session: Session

  /// Seconds between looks where others are at work.
  private static let pause = 0.5

  /// Takes runs until none is left.
  ///
  /// - Returns: how many.
  /// - Throws: `ShellError.interrupted`.
  func workOff() throws -> Int {
    let notebook = try session.notebook()
    var count = 0
    var exhausted: Int?
    while true {
      if Interrupts.pendingCount > 0 { throw ShellError.interrupted }
      session.lookForDeadRuns()
      switch try patiently({ try notebook.takeTrial(ofSweep: sweep.id) }) {
      case .nothing:
        guard try choose(in: notebook, unless: &exhausted) else { return count }
      case .later:
        if try !choose(in: notebook, unless: &exhausted) {
          Thread.sleep(forTimeInterval: Self.pause)
        }
      case .trial(let trial):
        if try work(trial, in: notebook) {
          count += 1
        } else {
          Thread.sleep(forTimeInterval: Self.pause)
        }
      }
    }
  }

  /// Plans what a search chooses next.
  ///
  /// - Parameter exhausted: how many runs there were when nothing was left to choose.
  /// - Returns: whether there may be something to take now.
  private func choose(in notebook: Notebook, unless exhausted: inout Int?) throws -> Bool {
    let (now, trials) = try patiently {
      (try notebook.sweep(named: sweep.name), try notebook.trials(ofSweep: sweep.id))
    }
    guard trials.count != exhausted, let now, now.id == sweep.id,
      let search = try SweepSearch(of: now)
    else { return false }
    switch try patiently({ try search.next(after: trials, in: session) }) {
    case .runs(let plans):
      _ = try patiently { try notebook.add(plans, toSweep: sweep.id, after: trials.count) }
      return true
    case .nothing: return false
    case .exhausted:
      exhausted = trials.count
      return false
    }
  }

  /// Does something that another process may be in the way of, which is waited for as long as it takes.
  private func patiently<Result>(_ body: () throws -> Result) throws -> Result {
    while true {
      do { return try body() } catch let error as NotebookError where error.isPassing {
        if Interrupts.pendingCount > 0 { throw ShellError.interrupted }
        Thread.sleep(forTimeInterval: Self.pause)
      }
    }
  }

  /// - Returns: whether it goes no further; else others may take it.
  private func work(_ trial: TrialRecord, in notebook: Notebook) throws -> Bool {
    var failure: String?
    do {
      try lead(trial, in: notebook)
    } catch ShellError.interrupted {
      if Interrupts.pendingCount > 0 {
        try patiently { try notebook.release(trial: trial.id) }
        throw ShellError.interrupted
      }
      // Somebody has stopped this run or the whole sweep, or the trial is another's now.
    } catch NotebookError.sweepStopped {
      // It was stopped before this run went on.
    } catch  where Self.isPassing(error) {
      if (error as? NotebookError)?.isPassing == true {
        session.errors.line("note: \(trial.plan.name): \(error); trying again")
      }
      try patiently { try notebook.release(trial: trial.id) }
      return false
    } catch {
      let text = (error as? Diagnostic)?.message ?? "\(error)"
      session.report(text)
      failure = text
    }
    let now = try patiently {
      try notebook.trials(ofSweep: sweep.id).first { $0.id == trial.id }
    }
    switch now?.run?.status {
    case .diverged, .failed:
      failure = nil  // Its run tells.
    case .finished where try patiently({ try now.map(notebook.isWhole) ?? false }):
      failure = nil
    case .stopped:
      // Nobody has stopped it: the disk is full, and the next one would fare no better.
      if let failure, try patiently({ try notebook.sweep(named: sweep.name)?.stopped }) == nil {
        try patiently { try notebook.end(trial: trial.id, failure: failure) }
        throw ShellError.reported
      }
    case nil, .finished, .running, .interrupted:
      guard failure != nil else {
        try patiently { try notebook.release(trial: trial.id) }
        return false
      }
    }
    try patiently { [failure] in try notebook.end(trial: trial.id, failure: failure) }
    return true
  }

  /// Whether the same may succeed later: the notebook is locked, or another process looks after the run at
  /// this moment.
  private static func isPassing(_ error: any Error) -> Bool {
    switch error {
    case ShellError.occupied, NotebookError.stillRunning: true
    case let error as NotebookError: error.isPassing
    default: false
    }
  }

  private func lead(_ trial: TrialRecord, in notebook: Notebook) throws {
    guard let run = trial.run else {
      let statement = try parse(SourceText(name: "trial", text: trial.plan.statement))
      guard let statement = statement.first else {
        throw ShellError.failed("the notebook has no statement for it")
      }
      return try RunCommand(parsing: statement).run(ofTrial: trial, in: session)
    }
    switch run.status {
    case .diverged, .failed: return
    case .finished where try notebook.isWhole(trial): return
    case .finished, .running, .stopped, .interrupted: break
    }
    if run.isAlive {
      throw NotebookError.stillRunning(
        run: run.name, process: "process \(run.process.pid) on \(run.host)")
    }
    let longer = trial.plan.steps > run.stepsPlanned ? " steps=\(trial.plan.steps)" : ""
    let line = "resume \(word(run.name))\(longer)"
    guard let statement = try parse(SourceText(name: "trial", text: line)).first else { return }
    try ResumeCommand(parsing: statement).run(in: session)
  }
}
