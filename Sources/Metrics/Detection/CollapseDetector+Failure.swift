import MetricDescriptions

extension CollapseDetector {
  /// The kind of failure that signals past their thresholds are signs of.
  ///
  /// - Parameter values: of the check.
  package static func failure(
    _ evidence: [SignalEvidence], _ values: [String: Double]
  ) -> Failure {
    func isPast(_ metric: String) -> Bool { evidence.contains { $0.metric == metric } }
    if isPast(Memorisation.nearestRatioMetric.name) { return .memorising }
    if isPast(DiscriminatorBalance.overfittingMetric.name) { return .overfitting }
    let isSure =
      (values[DiscriminatorBalance.accuracyMetric.name] ?? 0) > sure
      && (values[DiscriminatorBalance.saturationMetric.name] ?? 0) > sure
    let isOutOfBounds =
      (values[Diversity.drift.name] ?? 0) > far
      || isSure && (values[DiscriminatorBalance.gapMetric.name] ?? 0) > endless
    if isOutOfBounds { return .diverging }
    if isSure { return .vanishing }
    let spread = values[Diversity.ratio.name] ?? 1
    guard evidence.contains(where: { [.diversity, .coverage].contains($0.family) }) else {
      return .diverging
    }
    if spread > wide || (values[NeighbourhoodScore.precision.name] ?? 1) < stray && spread > 1 {
      return .diverging
    }
    // Of all kinds and unlike the data.
    let isVaried = !evidence.contains {
      $0.family == .diversity || [bins, recall].contains($0.metric)
    }
    if isVaried, (values[recall] ?? 0) > small { return .diverging }
    let covered = values[NeighbourhoodScore.coverage.name] ?? 1
    // Samples that are nearly as far from each other as examples are of many kinds, whatever else is missing.
    return spread < small || covered < small && spread < varied ? .collapsed : .partlyCollapsed
  }

  private static let bins = BinDifference.jensenShannon.name
  private static let recall = NeighbourhoodScore.recall.name
  /// Samples of the same latents that move so many times the distance of examples between two checks, and logits that are so far apart, grow
  /// without end.
  private static let far = 10.0
  private static let endless = 1000.0
  /// A discriminator that is right, and certain, of so many examples leaves nothing to learn from.
  private static let sure = 0.95
  /// Samples that are so much farther from each other than examples are no longer of the data's kinds, or, where
  /// hardly one (less than `stray`) lies among the data, ones that are farther at all.
  private static let wide = 2.0
  package static let stray = 0.05
  private static let varied = 0.7
  /// Less than this of the data's spread or of its examples is one kind or a few.
  private static let small = 0.3
}
