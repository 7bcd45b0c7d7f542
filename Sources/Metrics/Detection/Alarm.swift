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

/// What signals of two families have said for three checks.
package struct Alarm: Sendable, Hashable, Codable {
  /// The check that raised it, and the first of those in a row.
  package let step, since: Int
  package let failure: Failure
  package let evidence: [SignalEvidence]
  /// The share of alarms with evidence from so many families that were right on the labelled runs.
  package let confidence: Double

  package init(
    step: Int, since: Int, failure: Failure, evidence: [SignalEvidence], confidence: Double
  ) {
    (self.step, self.since, self.failure) = (step, since, failure)
    (self.evidence, self.confidence) = (evidence, confidence)
  }

  package var families: [SignalFamily] {
    SignalFamily.allCases.filter { family in evidence.contains { $0.family == family } }
  }
}
