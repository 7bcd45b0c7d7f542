package import MetricDescriptions

/// What signals said after a step, by the names of their metrics.
package struct SignalCheck: Sendable, Hashable, Codable {
  package let step: Int
  package var values: [String: Double]

  package init(step: Int, values: [String: Double]) {
    (self.step, self.values) = (step, values)
  }
}

/// What a signal is about. An alarm needs two of these, since each alone has innocent reasons; memorisation is measured
/// beside examples that were not trained on, and is enough.
package enum SignalFamily: String, Sendable, Hashable, Codable, CaseIterable {
  /// Samples differ less from each other than examples do.
  case diversity
  /// Samples are not where the data are, or not everywhere there.
  case coverage
  /// Weights stretch few directions.
  case spectra
  /// The discriminator wins, or sees one fake again and again.
  case balance
  /// Samples of the same latents move far, gradients jump.
  case stability
  /// Samples are examples, or the discriminator knows its examples by heart.
  case memorisation

  /// Whether signals of some families are enough to suspect a failure.
  package static func areEnough(_ families: Set<SignalFamily>) -> Bool {
    families.count >= CollapseDetector.families || families.contains(.memorisation)
  }
}

/// Past which threshold a value is evidence of a failure.
package struct SignalRule: Sendable, Hashable, Codable {
  /// The metric's name.
  package let metric: String
  package let family: SignalFamily
  package let comparison: Comparison
  package let threshold: Double
  /// Another metric, and what it has to be above for the value to mean anything; nil: it always does.
  package let condition: Condition?

  package struct Condition: Sendable, Hashable, Codable {
    package let metric: String
    package let above: Double

    package init(_ metric: MetricDescription, above: Double) {
      (self.metric, self.above) = (metric.name, above)
    }
  }

  package enum Comparison: String, Sendable, Hashable, Codable { case below, above }

  package init(
    _ metric: MetricDescription, _ family: SignalFamily, _ comparison: Comparison,
    _ threshold: Double, where condition: Condition? = nil
  ) { self.init(metric.name, family, comparison, threshold, where: condition) }

  package init(
    _ metric: String, _ family: SignalFamily, _ comparison: Comparison, _ threshold: Double,
    where condition: Condition? = nil
  ) {
    (self.metric, self.family) = (metric, family)
    (self.comparison, self.threshold) = (comparison, threshold)
    self.condition = condition
  }
}

/// A value that is past its threshold, with that.
package struct SignalEvidence: Sendable, Hashable, Codable {
  package let metric: String
  package let family: SignalFamily
  package let value: Double
  /// What the value is compared with.
  package let threshold: Double
  /// Whether it is below; else it is above.
  package let isBelow: Bool

  package init(
    metric: String, family: SignalFamily, value: Double, threshold: Double, isBelow: Bool
  ) {
    (self.metric, self.family, self.value) = (metric, family, value)
    (self.threshold, self.isBelow) = (threshold, isBelow)
  }
}

extension SignalRule {
  /// What a check says by this rule; nil: nothing.
  func evidence(in check: SignalCheck) -> SignalEvidence? {
    guard let value = check.values[metric], value.isFinite else { return nil }
    if let condition {
      guard let other = check.values[condition.metric], other > condition.above else { return nil }
    }
    let isBelow = comparison == .below
    guard isBelow ? value < threshold : value > threshold else { return nil }
    return SignalEvidence(
      metric: metric, family: family, value: value, threshold: threshold, isBelow: isBelow)
  }
}
