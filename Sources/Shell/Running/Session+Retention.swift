import Language
import MetricDescriptions
import Notebook
import Specification
import Training

extension Session {
  /// Sees that each metric of which the best checkpoint is to stay has a better end.
  ///
  /// - Throws: a `Diagnostic` at `place` with those that have one.
  func check(
    _ retention: Retention, of observation: RunObservation, at place: Span?
  ) throws(Diagnostic) {
    let measured = observation.evaluation?.measures ?? []
    let own = metrics + Measure.allCases.filter { measured.contains($0.keyword) }.flatMap(\.metrics)
    let known =
      own + RunHandle.metrics.filter { metric in !own.contains { $0.name == metric.name } }
    for name in retention.metrics {
      let measures = known.filter { $0.direction != nil }.map(\.name)
      let help = ["measures with a better end: \(measures.joined(separator: ", "))"]
      guard let metric = known.first(where: { $0.name == name }) else {
        throw Diagnostic(
          "no run has a metric `\(name)`", at: place,
          help: known.suggestion(for: name, kind: "metrics") + help)
      }
      guard metric.direction == nil else { continue }
      throw Diagnostic(
        "neither end of `\(name)` is best, so no checkpoint is the best by it", at: place,
        help: help)
    }
  }

  /// Which part of `keep=` holds each of a run's checkpoints: `last:3`, `best:fid`; by step.
  func retention(of run: RunRecord, _ checkpoints: [CheckpointRecord]) throws -> [Int: [String]] {
    // What cannot be read any more keeps nothing back, and is told elsewhere.
    guard let specification = try? run.specification() else { return [:] }
    let retention = specification.retention
    let steps = checkpoints.filter(\.isGood).map(\.step)
    let notebook = try notebook()
    return try retention.kept(
      of: steps, origin: specification.origin?.step, suspicions: notebook.suspicions(run: run.id)
    ) { metric in
      try notebook.bestCheckpoint(of: metric, run: run.id, among: steps)
    }.mapValues { reasons in
      reasons.map { reason in
        switch reason {
        case .origin: "branch"
        case .newest: "last:\(retention.newest)"
        case .spread: "spread:\(retention.spread)"
        case .interval(let steps): "every:\(steps)"
        case .best(let metric): "best:\(metric)"
        case .beforeAlarm: "before-alarm"
        }
      }
    }
  }
}
