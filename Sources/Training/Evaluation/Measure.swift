package import MetricDescriptions
import Metrics

/// What samples can be measured by.
package enum Measure: CaseIterable, Sendable {
  case frechetDistance, kernelDistance, inceptionScore
  case precision, recall, density, coverage
  case slicedWasserstein, multiScaleSimilarity
  case support
  case nearestRatio, duplicates
  case binDifference
  case perceptualDiversity, sharpness
  case classSimilarity, noiseRatio, similarity
  case pathLength, robustness, labelAgreement, dualityGap

  /// As it is typed after `metrics=`: the name of its metric.
  package var keyword: String { metrics[0].name }

  /// Those that are made of features; the others look at the images.
  package var isOfFeatures: Bool {
    switch self {
    case .slicedWasserstein, .multiScaleSimilarity, .inceptionScore, .perceptualDiversity,
      .sharpness:
      false
    default: !isOfGenerator
    }
  }

  /// Those that ask a generator for samples of their own, or train its networks on; the others are of a set of samples.
  package var isOfGenerator: Bool {
    switch self {
    case .classSimilarity, .noiseRatio, .similarity, .pathLength, .robustness, .labelAgreement,
      .dualityGap:
      true
    default: false
    }
  }

  /// Those of what an autoencoder makes of examples.
  package var isOfReconstructions: Bool { self == .noiseRatio || self == .similarity }

  /// Those of a set of samples, which a run can take of itself while it trains.
  package static let ofSamples = allCases.filter { !$0.isOfGenerator }

  /// What it needs a network to tell beside features.
  package var wishes: FeatureWishes {
    switch self {
    case .inceptionScore, .labelAgreement, .robustness: .scores
    case .perceptualDiversity, .pathLength: .distances
    default: []
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
    case .perceptualDiversity: [PathLength.diversity]
    case .binDifference: BinDifference.metrics
    case .sharpness: Sharpness.metrics
    case .classSimilarity: [StructuralSimilarity.classDiversity]
    case .noiseRatio: [StructuralSimilarity.psnr]
    case .similarity: [StructuralSimilarity.ssim]
    case .pathLength: [PathLength.length]
    case .robustness: Robustness.metrics
    case .labelAgreement: LabelAgreement.metrics
    case .dualityGap: DualityGap.metrics
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
    case .perceptualDiversity: "how good samples are: noise is diverse"
    case .binDifference: "differences within a cluster"
    case .classSimilarity: "how good samples are"
    case .sharpness: "what is sharp: noise is"
    case .noiseRatio, .similarity: "what the model makes that is not a reconstruction"
    case .pathLength:
      "how good samples are; a generator that makes one sample alone has the shortest path"
    case .robustness: "how good samples are"
    case .labelAgreement:
      "how good samples are beside their labels, and how many there are of a kind"
    case .dualityGap: "what neither side would find in so few steps"
    }
  }
}

extension Measure {
  /// Other names that the field has.
  private static let synonyms: [String: Measure] = [
    "is": .inceptionScore, "ppl": .pathLength, "lpips": .perceptualDiversity, "js": .binDifference,
    "fréchet": .frechetDistance, "mmd": .kernelDistance, "msssim": .multiScaleSimilarity,
    "ms-ssim": .multiScaleSimilarity,
  ]

  /// - Parameter word: a keyword in any case, or another name of the measure.
  package init?(typed word: String) {
    let word = word.lowercased()
    guard
      let measure = Self.allCases.first(where: { $0.keyword == word }) ?? Self.synonyms[word]
    else { return nil }
    self = measure
  }
}

extension Set<Measure> {
  /// What they need a network to tell beside features.
  package var wishes: FeatureWishes { reduce(into: []) { $0.formUnion($1.wishes) } }
}
