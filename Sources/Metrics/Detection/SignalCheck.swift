package import MetricDescriptions

/// What signals said after a step, by the names of their metrics.
package struct SignalCheck: Sendable, Hashable, Codable {
  package let step: Int
  package var values: [String: Double]

  package init(step: Int, values: [String: Double]) {
    (self.step, self.values) = (step, values)
  }
}

/// What a signal is about. An alarm needs two of these: each alone has innocent reasons.
package enum SignalFamily: String, Sendable, Hashable, Codable, CaseIterable {
  /// Samples differ less than the data, or lie elsewhere.
  case diversity
  /// Weights stretch few directions.
  case spectra
  /// The discriminator wins, or knows its examples by heart.
  case balance
  /// Curves swing, gradients jump or vanish.
  case stability
  /// Samples are examples, or repeat each other.
  case memorisation
}

/// Past which threshold a value is evidence of a failure.
package struct SignalRule: Sendable, Hashable, Codable {
  /// The metric's name.
  package let metric: String
  package let family: SignalFamily
  package let comparison: Comparison
  package let threshold: Double

  package enum Comparison: String, Sendable, Hashable, Codable {
    case below, above
    /// The value over the best (largest) that the run has had is below the threshold.
    case belowShareOfBest
    /// The value over the run's first is above the threshold.
    case aboveMultipleOfFirst
    /// The value less the run's first is above the threshold.
    case aboveFirst
  }

  package init(
    _ metric: MetricDescription, _ family: SignalFamily, _ comparison: Comparison,
    _ threshold: Double
  ) { self.init(metric.name, family, comparison, threshold) }

  package init(
    _ metric: String, _ family: SignalFamily, _ comparison: Comparison, _ threshold: Double
  ) {
    (self.metric, self.family) = (metric, family)
    (self.comparison, self.threshold) = (comparison, threshold)
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

/// The values of a run so far that rules compare with.
struct SignalMarks: Sendable, Hashable {
  private(set) var best: [String: Double] = [:]
  private(set) var first: [String: Double] = [:]

  mutating func note(_ check: SignalCheck) {
    for (name, value) in check.values where value.isFinite {
      best[name] = max(best[name] ?? value, value)
      if first[name] == nil { first[name] = value }
    }
  }
}

extension SignalRule {
  /// What a check says by this rule; nil: nothing.
  func evidence(in check: SignalCheck, _ marks: SignalMarks) -> SignalEvidence? {
    guard let value = check.values[metric], value.isFinite else { return nil }
    let limit: Double
    var isBelow = false
    switch comparison {
    case .below: (limit, isBelow) = (threshold, true)
    case .above: limit = threshold
    case .belowShareOfBest:
      guard let best = marks.best[metric] else { return nil }
      (limit, isBelow) = (threshold * best, true)
    case .aboveMultipleOfFirst:
      guard let first = marks.first[metric] else { return nil }
      limit = threshold * first
    case .aboveFirst:
      guard let first = marks.first[metric] else { return nil }
      limit = threshold + first
    }
    guard isBelow ? value < limit : value > limit else { return nil }
    return SignalEvidence(
      metric: metric, family: family, value: value, threshold: limit, isBelow: isBelow)
  }
}
