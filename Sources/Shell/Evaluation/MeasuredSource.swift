import Compilation
import Datasets
import Language
import Metrics
import Notebook
import Specification
import Terminal
import TerminalText
import Training

/// Where what is measured comes from, or what it is measured beside.
protocol MeasuredSource: AnyObject {
  /// Nil of features that were made elsewhere.
  var shape: ExampleShape? { get }
  /// How many there are; nil: as many as are wanted.
  var count: Int? { get }
  /// Whether it gives examples or features, and not mean and covariance alone.
  var hasRows: Bool { get }
  /// What they are, after their number: `samples of base after step 100`.
  var described: String { get }
  /// SHA-256 of what it is; of samples empty.
  var digest: String { get }

  /// So many of them, evenly taken from all.
  ///
  /// - Throws: `ShellError.interrupted`, or what making them throws.
  func side(
    _ count: Int, for measures: Set<Measure>, by extractor: (any FeatureExtractor)?, seed: UInt64,
    in session: Session
  ) throws -> EvaluatedSide

  /// The images of some of those that `side` takes, `[numbers, …]`.
  ///
  /// - Parameter count: how many `side` was asked for.
  func values(of numbers: [Int], among count: Int, seed: UInt64) throws -> [Float]
}

extension MeasuredSource {
  var hasRows: Bool { true }
}

/// Samples of a checkpoint's generator.
final class CheckpointSamples: MeasuredSource {
  let run: RunRecord
  let specification: RunSpecification
  let checkpoint: Checkpoint
  var step: Int { checkpoint.step }
  private let sampler: Sampler?
  /// Of a model that makes nothing else.
  private let reconstructor: Reconstructor?
  /// The data whose labels samples are made with, or that are reconstructed.
  private let dataset: Dataset?

  /// - Parameter dataset: that labels are drawn from, or that is reconstructed; nil of a model without labels that makes samples.
  init(
    of run: RunRecord, _ specification: RunSpecification, _ checkpoint: Checkpoint,
    average: Bool, labelsOf dataset: Dataset?, backend: any Backend
  ) throws {
    (self.run, self.specification, self.dataset) = (run, specification, dataset)
    self.checkpoint = checkpoint
    do {
      let made = try Sampler(
        specification, checkpoint: checkpoint, backend: backend, average: average)
      (reconstructor, usesAverage) = (nil, made.usesAverage)
      sampler = consume made
    } catch TrainingError.noSamples {
      sampler = nil
      reconstructor = try Reconstructor(
        specification, checkpoint: checkpoint, backend: backend, average: average)
      guard reconstructor != nil else { throw TrainingError.noSamples }
      usesAverage = average && specification.recipe.keepsAverage
    }
  }

  var shape: ExampleShape? { specification.architecture.example }
  var count: Int? { nil }
  var described: String {
    "\(areReconstructions ? "reconstructions" : "samples") of \(run.name) after step \(grouped(step))"
  }
  /// Whether averaged weights make them.
  let usesAverage: Bool
  /// Whether they are reconstructions of examples: of an autoencoder whose codes have no distribution.
  var areReconstructions: Bool { reconstructor != nil }
  var digest: String { "" }

  func side(
    _ count: Int, for measures: Set<Measure>, by extractor: (any FeatureExtractor)?, seed: UInt64,
    in session: Session
  ) throws -> EvaluatedSide {
    var side = EvaluatedSide(
      of: specification.architecture.example, for: measures, by: extractor, seed: seed)
    var line = ProgressLine(on: session.errors)
    defer { line.erase() }
    try forEachBatch(count, seed: seed) { values, numbers in
      guard Interrupts.pendingCount == 0 else { throw ShellError.interrupted }
      line.update { "making \(grouped(numbers.upperBound)) of \(grouped(count)) samples" }
      side.add(values, count: numbers.count)
    }
    return side
  }

  func values(of numbers: [Int], among count: Int, seed: UInt64) throws -> [Float] {
    var found: [Int: [Float]] = [:]
    let wanted = Set(numbers)
    try forEachBatch(count, seed: seed) { values, batch in
      guard Interrupts.pendingCount == 0 else { throw ShellError.interrupted }
      let size = values.count / batch.count
      for number in batch where wanted.contains(number) {
        let start = (number - batch.lowerBound) * size
        found[number] = Array(values[start..<start + size])
      }
    }
    return numbers.flatMap { found[$0] ?? [] }
  }

  private func forEachBatch(
    _ count: Int, seed: UInt64, _ body: (_ values: [Float], _ numbers: Range<Int>) throws -> Void
  ) throws {
    guard let reconstructor else {
      try sampler?.forEachBatch(
        count: count, seed: seed, labels: labels(count, seed: seed), body)
      return
    }
    guard let dataset, let all = dataset.count else { return }
    for start in stride(from: 0, to: count, by: Sampler.usualBatch) {
      let numbers = start..<min(start + Sampler.usualBatch, count)
      let examples = numbers.flatMap { dataset.values(of: $0 * all / count) }
      try body(reconstructor.reconstructions(of: examples, count: numbers.count), numbers)
    }
  }

  /// Drawn as they come in the data; nil of a model without labels.
  func labels(_ count: Int, seed: UInt64) throws -> SampleLabels? {
    guard let shape = specification.architecture.labels, let dataset else { return nil }
    return SampleLabels(
      drawnFrom: try dataset.labelVectors(for: shape, of: specification), count: count, seed: seed)
  }
}

/// Examples of a data set.
final class DatasetExamples: MeasuredSource {
  let dataset: Dataset
  private let example: ExampleShape
  private let noun: String

  /// - Parameter noun: what they are called, `examples` or `images of folder:made`.
  init(_ dataset: Dataset, calling noun: String) {
    (self.dataset, self.noun, example) = (dataset, noun, dataset.exampleShape)
  }

  var shape: ExampleShape? { example }
  var count: Int? { dataset.count }
  var described: String { noun }
  var digest: String { dataset.contentDigest }

  func side(
    _ count: Int, for measures: Set<Measure>, by extractor: (any FeatureExtractor)?, seed: UInt64,
    in session: Session
  ) throws -> EvaluatedSide {
    var side = EvaluatedSide(of: example, for: measures, by: extractor, seed: seed)
    var line = ProgressLine(on: session.errors)
    defer { line.erase() }
    try side.add(
      examplesOf: dataset, count: count, seed: seed, cache: session.featureCache
    ) { done in
      guard Interrupts.pendingCount == 0 else { throw ShellError.interrupted }
      line.update { "looking at \(grouped(done)) of \(grouped(count)) \(noun)" }
    }
    return side
  }

  func values(of numbers: [Int], among count: Int, seed: UInt64) throws -> [Float] {
    let all = dataset.count ?? count
    return numbers.flatMap { dataset.values(of: $0 * all / count) }
  }
}

/// Features in a file.
final class FileFeatures: MeasuredSource {
  let file: FeatureFile
  private let name: String

  init(_ file: FeatureFile, named name: String) { (self.file, self.name) = (file, name) }

  var shape: ExampleShape? { nil }
  var count: Int? { file.count }
  var hasRows: Bool { file.count != nil }
  var described: String { hasRows ? "rows of \(name)" : "mean and covariance in \(name)" }
  var digest: String { file.digest }

  func side(
    _ count: Int, for measures: Set<Measure>, by extractor: (any FeatureExtractor)?, seed: UInt64,
    in session: Session
  ) throws -> EvaluatedSide {
    EvaluatedSide(file, rows: count)
  }

  func values(of numbers: [Int], among count: Int, seed: UInt64) -> [Float] { [] }
}
