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
          help: known.measures(insteadOf: word.text, kind: "they have"))
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
      var finished: [(seed: UInt64, run: RunRecord)] = []
      for trial in members {
        if let run = trial.run, run.status == .finished { finished.append((trial.plan.seed, run)) }
      }
      // Of seeds that are on their way to the next length, those count that have come to it.
      let length = sweep.halving == nil ? nil : finished.map { $0.run.stepsPlanned }.max()
      for (seed, run) in finished where length == nil || run.stepsPlanned == length {
        guard let metric,
          let last = summaries[run.id]?.first(where: { $0.name == metric.name })?.last,
          last.isFinite
        else { continue }
        values[seed] = last
      }
      let own = members.first?.plan.settings ?? ""
      let examples = settings.value(of: "test", in: own) ?? settings.value(of: "data", in: own)
      return SweepComparison.Configuration(
        number: number, settings: settings.keys.map { settings.value(of: $0, in: own) },
        examples: examples ?? "", values: values,
        steps: length ?? members.compactMap { $0.run?.stepsDone }.max() ?? 0, length: length,
        diverged: members.count { $0.run?.status == .diverged },
        alarmed: members.count { trial in trial.run.map { alarms[$0.id] != nil } ?? false },
        failed: members.count { $0.run?.status == .failed || $0.failure != nil },
        runs: members.count)
    }
    return SweepComparison(keys: settings.keys, metric: metric, configurations: configurations)
  }

  /// Shows what became of a sweep.
  func show(_ comparison: SweepComparison) {
    show(Table.configurations(comparison))
    guard !configuration.prefersJSON else { return }
    if let metric = comparison.metric {
      let end = metric.direction == .lowest ? "lowest" : "highest"
      output.line(
        "\(metric.name) of finished runs, last value, \(end) first; differences to the first configuration by pairs "
          + "of seeds; within the 95% interval of a paired t test: a tie, with the best one `1=`; fewer than two pairs: "
          + "unknown")
      if comparison.differInLength {
        output.line(
          "those that went furthest stand first; where the steps differ, no difference is taken: `longer`, `shorter`"
        )
      }
      if comparison.ranked.count > 1 {
        output.line(
          "ranks and differences are within each data set, since runs are measured against their own"
        )
      }
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
    // What cannot be compared ends here, before anything is printed.
    let comparison = try comparison(of: sweep, by: word)
    guard !configuration.prefersJSON else { return show(comparison) }
    let standing = try standing(of: sweep)
    output.line(output.styled(sweep.name, .bold) + ": \(standing.outcome)")
    output.line(sweep.text)
    if !standing.isDone { output.line(standing.line) }
    output.line()
    show(comparison)
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
