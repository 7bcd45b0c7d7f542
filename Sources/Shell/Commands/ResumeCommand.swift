import Compilation
import Datasets
import Foundation
import Language
import Notebook
import Reports
import Specification
import Terminal
import TerminalText
import Training

/// `resume RUN`.
struct ResumeCommand: Command {
  static let synopsis = Synopsis(
    "resume", "go on with a run or a sweep that was stopped, or make a run longer",
    parameters: [Parameter("run", .anyOf([.run, .sweep]), "a run or a sweep")],
    options: [
      OptionSynopsis("steps", .integer, "steps in all, to make it longer", initial: "as planned"),
      OptionSynopsis(
        "log-every", .integer, "steps between logged metrics", initial: "the run's",
        example: "resume base steps=60 log-every=10"),
      OptionSynopsis(
        "sample-every", .integer, "steps between sample sheets", initial: "the run's",
        example: "resume base steps=60 sample-every=15"),
      OptionSynopsis(
        "samples", .integer, "samples on a sheet", initial: "the run's",
        example: "resume base steps=60 samples=16"),
      OptionSynopsis(
        "checkpoint-every", .integer, "steps between checkpoints", initial: "the run's",
        example: "resume base steps=60 checkpoint-every=10"),
      OptionSynopsis(
        "classifier", .run, "a classifier's run by which the modes of samples are counted, or no",
        initial: "the run's", example: "resume base steps=60 classifier=no"),
      OptionSynopsis(
        "jobs", .integer, "processes that work on a sweep", initial: "as many as before",
        example: "sweep mine on ring lr=2e-4,5e-4 steps=10 as s; resume s jobs=2"),
    ] + DataOptions.synopses("resume base steps=60"),
    mayRunInBackground: true,
    discussion: """
      It goes on from the newest whole checkpoint and gives the same bits as a run that was never \
      stopped, turned dials included. A damaged checkpoint is set aside for the one before it. What \
      is written down on the way (`log-every`, `sample-every`, `samples`, `checkpoint-every`, `classifier`) may change, \
      which changes no bit. A run that waits after `pause` just goes on. Where a run with `on-collapse=branch:RECIPE` \
      was killed between its alarm and the branch, that branch begins.

      Where the data hold something else than when the run was begun (images more or fewer, other \
      pixels, other labels) it says so and goes on only if told to with `data=changed`, which the \
      run's record keeps. A folder that was moved is given anew with `path=`.

      Of a sweep it does what is missing: runs that have not begun, and those that were stopped or whose process was \
      killed, each from its last checkpoint.
      """,
    examples: [
      Example("Make a finished run longer.", "resume base steps=60", given: .runs),
      Example(
        "Its pictures were moved.",
        "resume base steps=4 path=pictures labels=pictures/ages.csv", given: .moved),
    ],
    searchTerms: ["continue", "restart", "interrupted", "longer"])

  private let name: Word
  private let steps: Term?
  private let stepCount: Int?
  /// What is written down on the way, where it is to be otherwise than before.
  private let intervals: (log: Int?, sheets: Int?, samples: Int?, checkpoints: Int?)
  /// What modes are counted by where that is said; nil in it: they are not.
  private let classifier: (place: Span, reference: ClassifierReference?)?
  private let data: DataOptions
  private let isBackground: Bool
  private let jobs: Int?
  /// An option that is about a run.
  private let runOption: Option?

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    name = try arguments.requiredWord("run")
    steps = arguments.option("steps")
    classifier = try arguments.option("classifier").map { term throws(Diagnostic) in
      (term.span, try RunObservation.classifier(term))
    }
    data = try DataOptions(arguments)
    isBackground = statement.isBackground
    jobs = try arguments.integer("jobs", in: 1...256)
    runOption = arguments.options.first { $0.key.text != "jobs" }
    stepCount = try arguments.integer("steps", in: Limits.steps)
    intervals = (
      try arguments.integer("log-every", in: Limits.steps),
      try arguments.integer("sample-every", in: Limits.steps),
      try arguments.integer("samples", in: RunSpecification.sampleCounts),
      try arguments.integer("checkpoint-every", in: Limits.steps)
    )
  }

  func run(in session: Session) throws {
    if let sweep = try session.sweepBesidesRuns(named: name) {
      return try resume(sweep, in: session)
    }
    let run = try session.run(named: name)
    let notebook = try session.notebook()
    if run.isAlive { return try proceed(run, in: session) }
    if try goOnAsBranch(run, in: session) { return }
    var specification = try run.specification(steps: stepCount ?? run.stepsPlanned)
    apply(to: &specification)
    let judge = try session.modeClassifier(
      for: &specification, at: classifier?.place ?? name.span)
    let features = session.featuresIfThere(for: &specification)
    let all = try session.takeRunsFolder()
    let own = try session.takeFolder(ofRun: run.name, in: all)
    // Whoever renames a run takes its folder too: from here on the name is certain.
    guard try notebook.run(named: run.name)?.id == run.id else {
      // It was made anew after the renaming, maybe.
      all.removeEmptyFolder(ofRun: run.name)
      throw ShellError.failed("run `\(run.name)` was renamed or deleted at this moment")
    }
    let start = try session.reconcile(run, in: own, of: notebook) {
      session.errors.line("\(session.errors.styled("warning:", .yellow)) \($0)")
    }
    let origin = specification.origin
    let source =
      try start == nil
      ? origin.flatMap { try session.beginning(ofBranch: run, specification, at: $0) } : nil
    let weights =
      try start == nil && source == nil ? session.importedAgain(run, specification) : nil
    if start == nil, source == nil, weights == nil, let origin {
      throw try session.lostBeginning(of: run, at: origin)
    }
    let step = start?.step ?? origin?.step ?? 0
    if let strange = try notebook.strangeStep(inMetricsOf: run.id) {
      session.errors.line(
        "\(session.errors.styled("warning:", .yellow)) the notebook has points of \(run.name) up to "
          + "step \(grouped(strange)) that the run has not written; those of steps that it comes to "
          + "are replaced")
    }
    guard step < specification.steps else {
      guard step == specification.steps, [.interrupted, .running, .stopped].contains(run.status)
      else { throw tooShort(run, step) }
      // Its process ended after the last step, before the run was written down as finished.
      try notebook.finish(run: run.id, status: .finished, stepsDone: step)
      session.errors.line(
        "\(run.name) is finished: its \(counted(step, "step was", "steps were")) done")
      return
    }
    if start == nil, run.stepsDone > step {
      session.errors.line(
        "note: no checkpoint of \(run.name) is left: it begins again at step \(grouped(step)), though "
          + "\(counted(run.stepsDone, "step is", "steps are")) in the notebook")
    }
    let threads =
      (start?.kernels ?? source?.checkpoint.kernels).flatMap {
        Training.threads(choosing: $0)
      } ?? run.threads
    let found = try session.findData(
      of: run, specification, data, verb: "resume", namedBy: name, threads: threads)
    let backend = try session.makeBackend(threads)
    tell(of: run, goingOnWith: backend, in: session)
    let row = try notebook.resume(
      run: run.id, fromStep: step, stepsPlanned: specification.steps, threads: backend.threads,
      build: session.configuration.build)
    try session.keep(found, ofRun: run, step: step)
    session.errors.line(
      "\(row.name): from step \(Readable.integer(step)) to "
        + "\(Readable.integer(specification.steps))")
    // What was turned while it lay still is in force from here on.
    for waiting in try notebook.waitingTweaks(run: run.id) {
      try notebook.stamp(tweak: waiting.id, step: step)
    }
    try session.launch(
      row, specification, on: found.dataset, test: found.test, with: backend, in: (all, own),
      from: RunBeginning(
        checkpoint: start?.url, digest: start?.digest,
        tweaks: try notebook.journalledTweaks(of: run),
        kernels: source.map {
          specification.kernels($0.checkpoint.kernels, of: $0.specification)
        } ?? [:],
        source: source, weights: weights,
        signals: try notebook.signalHistory(of: run, specification, after: step),
        classifier: judge, features: features),
      step: step, inBackground: isBackground)
  }

  /// Begins the branch that a run was to go on as after its alarm, where its process ended before that. With options
  /// the run itself goes on, and it is said how the branch is begun.
  private func goOnAsBranch(_ run: RunRecord, in session: Session) throws -> Bool {
    guard let recipe = try session.owedBranch(of: run) else { return false }
    guard runOption == nil else {
      session.errors.line(
        "note: after its alarm \(run.name) was to go on as a branch with `\(recipe)`, and has not: "
          + "`branch \(run.name) at before-alarm …` begins one")
      return false
    }
    session.errors.line(
      "\(run.name) was to go on as a branch after its alarm, which begins now; `resume \(run.name)` once more "
        + "goes on with \(run.name) itself")
    try session.rescue(run, with: recipe, inBackground: isBackground)
    return true
  }

  private func resume(_ sweep: SweepRecord, in session: Session) throws {
    if let runOption {
      throw Diagnostic(
        "`\(runOption.key.text)` is about a run, and `\(sweep.name)` is a sweep",
        at: runOption.span,
        help: ["`resume \(sweep.name) jobs=2` says how many processes work on it"])
    }
    let notebook = try session.notebook()
    try notebook.reopen(sweep: sweep.id, jobs: jobs)
    guard let renewed = try notebook.sweep(named: sweep.name) else { return }
    try session.work(on: renewed, inBackground: isBackground)
  }

  /// Nothing is left to do up to the step that is asked for or planned.
  private func tooShort(_ run: RunRecord, _ step: Int) -> Diagnostic {
    if let steps, let stepCount, run.stepsPlanned > step {
      return Diagnostic(
        "run `\(run.name)` goes on from its checkpoint of step \(grouped(step)), and "
          + "`steps=\(stepCount)` leaves nothing to do", at: steps.span,
        help: ["`resume \(run.name)` goes on to step \(grouped(run.stepsPlanned)), as planned"])
    }
    return Diagnostic(
      "run `\(run.name)` has done its \(counted(step, "step"))", at: steps?.span ?? name.span,
      help: ["make it longer: `\(run.wayOn(from: step))`"])
  }

  /// Says where the bits may come out otherwise than if it had never been stopped, or where the notebook
  /// has it wrong.
  private func tell(of run: RunRecord, goingOnWith backend: any Backend, in session: Session) {
    if backend.threads != run.threads {
      session.errors.line(
        "note: \(run.name) was computed with \(backend.threads) threads, as its checkpoint has it, not "
          + "with \(run.threads), as was written down; it goes on with \(backend.threads)")
    } else if backend.description != run.kernels {
      session.errors.line(
        "note: \(run.name) was computed by \(run.kernels), and goes on with \(backend.description): its "
          + "last bits may come out otherwise")
    }
    session.tellBuild(of: run, verb: "goes on with")
  }

  /// Ends a pause.
  private func proceed(_ run: RunRecord, in session: Session) throws {
    if let steps {
      throw Diagnostic(
        "run `\(run.name)` is under way and keeps its length", at: steps.span,
        help: ["`stop \(run.name)`, then make it longer"])
    }
    if let place = data.place {
      throw Diagnostic(
        "run `\(run.name)` is under way with its data", at: place,
        help: ["`stop \(run.name)`, then `resume` it with them"])
    }
    if let job = session.job(named: run.name), !job.isPaused {
      throw Diagnostic(
        "run `\(run.name)` is running", at: name.span,
        help: ["`watch \(run.name)` shows it, `stop \(run.name)` stops it, saved"])
    }
    let request = try session.ask(.proceed, of: run)
    try session.awaitHearing(of: request, by: run, to: "go on")
    session.output.line("\(run.name) goes on")
  }

  private func apply(to specification: inout RunSpecification) {
    if let log = intervals.log { specification.logInterval = log }
    if let sheets = intervals.sheets { specification.sampleInterval = sheets }
    if let samples = intervals.samples { specification.sampleCount = samples }
    if let checkpoints = intervals.checkpoints { specification.checkpointInterval = checkpoints }
    if let classifier { specification.observation.classifier = classifier.reference }
  }
}

extension Session {
  /// Says that another build of the program has computed a run.
  func tellBuild(of run: RunRecord, verb: String) {
    guard run.build != configuration.build else { return }
    errors.line(
      "note: \(run.name) was computed by \(run.build), and \(verb) \(configuration.build): its last "
        + "bits may come out otherwise")
  }
}

extension RunRecord {
  /// The statement by which it goes on; one that has done all its steps is made twice as long.
  var wayOn: String { wayOn(from: stepsDone) }

  /// The statement by which it goes on from a step.
  func wayOn(from step: Int) -> String {
    guard step >= stepsPlanned else { return "resume \(name)" }
    return "resume \(name) steps=\(min(max(1, step) * 2, Limits.steps.upperBound))"
  }
}
