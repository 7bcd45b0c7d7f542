/// Tells from checks in a row whether a run fails.
///
/// A check is suspicious where signals of two families speak of a failure; three suspicious ones in a row are an
/// alarm. Losses are not used: those of a run that collapses look like those of one that converges.
package struct CollapseDetector: Sendable {
  package static let families = 2
  package static let checks = 3

  /// What a check leads to.
  package enum Finding: Sendable, Hashable {
    /// The first suspicious check of a row.
    case suspicion(step: Int)
    /// A check that is not suspicious after some that were.
    case cleared(step: Int)
    case alarm(Alarm)
  }

  private let thresholds: SignalThresholds
  private var marks = SignalMarks()
  /// The first suspicious check of the row, and how many there are.
  private var row: (since: Int, count: Int)?
  /// Families that have spoken in every check of the row.
  private var constant: Set<SignalFamily> = []

  package init(_ thresholds: SignalThresholds) { self.thresholds = thresholds }

  /// What speaks of a failure in a check, whatever came before it in a row.
  package func evidence(in check: SignalCheck) -> [SignalEvidence] {
    guard check.step >= thresholds.grace else { return [] }
    var marks = marks
    marks.note(check)
    return thresholds.rules.compactMap { $0.evidence(in: check, marks) }
  }

  package mutating func add(_ check: SignalCheck) -> [Finding] {
    let evidence = evidence(in: check)
    marks.note(check)
    let families = Set(evidence.map(\.family))
    guard families.count >= Self.families else {
      defer { row = nil }
      return row == nil ? [] : [.cleared(step: check.step)]
    }
    let before = row
    let now = (since: before?.since ?? check.step, count: (before?.count ?? 0) + 1)
    row = now
    var findings: [Finding] = before == nil ? [.suspicion(step: check.step)] : []
    // A failure that goes on is told once.
    if now.count == Self.checks {
      findings.append(
        .alarm(
          Alarm(
            step: check.step, since: now.since, failure: Self.failure(evidence, check.values),
            evidence: evidence, confidence: Self.confidence(families: families.count))))
    }
    return findings
  }

  /// What the checks of a run lead to, in order.
  package static func findings(
    in checks: [SignalCheck], _ thresholds: SignalThresholds
  ) -> [Finding] {
    var detector = CollapseDetector(thresholds)
    return checks.flatMap { detector.add($0) }
  }
}
