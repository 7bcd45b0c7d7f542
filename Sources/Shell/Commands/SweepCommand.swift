import Foundation
import Language
import Notebook
import Reports
import Terminal
import TerminalText

/// `sweep ARCHITECTURE on DATA [with RECIPE] key=value,value … as NAME`.
struct SweepCommand: Command {
  static let synopsis = Synopsis(
    "sweep", "train many runs that differ in what is given several values",
    parameters: [
      Parameter("architecture", .list(.architecture), "a declared architecture, or several"),
      Parameter("data", .list(.dataset), "a declared data set, or several", after: "on"),
      Parameter(
        "recipe", .list(.recipe), "a declared recipe, or several", after: "with", isRequired: false),
      Parameter(
        "name", .newName, "a name for the sweep; its runs are NAME-1, NAME-2, …", after: "as"),
    ],
    options: [
      OptionSynopsis(
        "seeds", .text, "how many runs of each configuration, or their seeds: 3,7,9 or 3..7",
        initial: "1"),
      OptionSynopsis(
        "seed", .integer, "the first of so many seeds", initial: "1",
        example: "sweep mine on ring lr=1e-4,5e-4 seeds=2 seed=7 steps=10 as s"),
      OptionSynopsis("jobs", .integer, "processes that work at the same time", initial: "1"),
      OptionSynopsis(
        "threads", .integer, "threads of each run", initial: "the cores shared by the jobs",
        example: "sweep mine on ring lr=1e-4,5e-4 threads=1 steps=10 as s"),
      OptionSynopsis(
        "draws", .integer, "configurations drawn from the alternatives and ranges",
        example: "sweep mine on ring lr=1e-5..1e-3:log draws=3 steps=10 as s"),
      OptionSynopsis(
        "draw-seed", .integer, "what draws and a search are drawn with", initial: "1",
        example: "sweep mine on ring lr=1e-5..1e-3:log draws=3 draw-seed=2 steps=10 as s"),
      OptionSynopsis(
        "halving", .metric, "the metric by which the better ones go on; after `:` one in how many",
        example: "sweep mine on ring lr=1e-4,2e-4,5e-4 halving=\(ExampleMetric.count):3 rungs=2 "
          + "steps=30 as s"),
      OptionSynopsis(
        "rungs", .integer, "with `halving`, lengths that there are", initial: "3",
        example: "sweep mine on ring lr=1e-4,2e-4,5e-4 halving=\(ExampleMetric.count):3 rungs=2 "
          + "steps=30 as s"),
      OptionSynopsis(
        "search", .choice(["tpe"]),
        "choose each configuration by what came of those before, in lists and ranges",
        example: "sweep mine on ring lr=1e-5..1e-2:log search=tpe trials=2 steps=10 as s"),
      OptionSynopsis(
        "trials", .integer, "with `search`, configurations in all",
        example: "sweep mine on ring lr=1e-5..1e-2:log search=tpe trials=3 steps=10 as s"),
      OptionSynopsis(
        "by", .metric, "with `search`, the metric that is to become better",
        initial: "as `show` has it",
        example:
          "sweep mine on ring lr=1e-5..1e-2:log search=tpe trials=3 by=\(ExampleMetric.count) "
          + "steps=10 as s"),
      OptionSynopsis(
        "dry", .choice(["yes", "no"]), "list the runs and how long they take, and begin none",
        initial: "no"),
      OptionSynopsis(
        "within", .text, "begin nothing where all would take longer: 90s, 30min, 2h, 3d",
        example: "sweep mine on ring lr=1e-4,5e-4 steps=10 within=3d as s"),
    ]
      + RunCommand.synopsis.options.filter { option in
        !SweepRequest.ownKeys.contains(option.key)
      }, takesCondition: true, takesOrder: false, mayRunInBackground: true,
    discussion: """
      Every option of `run` may have several values with commas between; so may the architecture, the data \
      and the recipe. A value that has commas itself is separated by a bar: `betas=0,0.9|0.5,0.999`. \
      `batch=16..64:3` is three numbers of a range, `lr=1e-5..1e-3:log:5` five that are alike in their ratio. With \
      `draws=20` the configurations are drawn, from lists and from ranges without a count (`lr=1e-5..1e-3:log`). \
      `where dlr>=glr` leaves configurations out. Each is run once for each seed.

      The runs are planned in the notebook before the first begins, and worked on by `jobs` further processes, each \
      with its share of the cores, since a run's bits depend on its threads. Whatever is killed, `resume NAME` does what is \
      missing, and nothing twice; a run that diverges or fails does not stop the others. The same line again \
      adds only what is missing, and the line with more alternatives adds theirs. Ctrl-C or `stop NAME` stops its runs, saved.

      With `halving=modes:3` all runs go a short way first; the best third by the metric's mean over seeds goes \
      on three times as far, and so on up to `steps`.

      With `search=tpe trials=40 by=modes` the first ten configurations are drawn, and each further one is chosen by a \
      tree-structured Parzen estimator: likely among the better ones so far, unlikely among the others. A run that \
      diverged or failed is a bad result. The same line with more `trials` goes on.

      `show NAME` compares the configurations with the first one of the same data, `plot NAME kind=effects` draws them, \
      `jobs`, `wait`, `watch` and `stop` know the sweep by its name.
      """,
    examples: [
      Example(
        "Two learning rates, two seeds each, two at a time.",
        "sweep mine on ring lr=2e-4,5e-4 seeds=2 jobs=2 steps=20 as s", given: .declarations),
      Example(
        "What would be run, and how long it takes.",
        "sweep mine on ring lr=2e-4,5e-4 objective=hinge,nonsaturating steps=20 dry=yes as s",
        given: .declarations),
      Example(
        "Twelve learning rates, the last two chosen by what came of the first ten.",
        "sweep mine on ring lr=1e-5..1e-2:log search=tpe trials=12 by=\(ExampleMetric.count) steps=10 as s",
        given: .declarations),
      Example(
        "Only where the discriminator is not slower.",
        "sweep mine on ring glr=1e-4,4e-4 dlr=1e-4,4e-4 steps=10 as s where dlr>=glr",
        given: .declarations),
    ],
    searchTerms: [
      "grid", "search", "hyperparameters", "random", "seeds", "study", "tuning", "hyperband", "tpe",
      "bayesian", "parzen",
    ], answer: .listing)

  private let statement: Statement
  private let request: SweepRequest
  private let isDry: Bool
  private let limit: (seconds: Double, place: Span)?

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    self.statement = statement
    request = try SweepRequest(arguments, statement)
    try Self.checkAlarms(request)
    isDry = try arguments.option("dry")?.flag(for: "dry") ?? false
    if let term = arguments.option("within") {
      limit = (try Moment.seconds(term, "within"), term.span)
    } else {
      limit = nil
    }
  }

  /// Sees that no run of it would wait or end at an alarm: it has the outcome of none then.
  private static func checkAlarms(_ request: SweepRequest) throws(Diagnostic) {
    let axis = request.axes.first { $0.key.text == "on-collapse" }
    guard let value = axis?.values.first(where: { $0.text != "warn" }) else { return }
    throw Diagnostic(
      "the runs of a sweep go to their ends, so that they can be compared, and `\(value.text)` would end them at an alarm",
      at: value.span,
      help: ["leave it out; `cure RUN` tries from before its alarm what may help a run that fails"])
  }

  func run(in session: Session) throws {
    let notebook = try session.notebook()
    guard try notebook.run(named: request.name.text) == nil else {
      throw Diagnostic(
        "a run named `\(request.name.text)` exists", at: request.name.span,
        help: ["choose another name"])
    }
    let before = try notebook.sweep(named: request.name.text)
    let threads = try self.threads(before)
    let trials = try before.map { try notebook.trials(ofSweep: $0.id) } ?? []
    let plan = try SweepPlan(request, threads: threads, after: trials, in: session)
    if plan.leftOut > 0 {
      session.errors.line(
        "note: `where` leaves out \(counted(plan.leftOut, "configuration"))")
    }
    let sitting = session.journal.sessionRow
    if let size = request.size, let search = request.search, size < search.trials {
      session.errors.line(
        "note: there are \(counted(size, "configuration")) and no more, fewer than \(grouped(search.trials)) trials"
      )
    }
    let examples = request.examples.values.map(\.text)
    if examples.count > 1, request.halving != nil || request.search != nil {
      session.errors.line(
        "note: \(request.halving != nil ? "halving" : "the search") ranks runs together that are measured against "
          + "\(listed(examples)); a sweep for each ranks like with like")
    }
    let change = try plan.change(
      before, trials, text: statement.description, session: sitting)
    let missing = change.added.count
    if isDry || limit != nil {
      let estimate = try SweepEstimate(of: plan, besides: change, trials, in: session)
      if let limit, estimate.seconds > limit.seconds {
        throw Diagnostic(
          "\(counted(estimate.count, "run")) would take \(Readable.duration(estimate.seconds)), more than "
            + "\(Readable.duration(limit.seconds)) (\(estimate.basis))", at: limit.place,
          help: ["fewer alternatives, seeds or steps; nothing was begun"])
      }
      if isDry { return list(plan, change, estimate, in: session) }
    }
    let sweep = try notebook.plan(sweepNamed: request.name.text) { before, trials in
      try plan.change(before, trials, text: statement.description, session: sitting)
    }
    let old = change.kept.count
    session.errors.line(
      "\(sweep.name): \(counted(missing + old, "run")) of "
        + "\(counted(Set(plan.runs.map(\.configuration)).count, "configuration"))"
        + (old > 0 ? ", \(grouped(old)) of them there already" : "")
        + (plan.toCome > 0 ? "; the search chooses \(grouped(plan.toCome)) more" : ""))
    try session.work(on: sweep, inBackground: statement.isBackground)
  }

  private func threads(_ before: SweepRecord?) throws(Diagnostic) -> Int {
    if let asked = try request.threads?.integer(in: 1...1024, for: "threads") { return asked }
    if let before { return before.threads }
    return max(1, ProcessInfo.processInfo.activeProcessorCount / request.jobs)
  }

  private func list(
    _ plan: SweepPlan, _ change: Notebook.SweepChange, _ estimate: SweepEstimate,
    in session: Session
  ) {
    let choices = SweepSettings(change.added.map(\.settings) + change.kept.values.map(\.settings))
    var table = Table(["run"] + choices.keys + ["seed", "steps", "of"])
    for trial in (change.added + change.kept.values).sorted(by: { $0.number < $1.number }) {
      table.append(
        [.text(trial.name)] + choices.cells(of: trial.settings) + [
          .label(trial.seed), .integer(trial.steps), .integer(trial.goal),
        ])
    }
    if plan.halving == nil { table.removeLastColumn() }
    session.show(table)
    guard !session.configuration.prefersJSON else { return }
    let chosen = plan.toCome > 0 ? " and \(grouped(plan.toCome)) that the search chooses" : ""
    let there = change.kept.isEmpty ? "" : ", \(grouped(change.kept.count)) are there already"
    session.output.line(
      "\(counted(change.added.count, "run")) to begin\(chosen)\(there): about "
        + "\(Readable.duration(estimate.seconds)) with \(counted(request.jobs, "job")) "
        + "of \(counted(plan.threads, "thread")) (\(estimate.basis))")
  }
}
