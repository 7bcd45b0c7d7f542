import MetricDescriptions

/// Tells from checks in a row whether a run fails.
///
/// A check is suspicious where signals of two families, or of memorisation, are past their thresholds and the generator is
/// not still learning; three suspicious ones in a row raise an alarm. It stands until six checks in a row had no signals of two
/// families, and is raised once more only where a further family has been past a threshold, or the failure has been another one,
/// in three checks in a row. Losses are not used: those of a run that collapses look like those of one that converges.
package struct CollapseDetector: Sendable {
  package static let families = 2
  package static let checks = 3
  /// Checks in a row without signals of two families, after which an alarm ends.
  package static let checksToEnd = 6

  /// What a check leads to.
  package enum Finding: Sendable, Hashable {
    /// The first suspicious check of a row, while no alarm stands.
    case suspicion(step: Int)
    /// A check that is not suspicious after some that were, too few for an alarm.
    case cleared(step: Int)
    /// An alarm begins, or, while one stands, further families join or the failure is another one (`Alarm.joined`).
    case alarm(Alarm)
    /// An alarm ends at a check: since a step no signals of two families have been past their thresholds.
    case recovered(step: Int, since: Int)
  }

  private let thresholds: SignalThresholds
  private var progress = LearningProgress()
  /// The first of the last checks in a row with enough signals for a suspicion, those of a generator that learns among
  /// them; nil: the last had fewer.
  private var begun: Int?
  /// Whether there was a check with fewer.
  private var wasWell = false
  /// The first suspicious check of the row, how many there are, and the families of all of them; nil: no row, or an
  /// alarm stands.
  private var row: (since: Int, count: Int, families: Set<SignalFamily>)?
  private var standing: StandingAlarm?

  /// An alarm that has not ended.
  private struct StandingAlarm {
    let since: Int
    let isFromFirst: Bool
    /// Those that it was raised for.
    var families: Set<SignalFamily>
    /// In how many checks in a row a further family has been past a threshold.
    var joining: [SignalFamily: Int] = [:]
    /// How the run fails, as the alarm says; and how by the last checks in a row that say another failure, and how many there are.
    var failure: Failure
    var other: (failure: Failure, count: Int)?
    /// The first of the last checks without signals of two families, and how many there are.
    var quiet: (since: Int, count: Int)?
  }

  package init(_ thresholds: SignalThresholds) { self.thresholds = thresholds }

  /// Signals that are past their thresholds in a check, whatever came before it in a row.
  /// Before the grace there are none.
  package func evidence(in check: SignalCheck) -> [SignalEvidence] {
    check.step < thresholds.grace ? [] : signals(in: check)
  }

  private func signals(in check: SignalCheck) -> [SignalEvidence] {
    thresholds.rules.compactMap { $0.evidence(in: check) }
  }

  package mutating func add(_ check: SignalCheck) -> [Finding] {
    let evidence = signals(in: check)
    progress.note(check)
    let families = Set(evidence.map(\.family))
    let isEnough = SignalFamily.areEnough(families)
    begun = isEnough ? begun ?? check.step : nil
    if !isEnough { wasWell = true }
    if standing != nil { return follow(check, evidence, families) }
    guard let begun, check.step >= thresholds.grace, !progress.isLearning(check) else {
      defer { row = nil }
      return row == nil ? [] : [.cleared(step: check.step)]
    }
    let before = row
    let now = (
      since: before?.since ?? check.step, count: (before?.count ?? 0) + 1,
      families: families.union(before?.families ?? [])
    )
    let findings: [Finding] = before == nil ? [.suspicion(step: check.step)] : []
    guard now.count == Self.checks else {
      row = now
      return findings
    }
    row = nil
    let alarm = StandingAlarm(
      since: begun, isFromFirst: !wasWell, families: now.families,
      failure: Self.failure(evidence, check.values))
    standing = alarm
    return findings + [.alarm(self.alarm(alarm, at: check, evidence))]
  }

  /// What a check leads to while an alarm stands.
  private mutating func follow(
    _ check: SignalCheck, _ evidence: [SignalEvidence], _ families: Set<SignalFamily>
  ) -> [Finding] {
    guard var alarm = standing else { return [] }
    var hasEnded = false
    defer { standing = hasEnded ? nil : alarm }
    let further = families.subtracting(alarm.families)
    alarm.joining = alarm.joining.filter { further.contains($0.key) }
    for family in further { alarm.joining[family, default: 0] += 1 }
    guard SignalFamily.areEnough(families) else {
      alarm.other = nil
      let quiet = (
        since: alarm.quiet?.since ?? check.step, count: (alarm.quiet?.count ?? 0) + 1
      )
      alarm.quiet = quiet
      hasEnded = quiet.count == Self.checksToEnd
      return hasEnded ? [.recovered(step: check.step, since: quiet.since)] : []
    }
    alarm.quiet = nil
    let failure = Self.failure(evidence, check.values)
    let count = alarm.other?.failure == failure ? (alarm.other?.count ?? 0) + 1 : 1
    alarm.other = failure == alarm.failure ? nil : (failure, count)
    let joined = SignalFamily.allCases.filter { (alarm.joining[$0] ?? 0) >= Self.checks }
    let isOther = alarm.other != nil && count == Self.checks
    guard !joined.isEmpty || isOther else { return [] }
    alarm.families.formUnion(joined)
    for family in joined { alarm.joining[family] = nil }
    if isOther { (alarm.failure, alarm.other) = (failure, nil) }
    return [.alarm(self.alarm(alarm, at: check, evidence, joined: joined))]
  }

  private func alarm(
    _ standing: StandingAlarm, at check: SignalCheck, _ evidence: [SignalEvidence],
    joined: [SignalFamily]? = nil
  ) -> Alarm {
    Alarm(
      step: check.step, since: standing.since, failure: standing.failure,
      evidence: evidence, isFromFirst: standing.isFromFirst, joined: joined)
  }

  /// What the checks of a run lead to, in order.
  package static func findings(
    in checks: [SignalCheck], _ thresholds: SignalThresholds
  ) -> [Finding] {
    var detector = CollapseDetector(thresholds)
    return checks.flatMap { detector.add($0) }
  }
}

/// Whether a generator is still learning: what it has not learnt yet it has not lost.
///
/// Steps mean something else for each network and rate, so that they are counted in those that the run itself took for
/// its progress: it may take as many again.
struct LearningProgress: Sendable, Hashable {
  /// The most of the data that samples have covered, and after which step.
  private var best = 0.0
  private var bestStep = 0

  private static let metric = NeighbourhoodScore.coverage.name
  /// How much more is progress: less is chance.
  private static let margin = 0.05
  /// What is left of the best where something is lost.
  private static let lost = 0.75

  mutating func note(_ check: SignalCheck) {
    guard let value = check.values[Self.metric], value > best + Self.margin else { return }
    (best, bestStep) = (value, check.step)
  }

  /// - Parameter check: that has been noted.
  func isLearning(_ check: SignalCheck) -> Bool {
    guard let value = check.values[Self.metric] else { return false }
    return value >= Self.lost * best && check.step < 2 * bestStep
  }
}
