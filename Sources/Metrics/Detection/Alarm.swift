/// How a run fails.
package enum Failure: String, Sendable, Hashable, Codable, CaseIterable {
  /// Samples are all one, or of few kinds.
  case collapsed
  /// Some of the data's kinds are missing.
  case partlyCollapsed = "partly collapsed"
  /// Samples leave the data, weights or scores grow without end.
  case diverging
  /// The discriminator is sure, and the generator learns nothing any more.
  case vanishing = "vanishing gradients"
  /// The discriminator knows its examples by heart.
  case overfitting
  /// The generator repeats examples.
  case memorising
}

/// Signals of two families that have been past their thresholds for three checks.
package struct Alarm: Sendable, Hashable, Codable {
  /// The check that raised it, and the first of those in a row with such signals, those of a generator that was still
  /// learning among them.
  package let step, since: Int
  package let failure: Failure
  package let evidence: [SignalEvidence]
  /// Whether no check before `since` was without such signals: nothing is known of a time when the run was well. Nil
  /// of alarms that earlier programs have kept.
  package let isFromFirst: Bool?
  /// Families that have come to those of an alarm that stood already, none where only the failure is another one; nil: it begins.
  package let joined: [SignalFamily]?

  package init(
    step: Int, since: Int, failure: Failure, evidence: [SignalEvidence], isFromFirst: Bool?,
    joined: [SignalFamily]? = nil
  ) {
    (self.step, self.since, self.failure) = (step, since, failure)
    (self.evidence, self.isFromFirst, self.joined) = (evidence, isFromFirst, joined)
  }

  /// Whether it begins here; else it stood.
  package var isFirst: Bool { joined == nil }

  package var families: [SignalFamily] {
    SignalFamily.allCases.filter { family in evidence.contains { $0.family == family } }
  }
}
