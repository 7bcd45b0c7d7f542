import Datasets
import Language
import MetricDescriptions
import Notebook
import Reports
import Specification
import Terminal
import TerminalText
import Training

/// `evaluate RUN classifier=RUN`: which modes the samples of a checkpoint reach.
struct ModeRequest {
  private let name: Word
  private let data: Word?
  private let step: Int?
  private let classifier: (place: Span, reference: ClassifierReference)
  private let samples: Int?
  private let seed: UInt64?

  private static let counts = 1...10_000_000

  /// - Returns: nil where no classifier is asked for.
  /// - Throws: at what is out of its range, and at an option that says nothing without a classifier.
  init?(_ arguments: Arguments, run: Word, data: Word?, step: Int?) throws(Diagnostic) {
    samples = try arguments.integer("samples", in: Self.counts)
    seed = try arguments.option("seed").map { term throws(Diagnostic) in
      try term.seed(for: "seed")
    }
    (name, self.data, self.step) = (run, data, step)
    guard let term = arguments.option("classifier") else {
      guard let other = arguments.options.first(where: { $0.key.text != "flips" }) else {
        return nil
      }
      throw Diagnostic(
        "`\(other.key.text)` is about samples, which a classifier has to tell", at: other.span,
        help: ["name its run: `classifier=RUN`"])
    }
    classifier = (term.span, try ClassifierReference(parsing: term))
  }

  /// Counts them; what can be compared with what runs count themselves is kept with the run.
  func table(in session: Session) throws -> Table {
    let run = try session.run(named: name)
    let specification = try run.specification()
    let (row, checkpoint) = try SampleRequest(name: name, step: step)
      .newestCheckpoint(of: run, in: session.notebook()) {
        session.errors.line("\(session.errors.styled("warning:", .yellow)) \($0)")
      }
    // Also sees that it makes samples.
    var asked = specification
    asked.observation.classifier = classifier.reference
    guard let judge = try session.modeClassifier(for: &asked, at: classifier.place) else {
      return Table([])
    }
    let examples = try data.map { try session.declaration(.dataset, named: $0).dataset() }
    let compared = examples ?? specification.dataset
    guard compared.exampleShape == specification.architecture.example else {
      throw Diagnostic(
        "the run makes \(specification.architecture.example), but `\(data?.text ?? "")` holds "
          + "\(compared.exampleShape)", at: data?.span ?? name.span)
    }
    let threads = Training.threads(choosing: checkpoint.kernels) ?? run.threads
    let dataset = try session.open(compared, namedBy: data ?? name, threads: threads)
    let backend = try session.makeBackend(threads)
    let counter = try ModeCounter(judge, of: dataset, backend: backend)
    let sampler = try Sampler(specification, checkpoint: checkpoint, backend: backend, batch: 64)
    let (count, own) = (samples ?? judge.kinds.sampleCount, seed ?? specification.seed)
    let labels = try specification.architecture.labels.map {
      SampleLabels(
        drawnFrom: try dataset.labelVectors(for: $0, of: specification), count: count, seed: own)
    }
    let modes = sampler.modes(by: counter, count: count, seed: own, labels: labels)
    let readings = modes.readings(beside: counter.data)
    if data == nil, count == judge.kinds.sampleCount, own == specification.seed {
      try keep(readings, of: run, at: row.step, by: asked, in: session)
    }
    return Self.table(modes, counter.data, readings, of: run, at: row.step)
  }

  /// Of a run that is at work nothing is kept: it writes its metrics itself.
  private func keep(
    _ readings: [MetricReading], of run: RunRecord, at step: Int,
    by specification: RunSpecification,
    in session: Session
  ) throws {
    guard [.finished, .stopped].contains(run.status), !readings.isEmpty else { return }
    let notebook = try session.notebook()
    let writer = notebook.metricWriter(for: run)
    writer.describe(readings.map(\.description))
    try writer.log(readings.map { ($0.description.name, $0.value) }, step: step)
    try writer.close()
    let judge = specification.observation.classifier.map { "\($0)" } ?? ""
    try notebook.record(
      event: "evaluated", run: run.id, step: step, message: "modes are counted by \(judge)")
  }

  private static func table(
    _ modes: ModeCount, _ data: ModeCount, _ readings: [MetricReading], of run: RunRecord,
    at step: Int
  ) -> Table {
    var table = Table(
      ["run", "step", "samples"]
        + readings.flatMap { reading in
          reading.description == MixtureScore.capturedModes
            ? [reading.description.label, "of", "in the data"] : [reading.description.label]
        })
    table.append(
      [.text(run.name), .integer(step), .integer(modes.total)]
        + readings.flatMap { reading -> [Table.Cell] in
          let cell = Table.Cell(reading.value, of: reading.description)
          return reading.description == MixtureScore.capturedModes
            ? [cell, .integer(modes.kinds.count), .integer(data.captured)] : [cell]
        })
    return table
  }
}
