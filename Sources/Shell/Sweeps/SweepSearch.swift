import Language
import MetricDescriptions
import Notebook
import Randomness
import Reports
import TerminalText

/// Chooses the next configuration of a sweep by what came of those before.
///
/// It keeps nothing: what it chooses depends on the sweep's statement and on the runs in the notebook, so that any
/// process goes on where another one was killed.
struct SweepSearch {
  let sweep: SweepRecord
  let request: SweepRequest
  private let search: SweepRequest.Search

  /// - Returns: nil where the sweep is no search.
  /// - Throws: where its statement cannot be read.
  init?(of sweep: SweepRecord) throws {
    guard sweep.text.contains("search") else { return nil }
    guard let statement = try parse(SourceText(name: "sweep", text: sweep.text)).first,
      statement.options.contains(where: { $0.key.text == "search" })
    else { return nil }
    request = try SweepRequest(Arguments(statement, of: SweepCommand.synopsis), statement)
    guard let search = request.search else { return nil }
    (self.sweep, self.search) = (sweep, search)
  }

  /// The metric by which it chooses, where its statement names one.
  var metric: String? { search.metric?.text }

  /// Runs that have not been planned yet.
  func countToCome(after trials: [TrialRecord]) -> Int {
    let planned = Set(trials.map(\.plan.configuration)).count
    return max(0, (request.searched ?? 0) - planned) * request.seeds.count
  }

  enum Next {
    /// The runs of a configuration, one for each seed.
    case runs([TrialPlan])
    /// There are as many as were asked for, or no more is to be begun.
    case nothing
    /// There is nothing left to choose, and why.
    case exhausted(String)
  }

  /// Rounds of draws, and configurations looked at in each, before the search gives up.
  private static let most = (rounds: 10, looks: 200)

  /// - Parameter trials: what there is of the sweep.
  /// - Throws: where the runs have nothing to choose by, or what they are made of means something else now.
  func next(after trials: [TrialRecord], in session: Session) throws -> Next {
    let groups = Dictionary(grouping: trials, by: \.plan.configuration)
    guard sweep.stopped == nil, groups.count < search.trials else { return .nothing }
    try checkMeaning(of: trials, in: session)
    let number = (groups.keys.max() ?? 0) + 1
    let parzen = ParzenSearch(
      request.axes.map(\.domain), after: try outcomes(of: groups, in: session))
    var candidate = try Candidate(self, trials, in: session)
    let keys = request.axes.indices
    for round in 0..<Self.most.rounds {
      let drawn = keys.map { key in
        let axis = request.axes[key]
        let stream = Stream.sweepSearch | Stream.lowWord(of: axis.key.text) << 32
        return parzen.candidates(
          key: key, Philox(seed: search.seed, stream: stream, step: UInt32(number)), round: round,
          rounding: axis.rounded)
      }
      for values in BestFirst(drawn).prefix(Self.most.looks) {
        if let runs = try candidate.runs(values, configuration: number, in: session) {
          return .runs(runs)
        }
      }
      guard request.size != nil else { continue }
      for values in BestFirst(keys.compactMap { parzen.all(key: $0) }) {
        if let runs = try candidate.runs(values, configuration: number, in: session) {
          return .runs(runs)
        }
      }
      break
    }
    // A combination that does not fit is passed over, unless nothing does.
    if let fault = candidate.fault { throw fault }
    return .exhausted(
      request.size == nil
        ? "no further configuration was found that the condition lets"
        : "there are \(counted(groups.count, "configuration")) and no more")
  }

  /// - Throws: where the runs of the newest configuration of each architecture, data set and recipe would be others
  ///   now.
  private func checkMeaning(of trials: [TrialRecord], in session: Session) throws {
    let operands = request.axes.indices.filter {
      ["arch", "data", "with"].contains(request.axes[$0].key.text)
    }
    var newest: [[Double]: (values: [Double], trial: TrialRecord)] = [:]
    for trial in trials {
      guard let values = request.values(ofSettings: trial.plan.settings) else { continue }
      newest[operands.map { values[$0] }] = (values, trial)
    }
    for (values, trial) in newest.values.sorted(by: { $0.trial.plan.number < $1.trial.plan.number })
    {
      var plan = try SweepPlan(request, threads: sweep.threads, in: session)
      _ = try plan.add(request.choice(values), in: session)
      guard plan.runs.contains(where: { $0.fingerprint == trial.plan.fingerprint }) else {
        throw ShellError.failed(
          "what \(trial.plan.name) is made of means something else than when it was planned")
      }
    }
  }

  /// What came of each configuration: the mean over seeds of the metric's last value.
  private func outcomes(
    of groups: [Int: [TrialRecord]], in session: Session
  ) throws -> [ParzenSearch.Trial] {
    let runs = groups.values.joined().compactMap(\.run)
    let summaries = try session.notebook().summaries(runs: runs.map(\.id))
    let metric =
      try search.metric.map { try session.measure(named: $0) }
      ?? session.comparison(of: sweep, by: nil).metric
    func value(of run: RunRecord) -> Double? {
      guard run.status == .finished, let metric else { return nil }
      return summaries[run.id]?.first { $0.name == metric.name }?.last
    }
    let finished = runs.filter { $0.status == .finished }
    if !finished.isEmpty, finished.allSatisfy({ value(of: $0) == nil }) {
      throw ShellError.failed(
        (metric.map { "no run of \(sweep.name) that finished has the metric \($0.name)" }
          ?? "no run of \(sweep.name) has a metric with a better end to search by")
          + "; the same line with another `by=` goes on")
    }
    return groups.sorted { $0.key < $1.key }.compactMap { _, members in
      guard let values = request.values(ofSettings: members[0].plan.settings) else { return nil }
      func trial(_ outcome: ParzenSearch.Trial.Outcome) -> ParzenSearch.Trial {
        ParzenSearch.Trial(values, outcome)
      }
      if members.contains(where: {
        $0.failure != nil || $0.run?.status == .diverged || $0.run?.status == .failed
      }) {
        return trial(.bad)
      }
      guard members.allSatisfy({ $0.state == .done }) else { return trial(.open) }
      let scores = members.compactMap { $0.run.flatMap(value) }.filter(\.isFinite)
      guard scores.count == members.count else { return trial(.bad) }
      let mean = scores.reduce(0, +) / Double(scores.count)
      return trial(.score(metric?.direction == .lowest ? -mean : mean))
    }
  }

  /// Looks whether a configuration may be run that has not been.
  private struct Candidate {
    let search: SweepSearch
    var plan: SweepPlan
    /// Settings, and fingerprints with lengths, of what there is.
    var tried: Set<String>
    let known: Set<String>
    let number: Int
    /// Why the first one does not fit that does not.
    var fault: Diagnostic?

    init(_ search: SweepSearch, _ trials: [TrialRecord], in session: Session) throws {
      self.search = search
      plan = try SweepPlan(search.request, threads: search.sweep.threads, in: session)
      tried = Set(trials.map(\.plan.settings))
      known = Set(trials.map { "\($0.plan.fingerprint) \($0.plan.goal)" })
      number = trials.map(\.plan.number).max() ?? 0
    }

    /// - Returns: nil where it is there already, does not fit, or the condition leaves it out.
    mutating func runs(
      _ values: [Double], configuration: Int, in session: Session
    ) throws -> [TrialPlan]? {
      let choice = search.request.choice(values)
      guard tried.insert(SweepRequest.settings(of: choice)).inserted else { return nil }
      do {
        guard case .added = try plan.add(choice, in: session) else { return nil }
      } catch let error as Diagnostic {
        fault = fault ?? error
        return nil
      }
      let added = plan.runs.suffix(search.request.seeds.count)
      guard !added.contains(where: { known.contains("\($0.fingerprint) \($0.goal)") }) else {
        return nil
      }
      return added.enumerated().map { index, run in
        let name = "\(search.sweep.name)-\(number + 1 + index)"
        return TrialPlan(
          number: number + 1 + index, configuration: configuration, seed: run.seed, name: name,
          settings: run.settings, statement: run.statement(name), fingerprint: run.fingerprint,
          steps: run.steps, goal: run.goal)
      }
    }
  }
}
