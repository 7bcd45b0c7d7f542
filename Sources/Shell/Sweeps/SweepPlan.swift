import Foundation
import Language
import MetricDescriptions
import Notebook
import Specification
import TerminalText

/// The runs of a sweep, every name looked up and everything found to fit.
struct SweepPlan {
  struct Planned {
    var configuration: Int
    let seed: UInt64
    let settings: String
    /// The statement of its run, but for the name.
    let statement: (_ name: String) -> String
    let fingerprint: String
    let steps: Int
    let goal: Int
    let architecture: Int64
    let batch: Int
  }

  let request: SweepRequest
  let threads: Int
  let halving: Halving?
  private(set) var runs: [Planned] = []
  /// Configurations that the condition leaves out.
  private(set) var leftOut = 0
  /// The first configuration, by which a step can be timed.
  private(set) var first: RunCommand.Prepared?

  /// Of each run that is planned the settings, by fingerprint and length.
  private var seen: [String: String] = [:]
  private let opened = OpenedDatasets()

  /// What a statement asks for, of a search what can be said before anything is learnt.
  ///
  /// - Parameter trials: what there is of the sweep already.
  /// - Throws: a `Diagnostic` at the first value that does not fit.
  init(
    _ request: SweepRequest, threads: Int, after trials: [TrialRecord], in session: Session
  ) throws {
    try self.init(request, threads: threads, in: session)
    let choices =
      try request.search.map { try $0.choices(after: trials, of: request) } ?? request.choices()
    guard (request.search?.trials ?? choices.count) * request.seeds.count <= SweepRequest.most
    else {
      throw Diagnostic(
        "a sweep has at most 10,000 runs, and this line asks for "
          + grouped((request.search?.trials ?? choices.count) * request.seeds.count),
        at: request.name.span,
        help: ["fewer \(request.search == nil ? "draws" : "trials") or seeds"])
    }
    for choice in choices {
      switch try add(choice, in: session) {
      case .added: break
      case .leftOut: leftOut += 1
      case .same(let other):
        throw Diagnostic(
          "two configurations are the same run: `\(other)` and "
            + "`\(SweepRequest.settings(of: choice))`", at: request.name.span)
      }
    }
    if let search = request.search { try begin(search, in: session) }
    guard !runs.isEmpty else {
      throw Diagnostic("the condition leaves no configuration", at: request.name.span)
    }
  }

  /// Plans the configurations with which a search begins: drawn as `draws=` would.
  private mutating func begin(_ search: SweepRequest.Search, in session: Session) throws {
    let wanted = min(request.searched ?? 0, ParzenSearch.beginning)
    var tried = Set(runs.map(\.settings))
    for draw in 0..<SweepRequest.Search.mostDraws where configurations < wanted {
      let choice = request.drawn(draw, seed: search.seed)
      guard tried.insert(SweepRequest.settings(of: choice)).inserted else { continue }
      if case .leftOut = try add(choice, in: session) { leftOut += 1 }
    }
  }

  /// A plan without runs.
  init(_ request: SweepRequest, threads: Int, in session: Session) throws {
    self.request = request
    self.threads = threads
    halving = try request.halving.map { try Self.halving($0, in: session) }
    if let metric = request.search?.metric { _ = try session.measure(named: metric) }
  }

  /// Configurations that are planned.
  var configurations: Int { runs.last?.configuration ?? 0 }

  /// Runs that a search chooses later.
  var toCome: Int { max(0, (request.searched ?? 0) - configurations) * request.seeds.count }

  enum Addition {
    case added
    /// The condition leaves it out.
    case leftOut
    /// A configuration of these settings is the same run.
    case same(String)
  }

  /// Plans the runs of a configuration, one for each seed.
  ///
  /// - Throws: a `Diagnostic` where its values do not fit.
  mutating func add(_ choice: SweepRequest.Choice, in session: Session) throws -> Addition {
    let (request, threads) = (request, threads)
    func statement(_ seed: UInt64, _ name: String) -> Statement {
      request.statement(of: choice, seed: seed, threads: threads, named: name)
    }
    let command = try RunCommand(parsing: statement(1, "run"))
    var prepared = try command.prepare(in: session, with: opened)
    if let condition = request.condition,
      try !SweepConstraint(prepared.specification, choice).holds(condition)
    {
      return .leftOut
    }
    let settings = SweepRequest.settings(of: choice)
    let goal = prepared.specification.steps
    var added: [Planned] = []
    for seed in request.seeds {
      prepared.specification.seed = seed
      let fingerprint = prepared.specification.fingerprint
      if let other = seen["\(fingerprint) \(goal)"] { return .same(other) }
      added.append(
        Planned(
          configuration: configurations + 1, seed: seed, settings: settings,
          statement: { statement(seed, $0).description }, fingerprint: fingerprint,
          steps: firstSteps(of: goal), goal: goal, architecture: prepared.rows.architecture,
          batch: prepared.specification.recipe.batch))
    }
    if first == nil { first = prepared }
    for run in added { seen["\(run.fingerprint) \(goal)"] = settings }
    runs += added
    return .added
  }

  private static func halving(
    _ asked: (metric: Word, factor: Int, rungs: Int), in session: Session
  ) throws -> Halving {
    let metric = try session.measure(named: asked.metric)
    return Halving(
      metric: metric.name, direction: metric.direction ?? .highest, factor: asked.factor)
  }

  /// Steps of the first rung: so many that factor times as many at each rung come to the goal.
  private func firstSteps(of goal: Int) -> Int {
    guard let asked = request.halving else { return goal }
    var steps = goal
    for _ in 1..<asked.rungs { steps = max(1, (steps + asked.factor - 1) / asked.factor) }
    return steps
  }

  // MARK: What there is already

  /// What the statement makes of the sweep of its name: its runs are found by what they are made of, and keep
  /// their names and numbers.
  ///
  /// - Throws: where there are runs that the statement does not ask for, or anything else is another.
  func change(
    _ before: SweepRecord?, _ trials: [TrialRecord], text: String, session: Int64?
  ) throws(Diagnostic) -> Notebook.SweepChange {
    var sweep = SweepRecord(
      name: request.name.text, text: text, session: session, jobs: request.jobs, threads: threads,
      halving: halving)
    if let before {
      guard before.halving == halving else { throw another("it goes on by another rule") }
      guard before.threads == threads else {
        throw another("its runs have \(before.threads) threads")
      }
      sweep.id = before.id
    }
    var known: [String: TrialRecord] = [:]
    for trial in trials { known["\(trial.plan.fingerprint) \(trial.plan.goal)"] = trial }
    var change = Notebook.SweepChange(sweep: sweep, added: [])
    var numbers: [Int: Int] = [:]
    for run in runs {
      guard let trial = known["\(run.fingerprint) \(run.goal)"] else { continue }
      numbers[run.configuration] = trial.plan.configuration
    }
    var (number, configuration) = (
      trials.map(\.plan.number).max() ?? 0, trials.map(\.plan.configuration).max() ?? 0
    )
    for run in runs {
      if numbers[run.configuration] == nil {
        configuration += 1
        numbers[run.configuration] = configuration
      }
      let own = numbers[run.configuration] ?? run.configuration
      if let trial = known.removeValue(forKey: "\(run.fingerprint) \(run.goal)") {
        var plan = trial.plan
        (plan.configuration, plan.settings) = (own, run.settings)
        plan.statement = run.statement(plan.name)
        change.kept[trial.id] = plan
        continue
      }
      number += 1
      let name = "\(request.name.text)-\(number)"
      change.added.append(
        TrialPlan(
          number: number, configuration: own, seed: run.seed, name: name, settings: run.settings,
          statement: run.statement(name), fingerprint: run.fingerprint, steps: run.steps,
          goal: run.goal))
    }
    if let lost = known.values.min(by: { $0.plan.number < $1.plan.number }) {
      let same = runs.contains { $0.settings == lost.plan.settings && $0.seed == lost.plan.seed }
      throw another(
        same
          ? "what \(lost.plan.name) is made of means something else now"
          : "this line does not ask for \(lost.plan.name), \(lost.plan.settings) seed=\(lost.plan.seed)"
      )
    }
    if let longest = change.added.map(\.name).max(by: { $0.count < $1.count }),
      longest.unicodeScalars.count > Term.longestName
    {
      throw Diagnostic(
        "the run `\(longest)` would have a name of more than \(Term.longestName) letters",
        at: request.name.span, help: ["give the sweep a shorter one"])
    }
    if before?.halving != nil, !change.added.isEmpty {
      throw another("where the better ones go on, nothing can be added")
    }
    return change
  }

  private func another(_ why: String) -> Diagnostic {
    Diagnostic(
      "`\(request.name.text)` is another sweep: \(why)", at: request.name.span,
      help: ["alternatives can be added, nothing taken away; or give another name"])
  }
}
