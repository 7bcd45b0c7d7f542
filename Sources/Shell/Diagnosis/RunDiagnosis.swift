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
  /// An alarm that was, and the step since which no signals of two families have been past their thresholds.
  let recovered: (alarm: Alarm, step: Int)?
  /// All alarms of its checks, those that have ended among them.
  let alarms: [Alarm]
  /// The first of the last checks that were suspicious, where they are too few for an alarm.
  let suspicion: Int?
  /// Signals that are past their thresholds in the last check.
  let evidence: [SignalEvidence]
  /// Turns of its dials, in the order in which they were made.
  let turns: [Tweak]
  /// Layers whose gradients have nearly vanished, the smallest first.
  let silentLayers: [LayerGradients]

  init(
    _ run: RunRecord, _ specification: RunSpecification, checks: [SignalCheck],
    layers: [LayerGradients], turns: [Tweak] = []
  ) {
    (self.run, self.specification, self.checks) = (run, specification, checks)
    self.turns = turns
    isNotFinite = run.status == .diverged
    let thresholds = SignalThresholds.of(specification.architecture.example)
    var (alarm, recovered) = (Alarm?.none, (alarm: Alarm, step: Int)?.none)
    var suspicion: Int?
    var alarms: [Alarm] = []
    var detector = CollapseDetector(thresholds)
    var evidence: [SignalEvidence] = []
    for check in checks {
      evidence = detector.evidence(in: check)
      for finding in detector.add(check) {
        switch finding {
        case .suspicion(let step): suspicion = step
        case .alarm(let found):
          alarm = found
          if found.isFirst { alarms.append(found) }
        case .cleared: suspicion = nil
        case .recovered(_, let since):
          if let was = alarm { recovered = (was, since) }
          (alarm, suspicion) = (nil, nil)
        }
      }
    }
    (self.alarm, self.recovered) = (alarm, alarm == nil ? recovered : nil)
    self.alarms = alarms
    self.suspicion = alarm == nil ? suspicion : nil
    self.evidence = evidence
    silentLayers = layers.filter(\.isSilent).sorted {
      min($0.ofFirst, $0.ofNetwork) < min($1.ofFirst, $1.ofNetwork)
    }
  }

  /// How often alarms of runs on such data were right; nil where it was not counted.
  var score: SignalThresholds.Score? {
    SignalThresholds.of(specification.architecture.example).score
  }

  /// How it fails now; nil where nothing says so.
  var failure: Failure? {
    if isNotFinite { return .diverging }
    guard let alarm else { return nil }
    // Samples that are all one are what follows from it.
    if silentLayers.contains(where: { $0.isOfGenerator && $0.isBehindOthers }) { return .vanishing }
    return alarm.failure
  }

  /// The step before which nothing is said, where no check is from after it: what has not been learnt yet is not
  /// lost.
  var tooEarly: Int? {
    let grace = SignalThresholds.of(specification.architecture.example).grace
    return (checks.last?.step ?? 0) < grace ? grace : nil
  }

  /// Checks of its own steps from after the grace.
  var laterChecks: [SignalCheck] {
    let grace = SignalThresholds.of(specification.architecture.example).grace
    return ownChecks.filter { $0.step >= grace }
  }

  /// Whether hardly a sample lies among the data, which is no collapse and no cure.
  var isAstray: Bool {
    (ownChecks.last?.values[NeighbourhoodScore.precision.name] ?? 1) < CollapseDetector.stray
  }

  /// Checks of its own steps.
  var ownChecks: [SignalCheck] { checks.filter { $0.step > specification.begun } }

  /// The step since which it fails.
  var since: Int? {
    alarm?.since ?? (isNotFinite ? run.stepsDone : suspected == nil ? nil : suspectedSince)
  }

  /// Where no alarm stands but signals of two families are past their thresholds in the last check: how it seems to
  /// fail.
  var suspected: Failure? {
    guard failure == nil, recovered == nil, tooEarly == nil, let last = ownChecks.last,
      SignalFamily.areEnough(Set(evidence.families))
    else { return nil }
    return CollapseDetector.failure(evidence, last.values)
  }

  /// The first of the last checks in a row that had signals of two families past their thresholds.
  private var suspectedSince: Int? {
    let detector = CollapseDetector(SignalThresholds.of(specification.architecture.example))
    return ownChecks.reversed().prefix {
      SignalFamily.areEnough(Set(detector.evidence(in: $0).families))
    }.last?.step
  }

  /// Steps of checkpoints that would say more: between the last check that was well and the first that was not, and, as
  /// long as there are too few for an alarm, those after it.
  ///
  /// - Parameter steps: of all its checkpoints.
  func unseen(among steps: [Int]) -> [Int] {
    guard !isNotFinite, let first = alarm?.since ?? suspectedSince else { return [] }
    let well = ownChecks.last { $0.step < first }?.step ?? specification.begun
    let checked = Set(ownChecks.map(\.step))
    let later = alarm == nil
    let all = steps.filter { $0 > well && !checked.contains($0) && ($0 < first || later) }
    guard all.count > Self.mostUnseen else { return all }
    return (0..<Self.mostUnseen).map { all[$0 * (all.count - 1) / (Self.mostUnseen - 1)] }
  }

  /// Each is read from the disk, and its samples are measured beside the data.
  private static let mostUnseen = 12

  /// Whether a check from before it failed had no signals of two families past their thresholds: else it may have
  /// failed since its first check, and nothing is known to have been well before.
  var wasWell: Bool {
    guard let since else { return false }
    if let alarm { return alarm.isFromFirst == false }
    return laterChecks.contains { $0.step < since }
  }

  /// The recipe with its dials as they stood when it failed; of a run at work, as they stand now.
  var recipe: RecipeSpecification {
    specification.recipe.tuned(by: turns.filter { $0.step < failingStep }, after: failingStep)
  }

  /// Turns of dials after a step and before it failed; of a run at work, all after the step.
  func madeTurns(after step: Int) -> [Tweak] {
    turns.filter { $0.step > step && $0.step < failingStep }
  }

  private var failingStep: Int { run.isAlive ? run.stepsDone + 1 : since ?? run.stepsDone }
}

extension [SignalEvidence] {
  /// The families of signals that are past their thresholds.
  var families: [SignalFamily] {
    SignalFamily.allCases.filter { family in contains { $0.family == family } }
  }
}

extension RunSpecification {
  /// The step after which a run's own steps begin: that at which it was branched off, or 0.
  var begun: Int { origin?.step ?? 0 }
}
