package import Compilation
package import Datasets
package import MetricDescriptions
package import Metrics
package import Specification

/// Examples of a data set, ready for samples to be measured beside them.
///
/// Points are their own features; images have those of a random network, and pixels for what is said of pixels.
package struct SampleMeasures {
  /// Samples that are measured.
  package let count: Int
  private let features: RandomFeatures?
  /// As many examples as samples.
  private let examples: NeighbourhoodScore.Neighbourhoods
  private let effectiveRank: Double
  /// Of pixels or coordinates of the first examples.
  private let meanDistance, meanDeviation: Double
  private let clusters: KMeans
  private let shares: [Double]
  private let clustered: Int
  private let memorisation: Memorisation.Reference?

  package static let metrics =
    Diversity.metrics + EffectiveRank.metrics + BinDifference.metrics + NeighbourhoodScore.metrics
    + Memorisation.metrics

  /// Bins of the data.
  private static let bins = 20
  /// Examples without which nothing can be said.
  private static let fewest = 32
  /// Samples and examples whose pixels are compared, and values of each.
  private static let compared = (examples: 64, values: 64 * 64 * 3)

  /// Samples that are measured, of which as many examples are taken, and examples that bins and nearest
  /// examples are made of, at most.
  private static func counts(of shape: ExampleShape) -> (samples: Int, training: Int) {
    switch shape {
    case .point: (512, 2048)
    case .image: (256, 1024)
    }
  }

  /// - Parameters:
  ///   - test: examples that are not trained on.
  /// - Returns: nil where there are too few examples, or all are alike.
  /// - Throws: what the backend throws.
  package init?(
    _ dataset: Dataset, test: Dataset?, seed: UInt64, backend: any Backend
  ) throws {
    let counts = Self.counts(of: dataset.exampleShape)
    let training = min(counts.training, dataset.count ?? counts.training)
    count = min(counts.samples, training)
    guard count >= Self.fewest else { return nil }
    switch dataset.exampleShape {
    case .point: features = nil
    case .image(let image): features = try RandomFeatures(of: image, backend: backend)
    }
    let all = Self.features(of: dataset, training, seed: seed, by: features)
    let own = Self.features(of: dataset, count, seed: seed, by: features)
    examples = NeighbourhoodScore.Neighbourhoods(own)
    effectiveRank = EffectiveRank.value(own)
    let looked = Self.compared(
      Self.values(of: dataset, min(count, Self.compared.examples), seed: seed),
      count: min(count, Self.compared.examples))
    (meanDistance, meanDeviation) = (
      Diversity.meanDistance(looked), Diversity.meanDeviation(looked)
    )
    guard meanDistance > 0, effectiveRank > 0 else { return nil }
    clusters = KMeans(all, count: Self.bins, seed: 1, iterations: 20)
    (shares, clustered) = (clusters.shares(of: all), training)
    // Points never come twice.
    if case .image = dataset.exampleShape {
      var held: FeatureMatrix?
      if let test, let most = test.count, min(most, count) >= Self.fewest {
        held = Self.features(of: test, min(most, count), seed: seed, by: features)
      }
      memorisation = Memorisation.Reference(training: all, heldOut: held, beside: own)
    } else {
      memorisation = nil
    }
  }

  /// What can be said of samples; nothing where one is not a number.
  ///
  /// - Parameters:
  ///   - samples: `[count, …]`.
  ///   - last: what is kept of the samples of the last time, of the same latents; kept for the next.
  package func readings(of samples: [Float], since last: inout FeatureMatrix?) -> [MetricReading] {
    guard samples.allSatisfy(\.isFinite) else { return [] }
    let own = features?.features(of: samples, count: count) ?? FeatureMatrix(samples, count: count)
    let looked = Self.compared(samples, count: count)
    let drift = last.map {
      MetricReading(Diversity.drift, Diversity.meanMovement(looked, from: $0) / meanDistance)
    }
    last = looked
    let bins = BinDifference(
      shares: clusters.shares(of: own), of: count, known: shares, of: clustered)
    return [
      MetricReading(Diversity.ratio, Diversity.meanDistance(looked) / meanDistance),
      MetricReading(Diversity.deviation, Diversity.meanDeviation(looked) / meanDeviation),
      MetricReading(EffectiveRank.ratio, EffectiveRank.value(own) / effectiveRank),
    ] + bins.readings + NeighbourhoodScore(of: own, among: examples).readings
      + (drift.map { [$0] } ?? [])
      + (memorisation.map { Memorisation(of: own, beside: $0).readings } ?? [])
  }

  /// Features of examples, evenly over the data.
  private static func features(
    of dataset: Dataset, _ count: Int, seed: UInt64, by features: RandomFeatures?
  ) -> FeatureMatrix {
    guard let features else {
      return FeatureMatrix(values(of: dataset, count, seed: seed), count: count)
    }
    // A part at a time: all of them may not fit into memory twice.
    var rows: [Float] = []
    for start in stride(from: 0, to: count, by: 64) {
      let part = start..<min(start + 64, count)
      let images = part.flatMap { dataset.example($0, of: count) }
      rows += features.features(of: images, count: part.count).values
    }
    return FeatureMatrix(rows, count: count)
  }

  private static func values(of dataset: Dataset, _ count: Int, seed: UInt64) -> [Float] {
    if let mixture = dataset.mixture {
      return mixture.points(count: count, seed: seed, step: .max - 1)
    }
    return (0..<count).flatMap { dataset.example($0, of: count) }
  }

  /// Values of the first examples, evenly over each: no more than a small image has, so that a large one takes
  /// no longer.
  private static func compared(_ values: [Float], count: Int) -> FeatureMatrix {
    let (width, shown) = (values.count / max(count, 1), min(count, compared.examples))
    let most = compared.values
    guard width > most else {
      return FeatureMatrix(Array(values.prefix(shown * width)), count: shown)
    }
    return FeatureMatrix(
      (0..<shown).flatMap { row in
        (0..<most).map { values[row * width + $0 * width / most] }
      }, count: shown)
  }
}

extension Dataset {
  /// The place of one of some examples that lie evenly over the data.
  func place(_ number: Int, of count: Int) -> Int { number * (self.count ?? count) / max(count, 1) }

  fileprivate func example(_ number: Int, of count: Int) -> [Float] {
    values(of: place(number, of: count))
  }
}

extension ExampleShape {
  var isPoint: Bool { if case .point = self { true } else { false } }
}

extension SignalThresholds {
  /// Those of data of a kind.
  package static func of(_ shape: ExampleShape) -> SignalThresholds {
    switch shape {
    case .point: .points
    case .image: .images
    }
  }
}
