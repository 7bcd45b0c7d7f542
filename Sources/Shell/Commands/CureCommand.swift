import Datasets
import Foundation
import Language
import MetricDescriptions
import Metrics
import Notebook
import Reports
import Specification
import Terminal
import TerminalText

/// `cure RUN [budget=20min] [seeds=2] [remedies=4]`.
struct CureCommand: Command {
  static let synopsis = Synopsis(
    "cure", "try from before a run failed what may help, and say what did",
    parameters: [
      Parameter("run", .run, "a run that fails"),
      Parameter(
        "step", .integer, "the step of the checkpoint that all begin from; 0: anew", after: "at",
        isRequired: false),
    ],
    options: [
      OptionSynopsis(
        "budget", .text, "how long all may take together: 90s, 20min, 2h", initial: "20min",
        example: "cure base budget=1min"),
      OptionSynopsis(
        "seeds", .integer, "how often each remedy is tried, from the run's seed on", initial: "2",
        example: "cure base seeds=3"),
      OptionSynopsis(
        "remedies", .integer, "how many of what is proposed are tried, the best first",
        initial: "4", example: "cure base remedies=2"),
      OptionSynopsis(
        "steps", .integer, "how many each takes",
        initial: "those that were left, or as many as the budget allows",
        example: "cure base steps=40"),
      OptionSynopsis(
        "dry", .choice(["yes", "no"]), "list what would be run, and begin nothing", initial: "no"),
    ],
    discussion: """
      Each remedy is a branch from the newest checkpoint before the failure, once for each seed; where there is none \
      it begins at the run's first step. Beside them the run goes on without a change with the other seeds, since another seed alone may \
      help. What it costs is said first, by the time that a step of the run took, and nothing is begun that does not \
      fit into the budget.

      Where signals are past their thresholds but have not been for long enough for an alarm, it is cured as a run that fails, and that is said. Where \
      nothing helps, weights may have been lost before the checkpoint that was taken: `cure RUN at 0` begins anew.

      A remedy has cured the run where its branches do not fail, by the same signals by which the run fails, and their \
      samples lie among the data; where modes are known, of mixtures or by `classifier=`, they reach 85% of those of the data. The table has the means of last values, and of those that did not go well why. All are runs as any other: `runs tree` draws them, `compare` and `plot` show them. \
      The same line again does only what is missing. Only runs of the same length are compared: with another budget, \
      that allows more or fewer steps, all begin anew. One process at a time cures a run.
      """,
    examples: [
      Example("What would be tried.", "cure base dry=yes", given: .runs)
    ],
    searchTerms: ["collapse", "remedy", "fix", "repair", "help", "rescue"], answer: .listing)

  private let name: Word
  private let place: Term?
  private let budget: Double
  private let seeds, remedies: Int
  private let steps: Int?
  private let isDry: Bool
  private let budgetPlace: Span?

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    name = try arguments.requiredWord("run")
    place = arguments.term("step")
    _ = try arguments.step()
    let term = arguments.option("budget")
    budget = try term.map { term throws(Diagnostic) in try Moment.seconds(term, "budget") } ?? 1200
    budgetPlace = term?.span
    seeds = try arguments.integer("seeds", in: 1...100) ?? 2
    remedies = try arguments.integer("remedies", in: 1...20) ?? 4
    steps = try arguments.integer("steps", in: Limits.steps)
    isDry = try arguments.option("dry")?.flag(for: "dry") ?? false
  }

  func run(in session: Session) throws {
    let notebook = try session.notebook()
    let run = try session.run(named: name)
    guard !run.isAlive else {
      throw Diagnostic(
        "run `\(run.name)` is at work", at: name.span,
        help: ["`stop \(run.name)` first; its checkpoints stay"])
    }
    let diagnosis = try session.diagnosis(of: run, namedBy: name)
    guard diagnosis.failure != nil || diagnosis.suspected != nil else {
      let isRead = session.configuration.prefersJSON
      let output = isRead ? session.errors : session.output
      for line in diagnosis.verdict { output.line(line) }
      output.line("there is nothing to cure")
      if isRead { session.show(Table(isDry ? Self.planned : Self.found)) }
      return
    }
    let cure = try plan(for: diagnosis, in: notebook)
    if isDry { return list(try cure.trials(in: session), of: cure, in: session) }
    let folder = try take(run, in: session)
    defer { folder.unlock() }
    let missing = try cure.trials(in: session).filter { !$0.isDone }
    for line in diagnosis.verdict { session.errors.line(line) }
    if diagnosis.failure == nil {
      session.errors.line("note: it is cured as a run that fails")
    }
    session.errors.line(announcement(of: cure, missing))
    if cure.isTooShort {
      session.errors.line(
        "note: \(run.name) had failed only after \(counted(cure.fewestSteps, "step")) from there: what is well after "
          + "\(grouped(cure.steps)) may fail later")
    }
    try attempt(missing, in: session)
    try report(cure, in: session)
  }

  /// Takes the run for this process: two that cure it would begin the same runs.
  private func take(_ run: RunRecord, in session: Session) throws -> RunFolder {
    do {
      return try session.takeFolder(ofRun: run.name, in: session.takeRunsFolder())
    } catch ShellError.occupied {
      throw Diagnostic(
        "run `\(run.name)` is being cured by another process", at: name.span,
        help: [
          "`runs tree` shows how far that is; when it has ended the same line says what was found"
        ])
    }
  }

  // MARK: Planning

  private func plan(for diagnosis: RunDiagnosis, in notebook: Notebook) throws -> Cure {
    let run = diagnosis.run
    let begun = try start(of: diagnosis, in: notebook)
    let proposed = Array(diagnosis.remedies(from: begun).prefix(remedies))
    let seeds = (0..<UInt64(self.seeds)).map { run.seed &+ $0 }
    let arms = [Cure.unchanged] + proposed
    // The run itself is no change with its own seed.
    let cost = arms.map(\.cost).reduce(0, +) * Double(seeds.count) - Cure.unchanged.cost
    let taken = max(1, run.stepsDone - diagnosis.specification.begun)
    let secondsOfStep = run.secondsAtWork / Double(taken)
    let fewest = Cure.fewestSteps(of: diagnosis, from: begun)
    let length =
      steps
      ?? Cure.steps(
        of: diagnosis, from: begun, budget: budget, cost: cost, secondsOfStep: secondsOfStep)
    guard let length, steps == nil || Double(length) * cost * secondsOfStep <= budget else {
      let needed = Double(steps ?? fewest) * cost * secondsOfStep
      throw Diagnostic(
        "\(counted(proposed.count, "remedy", "remedies")) with \(counted(seeds.count, "seed")) take about "
          + "\(Readable.duration(needed)), more than \(Readable.duration(budget))",
        at: budgetPlace ?? name.span,
        help: [
          "`budget=\(Int(needed / 60) + 1)min`, fewer `remedies=` or `seeds=`; nothing was begun"
        ])
    }
    return Cure(
      diagnosis: diagnosis, start: begun, arms: arms, seeds: seeds, steps: length,
      secondsOfStep: secondsOfStep)
  }

  /// The step that all begin from: the one that was asked for, or the newest before the failure.
  private func start(of diagnosis: RunDiagnosis, in notebook: Notebook) throws -> Int {
    let (run, first) = (diagnosis.run, diagnosis.specification.begun)
    if let place {
      let step = try place.integer(in: 0...Int(Int32.max), for: "a step")
      guard step >= first else {
        throw Diagnostic(
          "run `\(run.name)` was branched off at step \(grouped(first)), and begins there",
          at: place.span,
          help: [
            "`at \(first)` begins there; `branch` of the run that it comes from goes further back"
          ])
      }
      let steps = try notebook.checkpoints(run: run.id).filter(\.isGood).map(\.step)
      guard step == 0 && first == 0 || steps.contains(step) else {
        let near = steps.last { $0 < step } ?? steps.first
        throw Diagnostic(
          "run `\(run.name)` has no checkpoint of step \(grouped(step))", at: place.span,
          help: near.map { ["the nearest is that of step \(grouped($0)): `at \($0)`"] } ?? [])
      }
      let end = diagnosis.alarm?.step ?? diagnosis.since ?? run.stepsDone
      guard step < end else {
        throw Diagnostic(
          "run `\(run.name)` fails since step \(grouped(diagnosis.since ?? end)), and step "
            + "\(grouped(step)) comes after that", at: place.span, help: ["`at 0` begins anew"])
      }
      return step
    }
    guard let start = try notebook.start(of: diagnosis) else {
      throw Diagnostic(
        "run `\(run.name)` has no checkpoint left of step \(grouped(first)), at which it begins",
        at: name.span)
    }
    return start
  }

  private func announcement(of cure: Cure, _ missing: [Cure.Trial]) -> String {
    let seconds = missing.map(\.seconds).reduce(0, +)
    let place = cure.start > 0 ? "from step \(grouped(cure.start))" : "from the beginning"
    guard !missing.isEmpty else { return "all runs are there already" }
    return
      "cure: \(counted(missing.count, "run")) \(place), \(counted(cure.steps, "step")) each: about "
      + "\(Readable.duration(seconds)) of \(Readable.duration(budget))"
  }

  private func list(_ trials: [Cure.Trial], of cure: Cure, in session: Session) {
    var table = Table(Self.planned)
    for trial in trials {
      table.append([
        .text(trial.name), .text(trial.arm.title),
        .label(trial.seed), .number(trial.seconds.rounded()),
        .text(trial.run?.status.rawValue ?? "to begin"), .text(trial.next),
      ])
    }
    session.show(table)
    guard !session.configuration.prefersJSON else { return }
    session.output.line(announcement(of: cure, trials.filter { !$0.isDone }))
  }

  private static let planned = ["run", "remedy", "seed", "seconds", "status", "line"]

  // MARK: Trying

  /// Runs the lines in order, as long as the budget lasts.
  private func attempt(_ trials: [Cure.Trial], in session: Session) throws {
    let begun = monotonicSeconds()
    for (index, trial) in trials.enumerated() {
      let spent = monotonicSeconds() - begun
      guard spent == 0 || index == 0 || spent + trial.seconds <= budget else {
        session.errors.line(
          "the budget is used up: \(counted(trials.count - index, "run")) left; the same line again goes on"
        )
        return
      }
      session.errors.line("\(index + 1) of \(trials.count): \(trial.next)")
      // Each is a cell of its own, as if somebody had typed it.
      switch session.run(SourceText(name: "cure of \(name.text)", text: trial.next)) {
      case .succeeded: break
      case .failed: try checkEnded(trial, in: session)
      case .interrupted: throw ShellError.interrupted
      }
      if session.isQuitting { return }
    }
  }

  /// Sees that a run that ended badly has an outcome: one that diverged says something of its remedy, one that could not be done or written
  /// down says nothing.
  private func checkEnded(_ trial: Cure.Trial, in session: Session) throws {
    switch try session.notebook().run(named: trial.name)?.status {
    case .finished, .diverged: return
    case nil, .failed, .stopped, .interrupted, .running:
      throw ShellError.failed(
        "\(trial.name) could not be run, and nothing is said of what cures \(name.text); once what stands in its way is gone the same line goes on"
      )
    }
  }

  // MARK: Reporting

  /// What became of an arm.
  private struct Result {
    let arm: Remedy
    var cured = 0, failed = 0, unknown = 0
    /// Why some did not go well, each once.
    var reasons: [String] = []
    /// Last values of its runs, by metric.
    var values: [String: [Double]] = [:]
    var judged: Int { cured + failed }
    /// Of those of which something can be said.
    var share: Double { judged == 0 ? 0 : Double(cured) / Double(judged) }
  }

  private func report(_ cure: Cure, in session: Session) throws {
    let notebook = try session.notebook()
    let trials = try cure.trials(in: session)
    let summaries = try notebook.summaries(runs: trials.compactMap { $0.run?.id })
    // The evidence beside the counts: modes where they are known, coverage and recall of the data.
    let known = summaries.values.joined().metrics.filter { $0.direction != nil && $0.isListed }
    let metrics = Array(known.prefix(1)) + [NeighbourhoodScore.coverage, NeighbourhoodScore.recall]
    var results: [Result] = []
    for arm in cure.arms {
      var result = Result(arm: arm)
      // The run itself had failed within as many steps.
      if arm.name == Cure.unchanged.name, !cure.isTooShort { result.failed = 1 }
      for trial in trials where trial.arm.name == arm.name {
        guard let run = trial.run, trial.isDone else { continue }
        let outcome = try outcome(of: run, in: session)
        switch outcome.isCured {
        case true?: result.cured += 1
        case false?: result.failed += 1
        case nil: result.unknown += 1
        }
        if let reason = outcome.reason, !result.reasons.contains(reason) {
          result.reasons.append(reason)
        }
        for metric in metrics {
          // A branch has what its parent had as well.
          let value =
            summaries[run.id]?.first { $0.name == metric.name && $0.lastStep > cure.start }?.last
          if let value, value.isFinite { result.values[metric.name, default: []].append(value) }
        }
      }
      results.append(result)
    }
    show(Self.ordered(results, by: metrics), metrics, of: cure, in: session)
  }

  /// Those that went well in the largest share first; of as many, those that did best by the first metric.
  private static func ordered(_ results: [Result], by metrics: [MetricDescription]) -> [Result] {
    func score(_ result: Result) -> Double {
      guard let metric = metrics.first,
        let mean = SweepComparison.Mean(result.values[metric.name] ?? [])?.value
      else { return .infinity }
      return metric.direction == .lowest ? mean : -mean
    }
    return results.enumerated().sorted {
      ($1.element.share, score($0.element), $0.offset) < (
        $0.element.share, score($1.element), $1.offset
      )
    }.map(\.element)
  }

  /// Whether a branch is well, nil where too little was measured of it; and why it is not, or nobody knows.
  private func outcome(
    of run: RunRecord, in session: Session
  ) throws -> (isCured: Bool?, reason: String?) {
    let diagnosis: RunDiagnosis
    do {
      diagnosis = try session.diagnosis(of: run, namedBy: Word(run.name, at: name.span))
    } catch ShellError.interrupted {
      throw ShellError.interrupted
    } catch {
      // What others show stays worth telling.
      let fact = (error as? Diagnostic)?.message ?? "\(error)"
      session.errors.line("\(session.errors.styled("warning:", .yellow)) \(fact)")
      return (nil, "not measured")
    }
    if let failure = diagnosis.failure { return (false, failure.rawValue) }
    if diagnosis.isAstray { return (false, "hardly a sample lies among the data") }
    if let modes = try session.reachedModes(of: diagnosis, namedBy: name), !modes.areEnough {
      return (false, modes.words)
    }
    guard run.status == .finished, diagnosis.laterChecks.count >= CollapseDetector.checks else {
      return (nil, run.status == .finished ? "too few checks" : run.status.rawValue)
    }
    return diagnosis.suspicion == nil ? (true, nil) : (false, "may be failing")
  }

  private static let found = ["remedy", "cured", "of", "why not", "source"]

  private func show(
    _ results: [Result], _ metrics: [MetricDescription], of cure: Cure, in session: Session
  ) {
    let columns = Self.found
    var table = Table(Array(columns.dropLast(2)) + metrics.map(\.name) + columns.suffix(2))
    for result in results {
      let values = metrics.map { metric in
        let values = result.values[metric.name] ?? []
        return Table.Cell(
          values.isEmpty ? nil : values.reduce(0, +) / Double(values.count), of: metric)
      }
      table.append(
        [
          .text(result.arm.title), .integer(result.cured),
          .integer(result.judged + result.unknown),
        ] + values + [.text(result.reasons.joined(separator: ", ")), .text(result.arm.source)])
    }
    session.show(table)
    guard !session.configuration.prefersJSON else { return }
    session.output.line(verdict(results, of: cure))
  }

  private func verdict(_ results: [Result], of cure: Cure) -> String {
    let begun = cure.diagnosis.specification.begun
    func count(_ result: Result) -> String { "\(result.cured) of \(counted(result.judged, "run"))" }
    let unchanged = results.first { $0.arm.name == Cure.unchanged.name }
    let control = unchanged.map { "; without a change \(count($0)) went well" } ?? ""
    let best = results.filter { $0.arm.name != Cure.unchanged.name && $0.judged > 0 }
    guard let first = best.first, first.cured > 0 else {
      return "nothing that was tried cured it\(control); longer runs or other remedies may"
        + (cure.start > begun ? ", or `cure \(name.text) at \(begun)`, where less is lost" : "")
    }
    let ties = best.filter { $0.share == first.share }.map {
      $0.arm.change.isEmpty ? $0.arm.title : "`\($0.arm.title)`"
    }
    let names = ties.joined(separator: ", ")
    if let unchanged, unchanged.share >= first.share {
      return "\(names): \(count(first))\(control): it may have been the seed alone"
    }
    return "cured by \(names): \(count(first))\(ties.count > 1 ? " each" : "")\(control)"
  }
}
