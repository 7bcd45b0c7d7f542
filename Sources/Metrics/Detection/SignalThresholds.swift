/// The thresholds of signals, of runs of one kind.
package struct SignalThresholds: Sendable, Hashable {
  package let rules: [SignalRule]
  /// Updates of the generator before which no check counts.
  package let grace: Int
  /// What came of alarms by these rules; nil where it was not counted.
  package let score: Score?

  package init(rules: [SignalRule], grace: Int, score: Score? = nil) {
    (self.rules, self.grace, self.score) = (rules, grace, score)
  }

  /// Alarms of labelled runs that the thresholds do not come from. Those that were wrong ended by themselves.
  package struct Score: Sendable, Hashable {
    package let right, told: Int

    package init(right: Int, told: Int) { (self.right, self.told) = (right, told) }

    /// How likely the next alarm is right, by Laplace's rule: (right + 1)/(told + 2).
    package var confidence: Double { Double(right + 1) / Double(told + 2) }
  }
}

extension SignalThresholds {
  /// Of points in the plane: beyond what the healthy runs of `experiments/detection` have in their checks
  /// (`points.csv`).
  package static let points = SignalThresholds(
    rules: [
      SignalRule(Diversity.ratio, .diversity, .below, 0.8),
      SignalRule(EffectiveRank.ratio, .diversity, .below, 0.85),
      SignalRule(BinDifference.jensenShannon, .coverage, .above, 0.18),
      SignalRule(NeighbourhoodScore.recall, .coverage, .below, 0.65),
      SignalRule(DiscriminatorBalance.spreadMetric, .balance, .below, 0.7),
      SignalRule(DiscriminatorBalance.saturationMetric, .balance, .above, 0.3),
      SignalRule(DiscriminatorBalance.gapMetric, .balance, .above, 6),
      SignalRule(Diversity.drift, .stability, .above, 0.7),
      SignalRule(CurveStability.spike, .stability, .above, 8),
    ], grace: 500, score: Score(right: 14, told: 17))

  /// Of images: the same (`images.csv`). All are shares of what examples have, or lie on the scale of logits, so that one
  /// table does for digits by perceptrons and by convolutions and for drawn faces.
  package static let images = SignalThresholds(
    rules: [
      SignalRule(Diversity.ratio, .diversity, .below, 0.35),
      SignalRule(EffectiveRank.ratio, .diversity, .below, 0.25),
      SignalRule(Memorisation.duplicatesMetric, .diversity, .above, 0.9),
      SignalRule(BinDifference.jensenShannon, .coverage, .above, 0.4),
      SignalRule(NeighbourhoodScore.coverage, .coverage, .below, 0.35),
      SignalRule(NeighbourhoodScore.precision, .coverage, .below, 0.25),
      SignalRule(WeightSpectrum.largest, .spectra, .above, 60),
      SignalRule(WeightSpectrum.share, .spectra, .above, 0.4),
      SignalRule(DiscriminatorBalance.spreadMetric, .balance, .below, 0.25),
      SignalRule(DiscriminatorBalance.saturationMetric, .balance, .above, 0.6),
      SignalRule(DiscriminatorBalance.gapMetric, .balance, .above, 6),
      SignalRule(Diversity.drift, .stability, .above, 0.6),
      SignalRule(Memorisation.nearestRatioMetric, .memorisation, .below, 0.7),
      // A share of the gap: of next to none it is any number.
      SignalRule(
        DiscriminatorBalance.overfittingMetric, .memorisation, .above, 0.5,
        where: .init(DiscriminatorBalance.gapMetric, above: 1)),
    ], grace: 500, score: Score(right: 51, told: 52))
}
