package import MetricDescriptions

/// Whether samples are examples that the training has seen, and whether they repeat each other.
package struct Memorisation: Sendable, Hashable {
  /// The median distance of samples from their nearest training example, over that of examples that were not
  /// trained on (or, where there are none, of training examples from the others).
  package let nearestRatio: Double
  /// The share of samples that have another one as near as the nearest hundredth of examples has.
  package let duplicates: Double

  package static let metrics = [nearestRatioMetric, duplicatesMetric]

  package static let nearestRatioMetric = MetricDescription(
    "nearest_ratio", label: "nearest ratio", family: "memorisation",
    meaning:
      "how near samples are to training examples, beside examples that are not trained on; the median "
      + "distance from the nearest one over that of `test=` (or of training examples from each other); "
      + "near 0 where samples are copies")
  package static let duplicatesMetric = MetricDescription(
    "duplicates", label: "duplicates", family: "memorisation",
    meaning:
      "the share of samples that another sample repeats; as near to it as the nearest hundredth of "
      + "examples is to another; 0.01 by chance")

  /// Examples, and what is known of their distances.
  package struct Reference: Sendable, Hashable {
    let training: FeatureMatrix
    let medianDistance: Double
    /// Of examples' squared distances from the nearest other one: the quantile 0.01.
    let nearSquare: Double

    /// - Parameters:
    ///   - training: examples that are trained on.
    ///   - heldOut: examples that are not; nil: the training examples take their place, each without itself.
    ///   - beside: as many examples as samples will be scored, of which repetitions are known.
    package init(training: FeatureMatrix, heldOut: FeatureMatrix?, beside: FeatureMatrix) {
      self.training = training
      let distances =
        heldOut.map { NearestRows(1, of: $0, among: training).squaredDistances }
        ?? NearestRows(1, within: training).squaredDistances
      medianDistance = CurveStability.median(distances.map { $0.squareRoot() }) ?? 0
      let own = NearestRows(1, within: beside).squaredDistances.sorted()
      nearSquare = own.isEmpty ? 0 : own[own.count / 100]
    }
  }

  package init(of samples: FeatureMatrix, beside reference: Reference) {
    let distances = NearestRows(1, of: samples, among: reference.training).squaredDistances
    let median = CurveStability.median(distances.map { $0.squareRoot() }) ?? .nan
    nearestRatio = reference.medianDistance > 0 ? median / reference.medianDistance : .nan
    let own = NearestRows(1, within: samples).squaredDistances
    // A sample that is there twice is one in any case: data that repeat themselves have the distance 0.
    duplicates =
      own.isEmpty
      ? 0 : Double(own.count { $0 < reference.nearSquare || $0 == 0 }) / Double(own.count)
  }

  package var readings: [MetricReading] {
    let ratio =
      nearestRatio.isFinite ? [MetricReading(Self.nearestRatioMetric, nearestRatio)] : []
    return ratio + [MetricReading(Self.duplicatesMetric, duplicates)]
  }
}
