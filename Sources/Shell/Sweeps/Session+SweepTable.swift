import Datasets
import Language
import MetricDescriptions
import Metrics
import Notebook
import Reports
import Terminal
import Training

extension Session {
  /// What became of a sweep, a row for each configuration.
  ///
  /// - Parameter word: the metric that is compared; nil: of samples the modes or how much of the data they cover, of classifiers what they tell
  ///   rightly of other data, of anything else the first that listings show of those with a better end.
  func comparison(of sweep: SweepRecord, by word: Word?) throws -> SweepComparison {
    let notebook = try notebook()
    let trials = try notebook.trials(ofSweep: sweep.id)
    let runs = trials.compactMap(\.run)
    let summaries = try notebook.summaries(runs: runs.map(\.id))
    let known = runs.flatMap { summaries[$0.id] ?? [] }.metrics
    var metric: MetricDescription?
    if let word {
      let measure = try measure(named: word)
      guard known.contains(where: { $0.name == measure.name }) || runs.isEmpty else {
        throw Diagnostic(
          "no run of \(sweep.name) has a metric `\(word.text)`", at: word.span,
          help: known.suggestion(for: word.text, kind: "they have"))
      }
      metric = measure
    } else {
      let search = try? SweepSearch(of: sweep)
      let measures = known.filter { $0.direction != nil }
      metric =
        measures.first { $0.name == (sweep.halving?.metric ?? search?.metric) }
        ?? measures.usual
    }
    let alarms = try notebook.standingAlarms(ofRuns: runs.map(\.id))
    let settings = SweepSettings(trials.map(\.plan.settings))
    let groups = Dictionary(grouping: trials, by: \.plan.configuration)
    let configurations = groups.map { number, members in
      var values: [UInt64: Double] = [:]
      for trial in members {
        guard let run = trial.run, run.status == .finished, let metric,
          let last = summaries[run.id]?.first(where: { $0.name == metric.name })?.last,
          last.isFinite
        else { continue }
        values[trial.plan.seed] = last
      }
      let own = members.first?.plan.settings ?? ""
      return SweepComparison.Configuration(
        number: number, settings: settings.keys.map { settings.value(of: $0, in: own) },
        values: values, steps: members.compactMap { $0.run?.stepsDone }.max() ?? 0,
        diverged: members.count { $0.run?.status == .diverged },
        alarmed: members.count { trial in trial.run.map { alarms[$0.id] != nil } ?? false },
        failed: members.count { $0.run?.status == .failed || $0.failure != nil },
        runs: members.count)
    }
    return SweepComparison(keys: settings.keys, metric: metric, configurations: configurations)
  }

  /// Shows what became of a sweep.
  func show(_ sweep: SweepRecord, by word: Word?) throws {
    let comparison = try comparison(of: sweep, by: word)
    show(Table.configurations(comparison))
    guard !configuration.prefersJSON else { return }
    if let metric = comparison.metric {
      let end = metric.direction == .lowest ? "lowest" : "highest"
      output.line(
        "\(metric.name) of finished runs, last value, \(end) first; differences to the first configuration by pairs "
          + "of seeds; within two standard errors: a tie, with the best one `1=`; fewer than two pairs: unknown"
      )
      if comparison.configurations.count > 1,
        comparison.configurations.allSatisfy({ $0.values.count < 2 })
      {
        output.line(
          "one seed has no standard error: no rank here can be told from a tie; `seeds=3` has one")
      }
    }
  }

  /// A sweep as `show NAME` has it: its statement, where it stands, and the table.
  func tell(_ sweep: SweepRecord, by word: Word?) throws {
    guard !configuration.prefersJSON else { return try show(sweep, by: word) }
    let standing = try standing(of: sweep)
    output.line(output.styled(sweep.name, .bold) + ": \(standing.outcome)")
    output.line(sweep.text)
    if !standing.isDone { output.line(standing.line) }
    output.line()
    try show(sweep, by: word)
  }
}

extension [MetricDescription] {
  /// The one by which runs are compared where nobody says. Precision says little: that of samples that have collapsed to one is 1.
  fileprivate var usual: MetricDescription? {
    let names = [
      MixtureScore.capturedModes, NeighbourhoodScore.coverage, ClassifierScore.testAccuracy,
      ClassifierScore.testError,
    ].map(\.name)
    let known = names.lazy.compactMap { name in first { $0.name == name } }
    return known.first ?? first(where: \.isListed) ?? first
  }
}
