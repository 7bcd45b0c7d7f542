import Compilation
import Datasets
import Foundation
import Language
import MetricDescriptions
import Networks
import Notebook
import Reports
import Specification
import Terminal
import TerminalText
import Training

/// `evaluate RUN metrics=fid,kid`: samples of a checkpoint measured beside examples.
struct MeasureRequest {
  private let name: Word
  private let data: Word?
  private let step: Int?
  private let measures: Set<Measure>
  private let network: (place: Span, network: FeatureNetwork)?
  private let samples, examples: Int?
  private let seed: UInt64?
  private let average: Term?

  /// As many as this are measured where nobody says otherwise, if there are as many examples.
  static let usualCount = 5000
  /// Samples and examples, at most.
  static let counts = 2...1_000_000
  /// Options that say something of measures alone.
  static let keys = ["metrics", "features", "examples", "average"]

  /// - Returns: nil where no measures are asked for.
  /// - Throws: at what is out of its range, and at an option that says nothing without measures.
  init?(_ arguments: Arguments, run: Word, data: Word?, step: Int?) throws(Diagnostic) {
    guard let list = arguments.option("metrics") else {
      guard let other = arguments.options.first(where: { Self.keys.contains($0.key.text) }) else {
        return nil
      }
      throw Diagnostic(
        "`\(other.key.text)` is about measures of samples", at: other.span,
        help: ["say which: `metrics=\(Measure.kernelDistance.keyword)`"])
    }
    if let other = arguments.options.first(where: { $0.key.text == "classifier" }) {
      throw Diagnostic(
        "`classifier` counts modes, and `metrics` measures", at: other.span,
        help: ["ask for one after the other"])
    }
    var measures: Set<Measure> = []
    for term in list.elements {
      measures.insert(try Self.measure(term))
    }
    self.measures = measures
    network = try arguments.option("features").map { term throws(Diagnostic) in
      (term.span, try term.choice(of: FeatureNetwork.self, for: "features"))
    }
    samples = try arguments.integer("samples", in: Self.counts)
    examples = try arguments.integer("examples", in: Self.counts)
    seed = try arguments.option("seed").map { term throws(Diagnostic) in
      try term.seed(for: "seed")
    }
    average = arguments.option("average")
    (name, self.data, self.step) = (run, data, step)
  }

  private static func measure(_ term: Term) throws(Diagnostic) -> Measure {
    let word = try term.asWord(for: "metrics")
    if let measure = Measure.allCases.first(where: { $0.keyword == word.text }) { return measure }
    let known = Measure.allCases.map(\.keyword)
    throw Diagnostic(
      "there is no measure `\(word.text)`", at: word.span,
      help: suggestion(for: word.text, in: known, kind: "measures") + [
        "measures: \(known.joined(separator: ", "))"
      ])
  }

  /// Measures, and keeps what was measured with the run.
  func table(in session: Session) throws -> Table {
    Interrupts.install()
    let began = monotonicSeconds()
    let run = try session.run(named: name)
    var specification = try run.specification()
    let (_, checkpoint) = try SampleRequest(name: name, step: step)
      .newestCheckpoint(of: run, in: session.notebook()) {
        session.errors.line("\(session.errors.styled("warning:", .yellow)) \($0)")
      }
    let compared = try data.map { try session.declaration(.dataset, named: $0).dataset() }
    specification.dataset = compared ?? specification.dataset
    let shape = specification.architecture.example
    guard specification.dataset.exampleShape == shape else {
      throw Diagnostic(
        "the run makes \(shape), but `\(data?.text ?? "")` holds "
          + "\(specification.dataset.exampleShape)", at: data?.span ?? name.span)
    }
    let threads = Training.threads(choosing: checkpoint.kernels) ?? run.threads
    let dataset = try session.open(
      specification.dataset, namedBy: data ?? name, threads: threads,
      wayOut: "samples are measured beside examples")
    let backend = try session.makeBackend(threads)
    let extractor = try self.extractor(of: shape, backend: backend)
    let usesAverage = try average.map { try $0.flag(for: "average") } ?? true
    let sampler = try Sampler(
      specification, checkpoint: checkpoint, backend: backend, average: usesAverage)
    let exampleCount = min(examples ?? dataset.count ?? Self.usualCount, dataset.count ?? .max)
    let count = samples ?? min(Self.usualCount, max(exampleCount, 2))
    let own = seed ?? specification.seed
    let conditions = EvaluationConditions(
      features: extractor?.name ?? "coordinates", weights: extractor?.digest ?? "",
      resizing: extractor?.resizing ?? "none", extent: shape.extent, data: dataset.contentDigest,
      samples: count, examples: exampleCount, labels: nil)
    try checkMemory(count + exampleCount, width: extractor?.width ?? shape.dimensions[0])
    tell(run, checkpoint, extractor, count, exampleCount, in: session)

    var made = EvaluatedSide(of: shape, for: measures, by: extractor, seed: own)
    var real = EvaluatedSide(of: shape, for: measures, by: extractor, seed: own)
    try collect(dataset, exampleCount, seed: own, into: &real, in: session)
    try collect(sampler, specification, dataset, count, seed: own, into: &made, in: session)
    let results = try SampleEvaluation(samples: made, examples: real, seed: own)
      .readings(of: measures) {
        guard Interrupts.pendingCount == 0 else { throw ShellError.interrupted }
      }
    var readings: [MetricReading] = []
    for (measure, result) in results {
      switch result {
      case .success(let some): readings += some
      case .failure(let lack):
        session.errors.line("note: no \(measure.metrics[0].label): \(lack.words)")
      }
    }
    try keep(
      readings, conditions, of: run, at: checkpoint.step, seconds: monotonicSeconds() - began,
      in: session)
    return Self.table(readings, conditions)
  }

  private func extractor(
    of shape: ExampleShape, backend: any Backend
  ) throws -> (any FeatureExtractor)? {
    guard case .image(let image) = shape else {
      if let network {
        throw Diagnostic(
          "points are their own features", at: network.place, help: ["leave `features` out"])
      }
      return nil
    }
    let choice = network?.network ?? .random
    do {
      return try choice.extractor(of: image, backend: backend)
    } catch let error as WeightsError {
      throw Diagnostic("\(error)", at: network?.place ?? name.span)
    }
  }

  /// - Throws: a `Diagnostic` where features, or the covariances of a Fréchet distance, do not fit into memory.
  private func checkMemory(_ rows: Int, width: Int) throws(Diagnostic) {
    let features = 3 * rows * width * MemoryLayout<Float>.stride
    let covariances =
      measures.contains(.frechetDistance) ? 8 * width * width * MemoryLayout<Double>.stride : 0
    let has = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    guard features + covariances > has else { return }
    throw Diagnostic(
      "\(grouped(rows)) rows of \(grouped(width)) features take \(Readable.bytes(features + covariances)), "
        + "and this machine has \(Readable.bytes(has))", at: network?.place ?? name.span,
      help: [
        covariances > features
          ? "a Fréchet distance takes the square of the width: `features=random`, or leave `fid` out"
          : "fewer of them: `samples=`, `examples=`"
      ])
  }

  /// What is about to be done, before it takes its time.
  private func tell(
    _ run: RunRecord, _ checkpoint: Checkpoint, _ extractor: (any FeatureExtractor)?, _ count: Int,
    _ examples: Int, in session: Session
  ) {
    let features =
      extractor.map { "features `\($0.name)`, \(grouped($0.width)) numbers" }
      ?? "their coordinates"
    let bytes = (count + examples) * (extractor?.width ?? 2) * MemoryLayout<Float>.stride
    session.errors.line(
      "\(grouped(count)) samples of \(run.name) after step \(grouped(checkpoint.step)) beside "
        + "\(grouped(examples)) examples by \(features), \(Readable.bytes(bytes))")
    if count < 2048 || examples < 2048, measures.contains(.frechetDistance) {
      session.errors.line(
        "note: a Fréchet distance is larger the fewer samples there are; `kid` has no such bias")
    }
  }

  private func collect(
    _ dataset: Dataset, _ count: Int, seed: UInt64, into side: inout EvaluatedSide,
    in session: Session
  ) throws {
    var line = ProgressLine(on: session.errors)
    defer { line.erase() }
    if let mixture = dataset.mixture {
      return side.add(mixture.points(count: count, seed: seed, step: .max - 1), count: count)
    }
    let all = dataset.count ?? count
    for start in stride(from: 0, to: count, by: Sampler.usualBatch) {
      guard Interrupts.pendingCount == 0 else { throw ShellError.interrupted }
      line.update { "looking at \(grouped(start)) of \(grouped(count)) examples" }
      let part = start..<min(start + Sampler.usualBatch, count)
      side.add(part.flatMap { dataset.values(of: $0 * all / count) }, count: part.count)
    }
  }

  private func collect(
    _ sampler: borrowing Sampler, _ specification: RunSpecification, _ dataset: Dataset,
    _ count: Int, seed: UInt64, into side: inout EvaluatedSide, in session: Session
  ) throws {
    var line = ProgressLine(on: session.errors)
    defer { line.erase() }
    // Labels are drawn as they come in the data.
    let labels = try specification.architecture.labels.map {
      SampleLabels(
        drawnFrom: try dataset.labelVectors(for: $0, of: specification), count: count, seed: seed)
    }
    try sampler.forEachBatch(count: count, seed: seed, labels: labels) { values, numbers in
      guard Interrupts.pendingCount == 0 else { throw ShellError.interrupted }
      line.update { "making \(grouped(numbers.upperBound)) of \(grouped(count)) samples" }
      side.add(values, count: numbers.count)
    }
  }

  /// Under names that have the conditions, so that nothing else is ranked beside it.
  private func keep(
    _ readings: [MetricReading], _ conditions: EvaluationConditions, of run: RunRecord,
    at step: Int, seconds: Double, in session: Session
  ) throws {
    let notebook = try session.notebook()
    // That it can only be read was said when it was opened.
    guard !readings.isEmpty, notebook.readOnlyReason == nil else { return }
    var kept = readings
    for place in kept.indices {
      kept[place].description.name = MeasuredName.joined(
        kept[place].description.name, conditions.word)
      kept[place].description.label += " (\(conditions.word))"
    }
    try notebook.record(
      Evaluation(
        step: step, protocolWord: conditions.word, conditions: conditions.json, seconds: seconds,
        readings: kept), of: run)
  }

  private static func table(
    _ readings: [MetricReading], _ conditions: EvaluationConditions
  ) -> Table {
    var table = Table(["measure", "value", "may be off by", "kept as"])
    for reading in readings {
      table.append([
        .text(reading.description.label), Table.Cell(reading.value, of: reading.description),
        Table.Cell(reading.error, of: reading.description),
        .text(MeasuredName.joined(reading.description.name, conditions.word)),
      ])
    }
    return table
  }
}

extension ExampleShape {
  /// `32x32x3`; of points how many numbers they have.
  fileprivate var extent: String {
    switch self {
    case .point(let dimensions): "\(dimensions)"
    case .image(let image): "\(image.width)x\(image.height)x\(image.channels)"
    }
  }
}

extension SampleEvaluation.Lack {
  /// Why a measure could not be told.
  fileprivate var words: String {
    switch self {
    case .notFinite(let ofSamples):
      "features of \(ofSamples ? "samples" : "examples") are not all numbers"
    case .tooFew(let least): "it takes at least \(grouped(least)) of each"
    case .tooSmall(let least): "it takes images of at least \(least) pixels a side"
    case .ofPoints: "it is of images, and these are points"
    case .noClasses: "these features tell no classes; `features=inception` does"
    }
  }
}
