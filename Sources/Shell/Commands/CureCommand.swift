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
    parameters: [Parameter("run", .run, "a run that fails")],
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

      A remedy has cured the run where its branches do not fail, by the same signals by which the run fails, and their \
      samples lie among the data; of mixtures they reach 85% of the modes. The table has the means of last values. All are runs as any other: `runs tree` draws them, `compare` and `plot` show them. \
      The same line again does only what is missing. Only runs of the same length are compared: with another budget, \
      that allows more or fewer steps, all begin anew. One process at a time cures a run.
      """,
    examples: [
      Example("What would be tried.", "cure base dry=yes", given: .runs)
    ],
    searchTerms: ["collapse", "remedy", "fix", "repair", "help", "rescue"], answer: .listing)

  private let name: Word
  private let budget: Double
  private let seeds, remedies: Int
  private let steps: Int?
  private let isDry: Bool
  private let budgetPlace: Span?

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    name = try arguments.requiredWord("run")
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
    guard diagnosis.failure != nil else {
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
    session.errors.line(announcement(of: cure, missing))
    if cure.isTooShort {
      session.errors.line(
        "note: \(run.name) had failed only after \(grouped(cure.fewestSteps)) steps from there: what is well after "
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
    guard let start = try notebook.start(of: diagnosis) else {
      throw Diagnostic(
        "run `\(run.name)` has no checkpoint left of step \(grouped(diagnosis.specification.begun)), at which it begins",
        at: name.span)
    }
    let proposed = Array(diagnosis.remedies(from: start).prefix(remedies))
    let seeds = (0..<UInt64(self.seeds)).map { run.seed &+ $0 }
    let arms = [Cure.unchanged] + proposed
    // The run itself is no change with its own seed.
    let cost = arms.map(\.cost).reduce(0, +) * Double(seeds.count) - Cure.unchanged.cost
    let taken = max(1, run.stepsDone - diagnosis.specification.begun)
    let secondsOfStep = run.secondsAtWork / Double(taken)
    let fewest = Cure.fewestSteps(of: diagnosis, from: start)
    let length =
      steps
      ?? Cure.steps(
        of: diagnosis, from: start, budget: budget, cost: cost, secondsOfStep: secondsOfStep)
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
      diagnosis: diagnosis, start: start, arms: arms, seeds: seeds, steps: length,
      secondsOfStep: secondsOfStep)
  }

  private func announcement(of cure: Cure, _ missing: [Cure.Trial]) -> String {
    let seconds = missing.map(\.seconds).reduce(0, +)
    let place = cure.start > 0 ? "from step \(grouped(cure.start))" : "from the beginning"
    guard !missing.isEmpty else { return "all runs are there already" }
    return
      "cure: \(counted(missing.count, "run")) \(place), \(grouped(cure.steps)) steps each: about "
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
      case .succeeded, .failed: break
      case .interrupted: throw ShellError.interrupted
      }
      if session.isQuitting { return }
    }
  }

  // MARK: Reporting

  /// What became of an arm.
  private struct Result {
    let arm: Remedy
    var cured = 0, failed = 0, unknown = 0
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
        switch try isCured(run, in: session) {
        case true?: result.cured += 1
        case false?: result.failed += 1
        case nil: result.unknown += 1
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
    let order = results.enumerated().sorted {
      $0.element.share == $1.element.share
        ? $0.offset < $1.offset : $0.element.share > $1.element.share
    }.map(\.element)
    show(order, metrics, in: session)
  }

  /// Whether a branch is well; nil where too little was measured of it.
  private func isCured(_ run: RunRecord, in session: Session) throws -> Bool? {
    let diagnosis: RunDiagnosis
    do {
      diagnosis = try session.diagnosis(of: run, namedBy: Word(run.name, at: name.span))
    } catch ShellError.interrupted {
      throw ShellError.interrupted
    } catch {
      // What others show stays worth telling.
      let fact = (error as? Diagnostic)?.message ?? "\(error)"
      session.errors.line("\(session.errors.styled("warning:", .yellow)) \(fact)")
      return nil
    }
    if diagnosis.failure != nil || diagnosis.isAstray { return false }
    if let modes = try modes(of: diagnosis, in: session), modes.found < 0.85 * Double(modes.all) {
      return false
    }
    guard run.status == .finished, diagnosis.laterChecks.count >= CollapseDetector.checks else {
      return nil
    }
    return diagnosis.suspicion == nil
  }

  /// The modes that a run reached at last, of a mixture's; nil where they are not known.
  private func modes(
    of diagnosis: RunDiagnosis, in session: Session
  ) throws -> (found: Double, all: Int)? {
    guard diagnosis.specification.architecture.example.isPoint else { return nil }
    let dataset = try session.open(
      diagnosis.specification.dataset, namedBy: name, threads: diagnosis.run.threads,
      wayOut: "its modes are needed")
    let last = try session.notebook().summaries(run: diagnosis.run.id).first {
      $0.name == MixtureScore.capturedModes.name
    }?.last
    guard let mixture = dataset.mixture, let last else { return nil }
    return (last, mixture.centres.count)
  }

  private static let found = ["remedy", "cured", "of", "source"]

  private func show(_ results: [Result], _ metrics: [MetricDescription], in session: Session) {
    let columns = Self.found
    var table = Table(Array(columns.dropLast()) + metrics.map(\.name) + columns.suffix(1))
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
        ] + values + [.text(result.arm.source)])
    }
    session.show(table)
    guard !session.configuration.prefersJSON else { return }
    session.output.line(verdict(results))
  }

  private func verdict(_ results: [Result]) -> String {
    func count(_ result: Result) -> String { "\(result.cured) of \(counted(result.judged, "run"))" }
    let unchanged = results.first { $0.arm.name == Cure.unchanged.name }
    let control = unchanged.map { "; without a change \(count($0)) went well" } ?? ""
    let best = results.filter { $0.arm.name != Cure.unchanged.name && $0.judged > 0 }
    guard let first = best.first, first.cured > 0 else {
      return "nothing that was tried cured it\(control); longer runs or other remedies may"
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

private func counted(_ count: Int, _ noun: String, _ plural: String) -> String {
  "\(grouped(count)) \(count == 1 ? noun : plural)"
}
