package import MetricDescriptions
import Metrics
import Specification

/// Measures of samples beside examples.
package struct SampleEvaluation {
  private let samples, examples: EvaluatedSide
  private let seed: UInt64

  /// - Parameter seed: what subsets and directions are drawn with.
  package init(samples: EvaluatedSide, examples: EvaluatedSide, seed: UInt64) {
    (self.samples, self.examples, self.seed) = (samples, examples, seed)
  }

  /// What a measure cannot be told of these samples for.
  package enum Lack: Error, Sendable, Hashable, Codable {
    /// Features, or values of the images, that are not finite: of samples, or of examples.
    case notFinite(ofSamples: Bool)
    /// Fewer samples or examples than it takes.
    case tooFew(least: Int)
    /// Images whose shorter side is below this.
    case tooSmall(least: Int)
    case ofPoints
    /// Features without their images.
    case ofFeatures
    /// Mean and covariance of features without the features.
    case ofStatistics
    /// Features that tell no classes.
    case noClasses
    /// Features whose network has no stages by which images look alike.
    case noStages
    /// Samples that are asked for without labels.
    case notAsked
    /// Features of no classifier of the labels that samples are asked for with.
    case noLabels
    /// The model is asked for numbers, which are not told rightly or wrongly.
    case ofNumbers
    /// No discriminator that judges an example alone.
    case noGame
    /// Samples alone, without their generator.
    case noGenerator
    /// Examples that are all alike.
    case alike
    /// A model that reconstructs nothing.
    case noReconstructions
  }

  /// - Parameter check: called before each measure, which may take its time; what it throws ends them.
  /// - Returns: for each measure, in the order of their kinds, its readings, or why there are none.
  package func readings(
    of measures: Set<Measure>, check: () throws -> Void = {}
  ) rethrows -> [(measure: Measure, result: Result<[MetricReading], Lack>)] {
    let (own, others) = (samples.featureMatrix, examples.featureMatrix)
    let needsFeatures = measures.contains { $0.isOfFeatures }
    var lack: Lack?
    if needsFeatures {
      if !own.isFinite { lack = .notFinite(ofSamples: true) }
      if !others.isFinite { lack = .notFinite(ofSamples: false) }
      if min(own.count, others.count) < 2 { lack = .tooFew(least: 2) }
      if samples.ownStatistics != nil || examples.ownStatistics != nil { lack = .ofStatistics }
    }
    let neighbourhoods = Set([Measure.precision, .recall, .density, .coverage])
    try check()
    // With fewer there is no fifth neighbour.
    let least = NeighbourhoodScore.usualNeighbours + 1
    let hasNeighbours = min(own.count, others.count) >= least
    let asksNeighbours =
      !measures.isDisjoint(with: neighbourhoods) && lack == nil && hasNeighbours
    let scores =
      asksNeighbours
      ? NeighbourhoodScore(of: own, among: NeighbourhoodScore.Neighbourhoods(others)).readings : []
    let asksMemory = !measures.isDisjoint(with: [.nearestRatio, .duplicates]) && lack == nil
    let memory =
      asksMemory
      ? Memorisation(
        of: own,
        beside: Memorisation.Reference(
          training: others, heldOut: nil,
          beside: others.rows(0..<min(others.count, own.count)))
      ).readings : []
    return try Measure.allCases.filter(measures.contains).map { measure in
      try check()
      if measure == .frechetDistance, lack == .ofStatistics { return (measure, frechet(own)) }
      if measure.isOfFeatures, let lack { return (measure, .failure(lack)) }
      switch measure {
      case .precision, .recall, .density, .coverage:
        guard hasNeighbours else { return (measure, .failure(.tooFew(least: least))) }
        return (measure, .success(scores.filter { $0.description == measure.metrics[0] }))
      case .nearestRatio, .duplicates:
        return (measure, .success(memory.filter { $0.description == measure.metrics[0] }))
      case .frechetDistance: return (measure, frechet(own))
      case .kernelDistance:
        guard let distance = KernelDistance(of: own, among: others, seed: seed) else {
          return (measure, .failure(.tooFew(least: 2)))
        }
        return (
          measure,
          distance.value.isFinite
            ? .success([distance.reading]) : .failure(.notFinite(ofSamples: true))
        )
      case .support:
        let estimate = BirthdayEstimate(of: own, beside: others.rows(0..<own.count))
        return (measure, .success(estimate.reading.map { [$0] } ?? []))
      case .inceptionScore: return (measure, inceptionScore)
      case .slicedWasserstein: return (measure, slicedWasserstein)
      case .multiScaleSimilarity: return (measure, multiScale)
      case .perceptualDiversity: return (measure, perceptualDiversity)
      // Of a set of samples there is none.
      case .classSimilarity, .noiseRatio, .similarity, .pathLength, .robustness, .labelAgreement,
        .dualityGap:
        return (measure, .success([]))
      case .binDifference:
        let clusters = KMeans(others, count: Self.bins(of: others.count), seed: 1, iterations: 20)
        let bins = BinDifference(
          shares: clusters.shares(of: own), of: own.count, known: clusters.shares(of: others),
          of: others.count)
        return (measure, .success(bins.readings))
      case .sharpness: return (measure, sharpness)
      }
    }
  }

  /// A hundred, as in the paper, or fewer: ten examples each.
  private static func bins(of examples: Int) -> Int { max(2, min(100, examples / 10)) }

  /// - Parameter own: features of the samples; none where their statistics alone are known.
  private func frechet(_ own: FeatureMatrix) -> Result<[MetricReading], Lack> {
    guard let reference = FrechetDistance.Reference(examples.statistics) else {
      return .failure(.notFinite(ofSamples: false))
    }
    guard let distance = reference.distance(of: samples.statistics) else {
      return .failure(.notFinite(ofSamples: true))
    }
    let extrapolated = FrechetDistance.extrapolated(own, beside: reference, seed: seed)
    return .success(
      [MetricReading(FrechetDistance.fid, distance)]
        + (extrapolated.map {
          [MetricReading(FrechetDistance.extrapolated, $0.value, error: $0.standardError)]
        } ?? []))
  }

  private var inceptionScore: Result<[MetricReading], Lack> {
    guard let scores = samples.scores else {
      return .failure(samples.shape == nil ? .ofFeatures : .noClasses)
    }
    guard scores.isFinite else { return .failure(.notFinite(ofSamples: true)) }
    guard let score = InceptionScore(scores) else {
      return .failure(.tooFew(least: InceptionScore.usualSplits))
    }
    return .success([score.reading])
  }

  private var sharpness: Result<[MetricReading], Lack> {
    guard image != nil else { return .failure(lackOfImages) }
    let (own, others) = (samples.sharpness, examples.sharpness)
    guard own.count > 1, others.count > 1 else { return .failure(.tooSmall(least: 3)) }
    guard own.allSatisfy(\.isFinite) else { return .failure(.notFinite(ofSamples: true)) }
    return .success([
      MetricReading(Sharpness.sharpness, meanOf: own),
      MetricReading(Sharpness.dataSharpness, meanOf: others),
    ])
  }

  private var perceptualDiversity: Result<[MetricReading], Lack> {
    guard let distances = samples.distances else {
      guard image != nil else { return .failure(lackOfImages) }
      return .failure(.noStages)
    }
    guard distances.count > 1 else { return .failure(.tooFew(least: 4)) }
    guard distances.allSatisfy(\.isFinite) else { return .failure(.notFinite(ofSamples: true)) }
    return .success([MetricReading(PathLength.diversity, meanOf: distances)])
  }

  /// Of both sides' images; nil where there are none.
  private var image: ImageShape? {
    guard case .image(let image)? = samples.shape, examples.shape == samples.shape else {
      return nil
    }
    return image
  }

  private var lackOfImages: Lack {
    samples.shape == nil || examples.shape == nil ? .ofFeatures : .ofPoints
  }

  private var slicedWasserstein: Result<[MetricReading], Lack> {
    guard let image else { return .failure(lackOfImages) }
    guard min(image.height, image.width) >= SlicedWasserstein.leastSide else {
      return .failure(.tooSmall(least: SlicedWasserstein.leastSide))
    }
    guard
      let distance = SlicedWasserstein(of: samples.patches, among: examples.patches, seed: seed)
    else { return .failure(.tooFew(least: 2)) }
    let reading = distance.reading
    return reading.value.isFinite ? .success([reading]) : .failure(.notFinite(ofSamples: true))
  }

  private var multiScale: Result<[MetricReading], Lack> {
    guard let image else { return .failure(lackOfImages) }
    guard min(image.height, image.width) >= StructuralSimilarity.leastSide else {
      return .failure(.tooSmall(least: StructuralSimilarity.leastSide))
    }
    let own = Self.meanOfPairs(samples.pairs)
    let others = Self.meanOfPairs(examples.pairs)
    guard let own, let others else { return .failure(.tooFew(least: 2)) }
    guard own.value.isFinite else { return .failure(.notFinite(ofSamples: true)) }
    return .success([own, MetricReading(StructuralSimilarity.dataDiversity, others.value)])
  }

  /// Of each two that stand beside each other.
  private static func meanOfPairs(_ images: [ImagePlanes]) -> MetricReading? {
    let values = stride(from: 0, to: images.count - 1, by: 2).compactMap {
      StructuralSimilarity.multiScale(images[$0], images[$0 + 1])
    }
    guard !values.isEmpty else { return nil }
    return MetricReading(StructuralSimilarity.diversity, meanOf: values)
  }
}
