/// The thresholds of signals, of runs of one kind.
package struct SignalThresholds: Sendable, Hashable {
  package let rules: [SignalRule]
  /// Updates of the generator before which what it has not learnt yet is not lost.
  package let grace: Int

  package init(rules: [SignalRule], grace: Int) { (self.rules, self.grace) = (rules, grace) }
}

extension SignalThresholds {
  /// Of points in the plane: beyond what the healthy runs of `experiments/detection` have in their checks after the
  /// grace (`points.csv`).
  package static let points = SignalThresholds(
    rules: [
      SignalRule(Diversity.ratio, .diversity, .below, 0.8),
      SignalRule(EffectiveRank.ratio, .diversity, .below, 0.95),
      SignalRule(BinDifference.jensenShannon, .diversity, .above, 0.18),
      SignalRule(NeighbourhoodScore.recall, .diversity, .below, 0.7),
      SignalRule(WeightSpectrum.largest, .spectra, .aboveMultipleOfFirst, 4),
      SignalRule(WeightSpectrum.share, .spectra, .aboveFirst, 0.6),
      SignalRule(DiscriminatorBalance.spreadMetric, .balance, .below, 0.7),
      SignalRule(DiscriminatorBalance.saturationMetric, .balance, .above, 0.3),
      SignalRule(DiscriminatorBalance.gapMetric, .balance, .above, 8),
      SignalRule(Diversity.drift, .stability, .above, 0.7),
      SignalRule(CurveStability.spike, .stability, .above, 8),
    ], grace: 800)

  /// Of images: the same (`images.csv`). What perceptrons make of digits has few directions and repeats itself even where
  /// it is well, so that these lie farther out.
  package static let images = SignalThresholds(
    rules: [
      SignalRule(Diversity.ratio, .diversity, .below, 0.35),
      SignalRule(EffectiveRank.ratio, .diversity, .below, 0.15),
      SignalRule(BinDifference.jensenShannon, .diversity, .above, 0.4),
      SignalRule(NeighbourhoodScore.coverage, .diversity, .below, 0.4),
      SignalRule(WeightSpectrum.largest, .spectra, .aboveMultipleOfFirst, 3),
      SignalRule(WeightSpectrum.share, .spectra, .aboveFirst, 0.3),
      SignalRule(DiscriminatorBalance.spreadMetric, .balance, .below, 0.25),
      SignalRule(DiscriminatorBalance.saturationMetric, .balance, .above, 0.5),
      SignalRule(DiscriminatorBalance.gapMetric, .balance, .above, 6),
      SignalRule(DiscriminatorBalance.gapMetric, .balance, .below, -0.1),
      SignalRule(DiscriminatorBalance.overfittingMetric, .balance, .above, 1.1),
      SignalRule(Diversity.drift, .stability, .above, 1.5),
      SignalRule(CurveStability.spike, .stability, .above, 10),
      SignalRule(CurveStability.gradientLevel, .stability, .belowShareOfBest, 0.4),
      SignalRule(Memorisation.nearestRatioMetric, .memorisation, .below, 0.7),
    ], grace: 800)
}
