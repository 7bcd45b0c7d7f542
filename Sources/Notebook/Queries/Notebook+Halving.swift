import GRDB
import MetricDescriptions

extension Notebook {
  /// Where all runs of a rung are done, lets the better ones go on.
  ///
  /// Of n configurations the best ⌈n / factor⌉ go on to factor times as many steps: best by the mean of the
  /// metric's last value over seeds. A run that did not finish has no value, and its configuration is behind
  /// all that have one for each seed.
  ///
  /// - Returns: whether any goes on.
  static func promote(
    _ db: Database, _ trials: [TrialRecord], _ halving: Halving
  ) throws -> Bool {
    let open = trials.filter { $0.plan.steps < $0.plan.goal }
    guard let rung = trials.map(\.plan.steps).max(),
      open.contains(where: { $0.plan.steps == rung })
    else { return false }
    let here = Dictionary(
      grouping: trials.filter { $0.plan.steps == rung }, by: \.plan.configuration)
    guard here.count > 1 else { return try goOn(db, here.values.flatMap(\.self), halving) }
    var scores: [(configuration: Int, missing: Int, mean: Double)] = []
    for (configuration, members) in here {
      let values = try members.compactMap { trial in
        try trial.run.flatMap { run in
          run.status == .finished && trial.failure == nil
            ? try lastValue(db, of: halving.metric, run: run.id) : nil
        }
      }
      let sum = values.reduce(0) { $0 + (halving.direction == .lowest ? $1 : -$1) }
      scores.append(
        (
          configuration, members.count - values.count,
          values.isEmpty ? .infinity : sum / Double(values.count)
        ))
    }
    scores.sort {
      ($0.missing, $0.mean, $0.configuration) < ($1.missing, $1.mean, $1.configuration)
    }
    let count = max(1, (scores.count + halving.factor - 1) / halving.factor)
    let best = scores.prefix(count).filter { $0.mean.isFinite }.map(\.configuration)
    return try goOn(db, best.flatMap { here[$0] ?? [] }, halving)
  }

  private static func goOn(
    _ db: Database, _ trials: [TrialRecord], _ halving: Halving
  ) throws -> Bool {
    var goesOn = false
    for trial in trials where trial.run?.status == .finished && trial.failure == nil {
      let (steps, overflow) = trial.plan.steps.multipliedReportingOverflow(by: halving.factor)
      try db.execute(
        sql: "UPDATE trial SET state = 'waiting', takings = 0, steps = ? WHERE id = ?",
        arguments: [min(trial.plan.goal, overflow ? trial.plan.goal : steps), trial.id])
      goesOn = true
    }
    return goesOn
  }

  /// The last value of a metric; nil where there is none that is a number.
  private static func lastValue(_ db: Database, of metric: String, run: Int64) throws -> Double? {
    try Double.fetchOne(
      db,
      sql: """
        SELECT last FROM metricSummary JOIN metricName ON metricName.id = metricSummary.name
        WHERE metricSummary.run = ? AND metricName.name = ?
        """, arguments: [run, metric]
    ).flatMap { $0.isFinite ? $0 : nil }
  }
}
