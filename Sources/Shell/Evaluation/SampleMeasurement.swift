import Compilation
import Foundation
import Language
import MetricDescriptions
import Reports
import Specification
import Terminal
import TerminalText
import Training

/// Measures of samples beside the same examples, of which features are made once.
final class SampleMeasurement {
  private let request: MeasureRequest
  private let backend: any Backend
  private let extractor: (any FeatureExtractor)?
  private let beside: any MeasuredSource
  private let seed: UInt64
  /// Examples that are taken; 0 where their mean and covariance alone are known.
  private let exampleCount: Int
  /// What was made of the examples.
  private var examples: EvaluatedSide?

  /// What was measured, by what, and how many seconds it took.
  struct Values {
    /// Readings that have their conditions in common.
    let parts: [(conditions: EvaluationConditions, readings: [MetricReading])]
    let seconds: Double
    /// What was made of the samples.
    fileprivate let samples: EvaluatedSide?

    var readings: [MetricReading] { parts.flatMap(\.readings) }
  }

  /// - Parameters:
  ///   - shape: of what is measured; nil of features that were made elsewhere.
  ///   - seed: what latents, patches and subsets are drawn with.
  /// - Throws: a `Diagnostic` where there is nothing that makes features of such examples.
  init(
    _ request: MeasureRequest, of shape: ExampleShape?, beside: any MeasuredSource, seed: UInt64,
    backend: any Backend, in session: Session
  ) throws {
    (self.request, self.beside, self.seed, self.backend) = (request, beside, seed, backend)
    extractor = try Self.extractor(
      of: shape ?? beside.shape, request, backend: backend, in: session)
    let wanted = request.examples ?? beside.count ?? MeasureRequest.usualCount
    exampleCount = beside.hasRows ? min(wanted, beside.count ?? wanted) : 0
  }

  /// - Throws: a `Diagnostic` where the features are of different widths or do not fit into memory;
  ///   `ShellError.interrupted`.
  func values(of source: any MeasuredSource, in session: Session) throws -> Values {
    let began = monotonicSeconds()
    let count = sampleCount(of: source)
    try checkWidths(source)
    try checkNetwork(source)
    try checkMemory(count + exampleCount, width: width(of: source))
    if examples == nil { tell(source, count, in: session) }
    let measures = request.measures.filter { !$0.isOfGenerator }
    var made: EvaluatedSide?
    var results: [(measure: Measure, result: Result<[MetricReading], SampleEvaluation.Lack>)] = []
    if !measures.isEmpty {
      let real =
        try examples
        ?? beside.side(exampleCount, for: measures, by: extractor, seed: seed, in: session)
      examples = real
      let side = try source.side(count, for: measures, by: extractor, seed: seed, in: session)
      results = try SampleEvaluation(samples: side, examples: real, seed: seed)
        .readings(of: measures) {
          guard Interrupts.pendingCount == 0 else { throw ShellError.interrupted }
        }
      made = side
    }
    results += try generatorResults(of: source, count, in: session)
    var (readings, ofReconstructions) = ([MetricReading](), [MetricReading]())
    for (measure, result) in results {
      switch result {
      case .success(let some) where some.isEmpty:
        session.errors.line(
          "note: no \(measure.metrics[0].label): "
            + (measure == .support ? "no two samples are that alike" : "examples tell no distance"))
      case .success(let some) where measure.isOfReconstructions: ofReconstructions += some
      case .success(let some): readings += some
      case .failure(let lack):
        session.errors.line("note: no \(measure.metrics[0].label): \(lack.words)")
      }
    }
    if readings.isEmpty, ofReconstructions.isEmpty, !results.isEmpty,
      results.allSatisfy({ if case .failure = $0.result { true } else { false } })
    {
      throw Diagnostic("nothing could be measured", at: request.place)
    }
    var conditions = EvaluationConditions(
      extractor, of: source.shape ?? beside.shape, data: beside.digest, samples: count,
      examples: exampleCount)
    var raw: String?
    if let samples = source as? CheckpointSamples {
      if samples.areReconstructions { conditions.labels = "reconstructions" }
      let isRaw = samples.specification.recipe.keepsAverage && !samples.usesAverage
      raw = isRaw ? "average=no" : nil
      let asked = [
        raw, seed == samples.specification.seed ? nil : "seed=\(seed)",
      ].compactMap(\.self)
      if !asked.isEmpty { conditions.asked = asked.joined(separator: " ") }
    }
    var parts = [(conditions: conditions, readings: readings)]
    if !ofReconstructions.isEmpty {
      // Neither features nor samples have anything to do with them.
      let count = min(exampleCount, GeneratorMeasures.mostReconstructed)
      var own = EvaluationConditions(
        features: "reconstructions", weights: "", resizing: "none", extent: conditions.extent,
        data: beside.digest, samples: count, examples: count, labels: nil)
      own.asked = raw
      parts.append((own, ofReconstructions))
    }
    return Values(
      parts: parts.filter { !$0.readings.isEmpty }, seconds: monotonicSeconds() - began,
      samples: made)
  }

  /// Of measures that ask a generator for more than a set of samples.
  private func generatorResults(
    of source: any MeasuredSource, _ count: Int, in session: Session
  ) throws -> [(measure: Measure, result: Result<[MetricReading], SampleEvaluation.Lack>)] {
    let wanted = Measure.allCases.filter { $0.isOfGenerator && request.measures.contains($0) }
    guard !wanted.isEmpty else { return [] }
    guard let samples = source as? CheckpointSamples else {
      return wanted.map { ($0, .failure(.noGenerator)) }
    }
    let generator = GeneratorMeasures(
      samples.specification, samples.checkpoint, by: extractor,
      average: try request.usesAverage, backend: backend, seed: seed)
    var line = ProgressLine(on: session.errors)
    defer { line.erase() }
    let examples = (beside as? DatasetExamples)?.dataset
    return try wanted.map { measure in
      var done = 0
      let result = try generator.readings(
        of: measure, count: count, exampleCount: exampleCount,
        labels: { try samples.labels($0, seed: seed) },
        dataset: {
          try examples
            ?? session.open(samples.specification.dataset, namedBy: request.subject.word)
        }, examples: examples
      ) {
        guard Interrupts.pendingCount == 0 else { throw ShellError.interrupted }
        done += 1
        line.update { "\(measure.keyword): part \(grouped(done))" }
      }
      return (measure, result)
    }
  }

  /// Writes the page of what is alike, where one is wanted: after the values are kept, which a file that cannot be written
  /// does not cost.
  func writeSheet(
    of source: any MeasuredSource, _ values: Values, in session: Session
  ) throws {
    guard let sheet = request.sheet, let examples, let samples = values.samples else { return }
    try sheet.write(
      (source, samples), beside: (beside, examples), seed: seed, in: session)
  }

  private func sampleCount(of source: any MeasuredSource) -> Int {
    guard source.hasRows else { return 0 }
    // Of what is there, all; a generator makes as many as there are examples.
    let usual =
      min(MeasureRequest.usualCount, beside.hasRows ? max(exampleCount, 2) : .max)
    let wanted = request.samples ?? source.count ?? usual
    return min(wanted, source.count ?? wanted)
  }

  private static func extractor(
    of shape: ExampleShape?, _ request: MeasureRequest, backend: any Backend, in session: Session
  ) throws -> (any FeatureExtractor)? {
    guard case .image(let image)? = shape else {
      if let features = request.features {
        throw Diagnostic(
          shape == nil ? "the files hold features already" : "points are their own features",
          at: features.place, help: ["leave `features` out"])
      }
      return nil
    }
    guard var features = request.features else {
      return try FeatureChoice.usual.extractor(
        of: image, telling: request.measures.wishes, backend: backend)
    }
    let source = try features.source(of: image, in: session)
    do {
      return try source.extractor(
        of: image, telling: request.measures.wishes, backend: backend)
    } catch let error as WeightsError { throw Diagnostic("\(error)", at: features.place) }
  }

  /// Numbers of a row of features.
  private func width(of source: any MeasuredSource) -> Int {
    (source as? FileFeatures)?.file.width ?? extractor?.width ?? source.shape?.dimensions[0] ?? 0
  }

  /// - Throws: a `Diagnostic` where rows of a file are not as wide as those that they are measured beside.
  private func checkWidths(_ source: any MeasuredSource) throws(Diagnostic) {
    let (own, others) = (width(of: source), width(of: beside))
    guard own != others else { return }
    let made = (source is FileFeatures) && (beside is FileFeatures)
    throw Diagnostic(
      "rows of \(grouped(own)) numbers cannot be measured beside rows of \(grouped(others))",
      at: request.features?.place ?? request.subject.word.span,
      help: made ? [] : ["name what made those of the file: `features=inception` makes 2,048"])
  }

  /// - Throws: a `Diagnostic` where features of a file are measured beside images and nobody says which network made them.
  private func checkNetwork(_ source: any MeasuredSource) throws(Diagnostic) {
    let files = [source, beside].compactMap { $0 as? FileFeatures }
    guard files.count == 1, extractor != nil, request.features == nil else { return }
    throw Diagnostic(
      "nothing tells which network made the features of the file",
      at: (request.reference ?? request.subject).word.span,
      help: ["say which makes those of the images: `features=inception`"])
  }

  /// - Throws: a `Diagnostic` where features, or the covariances of a Fréchet distance, do not fit into memory.
  private func checkMemory(_ rows: Int, width: Int) throws(Diagnostic) {
    let kept = 3 * rows * width * MemoryLayout<Float>.stride
    let covariances =
      request.measures.contains(.frechetDistance)
      ? 8 * width * width * MemoryLayout<Double>.stride : 0
    let has = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    guard kept + covariances > has else { return }
    throw Diagnostic(
      "\(grouped(rows)) rows of \(grouped(width)) features take \(Readable.bytes(kept + covariances)), "
        + "and this machine has \(Readable.bytes(has))",
      at: request.features?.place ?? request.subject.word.span,
      help: [
        covariances > kept
          ? "a Fréchet distance takes the square of the width: `features=random`, or leave `fid` out"
          : "fewer of them: `samples=`, `examples=`"
      ])
  }

  /// Images from which on a Fréchet distance is told without a note.
  static let many = 2048
  static let biasNote =
    "note: a Fréchet distance is larger the fewer samples there are; `kid` has no such bias"

  /// What is about to be done, before it takes its time.
  private func tell(_ source: any MeasuredSource, _ count: Int, in session: Session) {
    let width = width(of: source)
    let features =
      extractor.map { "features `\(request.features?.word ?? $0.name)`, \(grouped(width)) numbers" }
      ?? (source.shape == nil ? "their \(grouped(width)) numbers" : "their coordinates")
    let bytes = (count + exampleCount) * width * MemoryLayout<Float>.stride
    session.errors.line(
      [
        source.hasRows ? grouped(count) : nil, source.described, "beside",
        beside.hasRows ? grouped(exampleCount) : nil, beside.described,
        "by \(features), \(Readable.bytes(bytes))",
        request.hasFolder ? source.shape.map { "at \($0)" } : nil,
      ].compactMap { $0 }.joined(separator: " "))
    let hasFew =
      (source.hasRows && count < Self.many) || (beside.hasRows && exampleCount < Self.many)
    if hasFew, request.measures.contains(.frechetDistance) {
      session.errors.line(Self.biasNote)
    }
  }
}

extension SampleEvaluation.Lack {
  /// Why a measure could not be told.
  var words: String {
    switch self {
    case .notFinite(let ofSamples):
      "features of \(ofSamples ? "samples" : "examples") are not all numbers"
    case .tooFew(let least): "it takes at least \(grouped(least)) of each"
    case .tooSmall(let least): "it takes images of at least \(least) pixels a side"
    case .ofPoints: "it is of images, and these are points"
    case .ofFeatures: "it is of images, and these are features"
    case .ofStatistics: "it takes the features, and of one side mean and covariance alone are known"
    case .noClasses:
      "these features tell no classes; those of a classifier of classes do, and `features=inception`"
    case .noStages:
      "these features have no stages; those of `random`, `vgg16` and of runs with several layers do"
    case .notAsked: "the model is not asked for labels"
    case .noLabels:
      "it takes a classifier of the labels that the model is asked for: `features=RUN`"
    case .ofNumbers:
      "numbers are not told rightly or wrongly; `data made generated run=…`, then `evaluate REGRESSOR on made` says how far they are off"
    case .noGame: "it takes a discriminator that judges an example by itself"
    case .noGenerator: "it is of a run's generator"
    case .alike: "all examples are alike"
    case .noReconstructions: "the model reconstructs nothing: an autoencoder does"
    }
  }
}
