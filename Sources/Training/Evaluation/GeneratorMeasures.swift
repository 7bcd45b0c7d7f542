package import Compilation
package import Datasets
package import MetricDescriptions
import Metrics
import Networks
import Randomness
package import Specification

/// What is measured of a generator itself: it is asked for samples of its own, or trained on.
package struct GeneratorMeasures {
  private let specification: RunSpecification
  private let checkpoint: Checkpoint
  private let extractor: (any FeatureExtractor)?
  private let usesAverage: Bool
  private let backend: any Backend
  private let seed: UInt64

  /// Examples that are reconstructed, at most.
  package static let mostReconstructed = 1000
  /// Examples whose labels are told, at most.
  private static let judged = 2000
  /// Images of each kind that are changed.
  private static let changed = 500

  /// - Parameters:
  ///   - extractor: made with the measures' wishes; nil of points.
  ///   - average: whether averaged weights make samples, where the run keeps some.
  package init(
    _ specification: RunSpecification, _ checkpoint: Checkpoint,
    by extractor: (any FeatureExtractor)?, average: Bool, backend: any Backend, seed: UInt64
  ) {
    (self.specification, self.checkpoint, self.extractor) = (specification, checkpoint, extractor)
    (usesAverage, self.backend, self.seed) = (average, backend, seed)
  }

  /// Readings of a measure that is one of a generator, or why there are none.
  ///
  /// - Parameters:
  ///   - count: paths, or samples.
  ///   - exampleCount: examples that are looked at, at most.
  ///   - labels: those that samples are made with, for a count of them; nil of a model without.
  ///   - dataset: the run's data, opened when it is needed.
  ///   - examples: what samples are compared with; nil where that is no data set.
  ///   - check: called now and then; what it throws ends the measure.
  package func readings(
    of measure: Measure, count: Int, exampleCount: Int, labels: (Int) throws -> SampleLabels?,
    dataset: () throws -> Dataset, examples: Dataset?, check: () throws -> Void
  ) throws -> Result<[MetricReading], SampleEvaluation.Lack> {
    let plan = try Plan(architecture: specification.architecture, recipe: specification.recipe)
    guard measure.isOfReconstructions || plan.evaluation(.samples) != nil else {
      return .failure(.noGenerator)
    }
    switch measure {
    case .noiseRatio, .similarity:
      return try reconstruction(measure, examples, min(exampleCount, Self.mostReconstructed), check)
    case .classSimilarity: return try classSimilarity(labels, check)
    case .pathLength: return try pathLength(count, labels(count), check)
    case .labelAgreement: return try labelAgreement(count, labels(count), examples, check)
    case .robustness: return try robustness(labels, examples, check)
    case .dualityGap:
      guard specification.architecture.networks(of: .discriminator).isEmpty == false else {
        return .failure(.noGame)
      }
      let data = try dataset()
      let readings = try DualityGap.readings(
        specification, checkpoint, dataset: data, data: examples ?? data, backend: backend,
        check: check)
      return readings.map { .success($0) } ?? .failure(.noGame)
    default: return .success([])
    }
  }

  private func sampler() throws -> Sampler {
    try Sampler(specification, checkpoint: checkpoint, backend: backend, average: usesAverage)
  }

  /// The labels of some samples, `[numbers, width]`.
  private func vectors(_ numbers: Range<Int>, of count: Int, _ labels: SampleLabels?) -> [Float] {
    guard let labels else { return [] }
    return numbers.flatMap { labels.vector(of: $0, count: count) }
  }

  // MARK: Reconstructions

  private func reconstruction(
    _ measure: Measure, _ examples: Dataset?, _ wanted: Int, _ check: () throws -> Void
  ) throws -> Result<[MetricReading], SampleEvaluation.Lack> {
    guard case .image(let shape) = specification.architecture.example else {
      return .failure(.ofPoints)
    }
    guard let examples, let all = examples.count else { return .failure(.ofFeatures) }
    guard
      let reconstructor = try Reconstructor(
        specification, checkpoint: checkpoint, backend: backend, average: usesAverage)
    else { return .failure(.noReconstructions) }
    let count = min(wanted, all)
    var values: [Double] = []
    for start in stride(from: 0, to: count, by: Sampler.usualBatch) {
      try check()
      let numbers = start..<min(start + Sampler.usualBatch, count)
      let real = numbers.flatMap { examples.values(of: $0 * all / count) }
      let made = reconstructor.reconstructions(of: real, count: numbers.count)
      for place in 0..<numbers.count {
        let part = place * shape.valueCount..<(place + 1) * shape.valueCount
        let (one, other) = (planes(real[part], shape), planes(made[part], shape))
        let value =
          measure == .similarity
          ? StructuralSimilarity.value(one, other)
          : StructuralSimilarity.peakSignalToNoise(one, other)
        guard let value else {
          return .failure(
            made[part].allSatisfy(\.isFinite)
              ? .tooSmall(least: StructuralSimilarity.leastSideOfOne) : .notFinite(ofSamples: true))
        }
        values.append(value)
      }
    }
    return .success([MetricReading(measure.metrics[0], meanOf: values)])
  }

  private func planes(_ values: ArraySlice<Float>, _ shape: ImageShape) -> ImagePlanes {
    ImagePlanes(
      signed: values, channels: shape.channels, height: shape.height, width: shape.width)
  }

  // MARK: Paths

  private func pathLength(
    _ count: Int, _ labels: SampleLabels?, _ check: () throws -> Void
  ) throws -> Result<[MetricReading], SampleEvaluation.Lack> {
    guard let extractor else { return .failure(.ofPoints) }
    let architecture = specification.architecture
    let sampler = try sampler()
    let width = architecture.latent
    let isOnSphere = architecture.latentDistribution == .normal
    let places = Philox(seed: seed, stream: Randomness.Stream.lowWord(of: "places on paths"))
    var squares: [Double] = []
    for start in stride(from: 0, to: count, by: Sampler.usualBatch) {
      try check()
      let numbers = start..<min(start + Sampler.usualBatch, count)
      let ends = architecture.latents(2 * numbers.lowerBound..<2 * numbers.upperBound, seed: seed)
      let given = vectors(numbers, of: count, labels)
      func images(_ step: Double) -> [Float] {
        let latents = numbers.flatMap { number in
          let first = 2 * (number - start) * width
          return between(
            Array(ends[first..<first + width]), Array(ends[first + width..<first + 2 * width]),
            at: Double(places.uniform(number)) + step, isOnSphere: isOnSphere)
        }
        return sampler.examples(ofLatents: latents, labels: given, count: numbers.count)
      }
      guard
        let distances = extractor.distances(
          from: images(0), to: images(PathLength.step), count: numbers.count)
      else { return .failure(.noStages) }
      squares += distances.map { $0 / (PathLength.step * PathLength.step) }
    }
    return PathLength.reading(squares).map { .success([$0]) }
      ?? .failure(.notFinite(ofSamples: true))
  }

  // MARK: Labels

  private func labelAgreement(
    _ count: Int, _ labels: SampleLabels?, _ examples: Dataset?, _ check: () throws -> Void
  ) throws -> Result<[MetricReading], SampleEvaluation.Lack> {
    guard let own = specification.architecture.labels, let labels else {
      return .failure(.notAsked)
    }
    // How far numbers are off is told by `evaluate` of a regressor on the samples.
    guard !own.isOfNumbers else { return .failure(.ofNumbers) }
    guard let teller = extractor as? RunFeatures else { return .failure(.noLabels) }
    var (right, all) = (0, 0)
    var isAlike = true
    try sampler().forEachBatch(count: count, seed: seed, labels: labels) { values, numbers in
      try check()
      guard let (told, scores) = teller.told(of: values, count: numbers.count), told == own else {
        isAlike = false
        return
      }
      let (hits, some) = LabelAgreement.count(
        scores, vectors(numbers, of: count, labels), of: own)
      right += hits
      all += some
    }
    guard isAlike else { return .failure(.noLabels) }
    let ofData = try examples.flatMap { try accuracy(of: teller, on: $0, check) }
    return .success(
      [LabelAgreement.reading(right, of: all, samples: count)]
        + (ofData.map { [MetricReading(LabelAgreement.dataMetric, $0)] } ?? []))
  }

  /// How well a classifier tells labels of examples; nil where they are not known.
  private func accuracy(
    of teller: RunFeatures, on dataset: Dataset, _ check: () throws -> Void
  ) throws -> Double? {
    guard let own = specification.architecture.labels, let all = dataset.count,
      let vectors = try? dataset.labelVectors(for: own, of: specification)
    else { return nil }
    var score = ClassifierScore(vectors.layout)
    let count = min(all, Self.judged)
    for start in stride(from: 0, to: count, by: Sampler.usualBatch) {
      try check()
      let numbers = (start..<min(start + Sampler.usualBatch, count)).map { $0 * all / count }
      let images = numbers.flatMap { dataset.values(of: $0) }
      guard let told = teller.told(of: images, count: numbers.count) else { return nil }
      let width = own.count
      for (place, number) in numbers.enumerated() {
        score.count(
          Array(told.scores[place * width..<(place + 1) * width]), of: number, vectors)
      }
    }
    return score.accuracy
  }

  /// Of pairs of samples of the same labels.
  private func classSimilarity(
    _ labels: (Int) throws -> SampleLabels?, _ check: () throws -> Void
  ) throws -> Result<[MetricReading], SampleEvaluation.Lack> {
    guard case .image(let shape) = specification.architecture.example else {
      return .failure(.ofPoints)
    }
    guard min(shape.height, shape.width) >= StructuralSimilarity.leastSide else {
      return .failure(.tooSmall(least: StructuralSimilarity.leastSide))
    }
    let count = Self.changed
    guard let labels = try labels(count) else { return .failure(.notAsked) }
    let sampler = try sampler()
    let architecture = specification.architecture
    var values: [Double] = []
    for start in stride(from: 0, to: count, by: Sampler.usualBatch) {
      try check()
      let numbers = start..<min(start + Sampler.usualBatch, count)
      let given = vectors(numbers, of: count, labels)
      func images(_ numbers: Range<Int>) -> [Float] {
        sampler.examples(
          ofLatents: architecture.latents(numbers, seed: seed), labels: given, count: numbers.count)
      }
      let ones = images(numbers)
      let others = images(numbers.lowerBound + count..<numbers.upperBound + count)
      for place in 0..<numbers.count {
        let part = place * shape.valueCount..<(place + 1) * shape.valueCount
        guard
          let value = StructuralSimilarity.multiScale(
            planes(ones[part], shape), planes(others[part], shape)), value.isFinite
        else { return .failure(.notFinite(ofSamples: true)) }
        values.append(value)
      }
    }
    return .success([MetricReading(StructuralSimilarity.classDiversity, meanOf: values)])
  }

  // MARK: Small changes

  private func robustness(
    _ labels: (Int) throws -> SampleLabels?, _ examples: Dataset?, _ check: () throws -> Void
  ) throws -> Result<[MetricReading], SampleEvaluation.Lack> {
    guard let extractor, case .image(let shape) = specification.architecture.example else {
      return .failure(.ofPoints)
    }
    guard let examples, let all = examples.count else { return .failure(.ofFeatures) }
    let count = min(Self.changed, all)
    guard count > 1 else { return .failure(.tooFew(least: 2)) }
    let asked = try labels(count)
    let sampler = try sampler()
    let architecture = specification.architecture
    let latents = architecture.latents(0..<count, seed: seed)
    let given = vectors(0..<count, of: count, asked)
    let made = sampler.examples(ofLatents: latents, labels: given, count: count)
    let numbers = Philox(seed: seed, stream: Randomness.Stream.lowWord(of: "steps of robustness"))
    let moved = sampler.examples(
      ofLatents: latents.enumerated().map { $1 + 0.1 * numbers.normal($0) }, labels: given,
      count: count)
    let real = (0..<count).flatMap { examples.values(of: $0 * all / count) }
    // Labels are not known of what is made of moved latents.
    let judge = try Judge(specification, checkpoint, backend: backend)
      .flatMap { $0.takesLabels ? nil : $0 }
    func reactions(_ images: [Float]) -> Reactions {
      Reactions(
        features: extractor.features(of: images, count: count),
        labels: (extractor as? RunFeatures)?.told(of: images, count: count),
        scores: judge?.scores(of: images, count: count))
    }
    let (ofMade, ofReal) = (reactions(made), reactions(real))
    // What a distance and a score are measured in.
    let apart = (0..<count).reduce(0.0) {
      $0 + ofReal.features.distance($1, from: ($1 + count / 2) % count, of: ofReal.features)
    }
    let unit = (features: apart / Double(count), scores: ofReal.scores.map(Self.deviation) ?? 0)
    guard unit.features > 0, ofMade.features.isFinite else {
      return .failure(ofMade.features.isFinite ? .alike : .notFinite(ofSamples: true))
    }
    var (readings, shares) = ([MetricReading](), [Double]())
    for change in Robustness.Change.allCases {
      try check()
      let after = try reactions(
        change == .latent
          ? moved : Robustness.changed(made, by: change, of: shape, count: count, seed: seed))
      let own = after.movements(from: ofMade, unit)
      var beside: [Robustness.Reaction: Double] = [:]
      if change != .latent {
        beside = reactions(
          try Robustness.changed(real, by: change, of: shape, count: count, seed: seed)
        ).movements(from: ofReal, unit)
        if let own = own[.features], let data = beside[.features], data > 0 {
          shares.append(own / data)
        }
      }
      for reaction in Robustness.Reaction.allCases {
        for (values, isOfData) in [(own, false), (beside, true)] {
          guard let value = values[reaction] else { continue }
          readings.append(
            MetricReading(Robustness.metric(reaction, change, isOfData: isOfData), value))
        }
      }
    }
    let overall = shares.reduce(0, +) / Double(max(shares.count, 1))
    return .success([MetricReading(Robustness.overall, overall)] + readings)
  }

  private static func deviation(_ values: [Float]) -> Double {
    let n = Double(values.count)
    let mean = values.reduce(0.0) { $0 + Double($1) } / n
    return (values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / n).squareRoot()
  }
}

/// What networks make of some images.
private struct Reactions {
  let features: FeatureMatrix
  let labels: (labels: LabelShape, scores: [Float])?
  let scores: [Float]?

  /// How far they are from those before a change, a mean over images.
  func movements(
    from before: Reactions, _ unit: (features: Double, scores: Double)
  ) -> [Robustness.Reaction: Double] {
    let count = Double(features.count)
    var movements: [Robustness.Reaction: Double] = [:]
    let distances = (0..<features.count).reduce(0.0) {
      $0 + features.distance($1, from: $1, of: before.features)
    }
    movements[.features] = distances / count / unit.features
    if let labels, let before = before.labels {
      movements[.labels] = Self.changes(labels.scores, before.scores, of: labels.labels)
    }
    if let scores, let before = before.scores, unit.scores > 0 {
      let sum = zip(scores, before).reduce(0.0) { $0 + abs(Double($1.0) - Double($1.1)) }
      movements[.scores] = sum / count / unit.scores
    }
    return movements
  }

  /// The share of labels that are told otherwise.
  private static func changes(
    _ after: [Float], _ before: [Float], of labels: LabelShape
  ) -> Double {
    guard case .classes(let width) = labels else {
      return Double(zip(after, before).count { ($0 > 0) != ($1 > 0) })
        / Double(max(after.count, 1))
    }
    let count = after.count / max(width, 1)
    let changed = (0..<count).count { number in
      let part = number * width..<(number + 1) * width
      return ClassifierScore.largest(Array(after[part]))
        != ClassifierScore.largest(Array(before[part]))
    }
    return Double(changed) / Double(max(count, 1))
  }
}
