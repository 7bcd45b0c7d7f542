import Datasets
import Foundation
import Language
import Notebook
import Reports
import Specification
import Terminal
import Training

/// `resume RUN`.
struct ResumeCommand: Command {
  static let synopsis = Synopsis(
    "resume", "go on with a run that was stopped, paused or is to be longer",
    parameters: [Parameter("run", .run, "a run")],
    options: [
      OptionSynopsis("steps", .integer, "steps in all, to make it longer", initial: "as planned")
    ],
    mayRunInBackground: true,
    discussion: """
      It goes on from the latest good checkpoint and gives the same bits as a run that was never \
      stopped, turned dials included. A damaged checkpoint is passed over for the one before it. A run \
      that waits after `pause` just goes on.
      """,
    examples: [
      Example("Make a finished run longer.", "resume base steps=60", given: .runs)
    ],
    searchTerms: ["continue", "restart", "interrupted", "longer"])

  private let name: Word
  private let steps: Term?
  private let stepCount: Int?
  private let isBackground: Bool

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    name = try arguments.requiredWord("run")
    steps = arguments.option("steps")
    isBackground = statement.isBackground
    stepCount = try arguments.integer("steps", in: Limits.steps)
  }

  func run(in session: Session) throws {
    let run = try session.run(named: name)
    let notebook = try session.notebook()
    if run.isAlive { return try proceed(run, in: session) }
    var specification = try run.specification()
    specification.steps = stepCount ?? run.stepsPlanned
    let start = try latestWhole(of: run, in: notebook, session)
    let step = start?.checkpoint.step ?? 0
    guard step < specification.steps else {
      throw Diagnostic(
        "run `\(run.name)` has done its \(Readable.integer(step)) steps",
        at: steps?.span ?? name.span,
        help: ["make it longer: `resume \(run.name) steps=\(step * 2)`"])
    }
    let dataset = try session.open(specification.dataset, namedBy: name)
    let backend = try session.makeBackend(run.threads)
    let row = try notebook.resume(
      run: run.id, fromStep: step, stepsPlanned: specification.steps)
    session.errors.line(
      "\(row.name): from step \(Readable.integer(step)) to "
        + "\(Readable.integer(specification.steps))")
    // What was turned while it lay still is in force from here on.
    for waiting in try notebook.waitingTweaks(run: run.id) {
      try notebook.stamp(tweak: waiting.id, step: step)
    }
    try session.launch(
      row, specification, on: dataset, with: backend,
      from: RunBeginning(
        checkpoint: start?.url, digest: start?.checkpoint.digest,
        tweaks: try notebook.journalledTweaks(of: run)),
      step: step, inBackground: isBackground)
  }

  /// Ends a pause.
  private func proceed(_ run: RunRecord, in session: Session) throws {
    if let steps {
      throw Diagnostic("run `\(run.name)` is under way and keeps its length", at: steps.span)
    }
    if let job = session.job(named: run.name), !job.isPaused {
      throw Diagnostic("run `\(run.name)` is running", at: name.span)
    }
    try session.ask(.proceed, of: run)
    session.output.line("\(run.name) goes on")
  }

  /// The newest checkpoint whose file is whole; nil: the run begins anew.
  private func latestWhole(
    of run: RunRecord, in notebook: Notebook, _ session: Session
  ) throws -> (checkpoint: CheckpointRecord, url: URL)? {
    while let checkpoint = try notebook.latestGoodCheckpoint(run: run.id) {
      let url = notebook.url(of: checkpoint)
      do {
        _ = try Checkpoint(contentsOf: url, digest: checkpoint.digest)
        return (checkpoint, url)
      } catch {
        session.errors.line("\(session.errors.styled("warning:", .yellow)) \(error)")
        try notebook.markBad(checkpoint: checkpoint.id)
        try notebook.record(
          event: "damaged", run: run.id, step: checkpoint.step, message: "\(error)")
      }
    }
    return nil
  }
}
