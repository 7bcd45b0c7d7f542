package import Datasets
package import Metrics
package import Specification

/// What is kept of samples or of examples for measures, batch by batch: features, patches, and images to be set in pairs.
package struct EvaluatedSide {
  /// Nil of features that were read from a file.
  package let shape: ExampleShape?
  private let extractor: (any FeatureExtractor)?
  private let measures: Set<Measure>
  package private(set) var count = 0
  private var features: [Float] = []
  private var logits: [Float]?
  private(set) var patches: SlicedWasserstein.Patches
  private(set) var pairs: [ImagePlanes] = []
  /// Of each image that is looked at, up to `mostPaired`.
  private(set) var sharpness: [Double] = []
  /// How far images look from the next one, of each two; nil where that is not asked for or cannot be told.
  private(set) var distances: [Double]?
  /// Mean and covariance, where the features themselves are not at hand.
  private(set) var ownStatistics: FeatureStatistics?

  /// Measures that look at the images themselves.
  private static let ofImages: Set<Measure> = [
    .slicedWasserstein, .multiScaleSimilarity, .sharpness, .perceptualDiversity,
  ]
  /// Images that are set in pairs, at most.
  static let mostPaired = 1000

  /// - Parameters:
  ///   - extractor: what makes features of images; points are their own.
  ///   - seed: what patches are drawn with.
  package init(
    of shape: ExampleShape, for measures: Set<Measure>, by extractor: (any FeatureExtractor)?,
    seed: UInt64
  ) {
    (self.shape, self.measures, self.extractor) = (shape, measures, extractor)
    patches = SlicedWasserstein.Patches(seed: seed)
  }

  /// Features that were made elsewhere.
  ///
  /// - Parameter rows: of how many of them it consists, evenly taken; nil: all.
  package init(_ file: FeatureFile, rows: Int? = nil) {
    (shape, measures, extractor) = (nil, [], nil)
    patches = SlicedWasserstein.Patches(seed: 0)
    switch file.contents {
    case .rows(let all):
      count = min(rows ?? all.count, all.count)
      let numbers = (0..<count).map { $0 * all.count / count }
      features = count == all.count ? all.values : all.rows(numbers).values
    case .statistics(let statistics): ownStatistics = statistics
    }
  }

  /// - Parameter values: `[count, …]`; of images in -1…1.
  package mutating func add(_ values: [Float], count added: Int) {
    add(values, count: added, hasFeatures: false)
  }

  /// - Parameter hasFeatures: whether their features are known.
  private mutating func add(_ values: [Float], count added: Int, hasFeatures: Bool) {
    if let extractor, case .image = shape, !hasFeatures, needsFeatures {
      let outputs = extractor.outputs(of: values, count: added)
      features += outputs.features.values
      if let own = outputs.logits { logits = (logits ?? []) + own.values }
    } else if case .point = shape {
      features += values
    }
    if case .image(let image) = shape {
      look(at: values, added, image)
      compare(values, added, image)
    }
    count += added
  }

  /// Adds examples of a data set, evenly taken from all; of a mixture so many as are asked for.
  ///
  /// - Parameters:
  ///   - cache: where their features may be, and are put where they took long.
  ///   - progress: is told before each batch how many there are, and may end it by what it throws.
  package mutating func add(
    examplesOf dataset: Dataset, count: Int, seed: UInt64, cache: FeatureCache?,
    progress: (_ done: Int) throws -> Void
  ) rethrows {
    if let mixture = dataset.mixture {
      return add(mixture.points(count: count, seed: seed, step: .max - 1), count: count)
    }
    let key = extractor.map { FeatureCache.Key($0, data: dataset.contentDigest, count: count) }
    let known = key.flatMap { key in
      cache?.features(key).flatMap { $0.count == count && $0.width == extractor?.width ? $0 : nil }
    }
    let begun = ContinuousClock.now
    let before = features.count
    let looks = !measures.isDisjoint(with: Self.ofImages)
    if known == nil || looks {
      let all = dataset.count ?? count
      for start in stride(from: 0, to: count, by: Sampler.usualBatch) {
        try progress(start)
        let part = start..<min(start + Sampler.usualBatch, count)
        add(
          part.flatMap { dataset.values(of: $0 * all / count) }, count: part.count,
          hasFeatures: known != nil)
      }
    } else {
      self.count += count
    }
    if let known {
      features += known.values
    } else if let key, let cache {
      cache.keep(
        FeatureMatrix(Array(features[before...]), count: count), key,
        seconds: begun.duration(to: .now).seconds)
    }
  }

  private mutating func look(at values: [Float], _ added: Int, _ image: ImageShape) {
    let wantsPatches = measures.contains(.slicedWasserstein)
    let wantsPairs = measures.contains(.multiScaleSimilarity)
    let wantsSharpness = measures.contains(.sharpness)
    guard wantsPatches || wantsPairs || wantsSharpness else { return }
    let size = image.channels * image.height * image.width
    for number in 0..<added {
      let planes = ImagePlanes(
        signed: values[number * size..<(number + 1) * size], channels: image.channels,
        height: image.height, width: image.width)
      if wantsSharpness, sharpness.count < Self.mostPaired {
        Sharpness.value(planes).map { sharpness.append($0) }
      }
      if wantsPatches { patches.add(planes) }
      if wantsPairs, pairs.count < Self.mostPaired { pairs.append(planes) }
    }
  }

  private var needsFeatures: Bool {
    measures.contains { $0.isOfFeatures || $0 == .inceptionScore }
  }

  /// Pairs whose distance is told, at most.
  private static let mostCompared = 2500

  private mutating func compare(_ values: [Float], _ added: Int, _ image: ImageShape) {
    guard measures.contains(.perceptualDiversity), let extractor,
      (distances?.count ?? 0) < Self.mostCompared
    else { return }
    let size = image.valueCount
    func images(_ first: Int) -> [Float] {
      stride(from: first, to: added - added % 2, by: 2).flatMap {
        values[$0 * size..<($0 + 1) * size]
      }
    }
    guard let some = extractor.distances(from: images(0), to: images(1), count: added / 2) else {
      return
    }
    distances = (distances ?? []) + some
  }

  /// Mean and covariance of the features.
  var statistics: FeatureStatistics { ownStatistics ?? FeatureStatistics(featureMatrix) }

  /// `[count, width]`.
  package var featureMatrix: FeatureMatrix { FeatureMatrix(features, count: count) }

  /// Of classes, `[count, classes]`; nil where the features' network tells none.
  var scores: FeatureMatrix? { logits.map { FeatureMatrix($0, count: count) } }
}
