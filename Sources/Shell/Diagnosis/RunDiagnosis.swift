import Foundation
import MetricDescriptions
import Metrics
import Networks
import Notebook
import Specification
import Training

/// What is wrong with a run, as far as its signals tell.
struct RunDiagnosis {
  let run: RunRecord
  let specification: RunSpecification
  /// Those of the run that it was branched off among them, up to there.
  let checks: [SignalCheck]
  /// What a run that ended by itself ended with: a loss or gradient that is not finite.
  let isNotFinite: Bool
  /// The alarm that stands; nil: none, or the run has recovered.
  let alarm: Alarm?
  /// An alarm that was, and the step at which its signals fell silent.
  let recovered: (alarm: Alarm, step: Int)?
  /// The first of the last checks that were suspicious, where they are too few for an alarm.
  let suspicion: Int?
  /// Signals that speak of a failure in the last check.
  let evidence: [SignalEvidence]
  /// Layers whose gradients have nearly vanished, the smallest first, with what is left of them.
  let silentLayers: [(layer: String, share: Double)]

  init(
    _ run: RunRecord, _ specification: RunSpecification, checks: [SignalCheck],
    layers: [(layer: String, share: Double)]
  ) {
    (self.run, self.specification, self.checks) = (run, specification, checks)
    isNotFinite = run.status == .diverged
    let thresholds = SignalThresholds.of(specification.architecture.example)
    var (alarm, recovered) = (Alarm?.none, (alarm: Alarm, step: Int)?.none)
    var suspicion: Int?
    var detector = CollapseDetector(thresholds)
    var evidence: [SignalEvidence] = []
    for check in checks {
      evidence = detector.evidence(in: check)
      for finding in detector.add(check) {
        switch finding {
        case .suspicion(let step): suspicion = step
        case .alarm(let found): alarm = found
        case .cleared(let step):
          if let was = alarm { recovered = (was, step) }
          (alarm, suspicion) = (nil, nil)
        }
      }
    }
    (self.alarm, self.recovered) = (alarm, alarm == nil ? recovered : nil)
    self.suspicion = alarm == nil ? suspicion : nil
    self.evidence = evidence
    silentLayers = layers.filter { $0.share < Self.silence }.sorted { $0.share < $1.share }
  }

  /// What is left of a gradient's norm where a layer has as good as none.
  private static let silence = 0.01

  /// How it fails now; nil where nothing says so.
  var failure: Failure? {
    if isNotFinite { return .diverging }
    guard let alarm else { return nil }
    // What the last check says goes before what the alarm said then.
    guard let last = checks.last, !evidence.isEmpty else { return alarm.failure }
    return CollapseDetector.failure(evidence, last.values)
  }

  /// The step before which nothing is told, where no check is from after it: what has not been learnt yet is not
  /// lost.
  var tooEarly: Int? {
    let grace = SignalThresholds.of(specification.architecture.example).grace
    return (checks.last?.step ?? 0) < grace ? grace : nil
  }

  /// Checks of its own steps from after the grace.
  var toldChecks: [SignalCheck] {
    let grace = SignalThresholds.of(specification.architecture.example).grace
    return ownChecks.filter { $0.step >= grace }
  }

  /// Whether hardly a sample lies among the data, which is no collapse and no cure.
  var isAstray: Bool {
    (ownChecks.last?.values[NeighbourhoodScore.precision.name] ?? 1) < CollapseDetector.stray
  }

  /// Checks of its own steps.
  var ownChecks: [SignalCheck] { checks.filter { $0.step > run.begun } }

  /// The step since which it fails.
  var since: Int? { alarm?.since ?? (isNotFinite ? run.stepsDone : nil) }

  /// Values beside the numbers from which on they speak of a failure: what speaks first.
  var numbers: [(metric: MetricDescription, value: Double, threshold: Double, isBelow: Bool)] {
    let all = RunHandle.metrics
    return evidence.map {
      (all.named($0.metric), $0.value, $0.threshold, $0.isBelow)
    }
  }
}

extension RunRecord {
  /// The step after which its own steps begin: that at which it was branched off, or 0.
  var begun: Int { parent?.step ?? 0 }
}
