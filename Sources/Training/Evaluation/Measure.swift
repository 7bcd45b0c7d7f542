package import MetricDescriptions
import Metrics

/// What samples can be measured by.
package enum Measure: CaseIterable, Sendable {
  case frechetDistance, kernelDistance, inceptionScore
  case precision, recall, density, coverage
  case slicedWasserstein, multiScaleSimilarity
  case support
  case nearestRatio, duplicates

  /// As it is typed after `metrics=`: the name of its metric.
  package var keyword: String { metrics[0].name }

  /// Those that are made of features; the others look at the images.
  package var isOfFeatures: Bool {
    switch self {
    case .slicedWasserstein, .multiScaleSimilarity, .inceptionScore: false
    default: true
    }
  }

  /// What it tells, first of all the metric of its own name.
  package var metrics: [MetricDescription] {
    switch self {
    case .frechetDistance: FrechetDistance.metrics
    case .kernelDistance: KernelDistance.metrics
    case .inceptionScore: InceptionScore.metrics
    case .precision: [NeighbourhoodScore.precision]
    case .recall: [NeighbourhoodScore.recall]
    case .density: [NeighbourhoodScore.density]
    case .coverage: [NeighbourhoodScore.coverage]
    case .slicedWasserstein: SlicedWasserstein.metrics
    case .multiScaleSimilarity: [StructuralSimilarity.diversity]
    case .support: BirthdayEstimate.metrics
    case .nearestRatio: [Memorisation.nearestRatioMetric]
    case .duplicates: [Memorisation.duplicatesMetric]
    }
  }

  /// What it cannot tell.
  package var blindness: String {
    switch self {
    case .frechetDistance:
      "all but mean and covariance of the features, and what the features do not see"
    case .kernelDistance: "what the features do not see"
    case .inceptionScore:
      "the data: samples of the wrong kinds may have a high one, and copies as well"
    case .precision, .density: "kinds of the data that are missing"
    case .recall: "how good samples are; one that lies far off reaches far"
    case .coverage: "how good the samples are that lie near no example"
    case .slicedWasserstein: "how patches are put together"
    case .multiScaleSimilarity: "how good samples are"
    case .support: "all but repetitions: noise repeats nothing"
    case .nearestRatio: "copies of a part of an image, and the few among many that are none"
    case .duplicates: "whether samples look like the data"
    }
  }
}
