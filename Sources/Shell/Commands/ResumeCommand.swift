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
    "resume", "go on with a run that was stopped, interrupted or is to be longer",
    parameters: [Parameter("run", .run, "a run")],
    options: [
      OptionSynopsis("steps", .integer, "steps in all, to make it longer", initial: "as planned")
    ],
    discussion: """
      It goes on from the latest good checkpoint and gives the same bits as a run that was never \
      stopped. A damaged checkpoint is passed over for the one before it.
      """,
    examples: [
      Example("Make a finished run longer.", "resume base steps=60", given: .runs)
    ],
    searchTerms: ["continue", "restart", "interrupted", "longer"])

  private let name: Word
  private let steps: Term?
  private let stepCount: Int?

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    name = try arguments.requiredWord("run")
    steps = arguments.option("steps")
    stepCount = try arguments.integer("steps", in: Limits.steps)
  }

  func run(in session: Session) throws {
    let run = try session.run(named: name)
    let notebook = try session.notebook()
    guard !run.isAlive else {
      throw Diagnostic(
        "run `\(run.name)` is running (process \(run.process.pid) on \(run.host))", at: name.span)
    }
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
    let handle = RunHandle.launch(
      specification, dataset: dataset, backend: backend,
      folder: notebook.checkpointFolder(ofRun: row.name), from: start?.url,
      digest: start?.checkpoint.digest)
    try session.attend(
      handle, RunJournal(row, in: notebook, specification),
      progress: RunProgress(from: step, of: specification.steps, clock: monotonicSeconds))
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
