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

/// `evaluate RUN metrics=fid,kid`: samples of a checkpoint, or images from elsewhere, measured beside examples.
struct MeasureRequest {
  let subject: SourceReference
  /// Where measures were typed.
  let place: Span
  /// Nil: the run's data.
  let reference: SourceReference?
  let step: Int?
  /// Whether every checkpoint of the run is measured.
  private let isOfAll: Bool
  let measures: Set<Measure>
  let features: FeatureChoice?
  let samples, examples: Int?
  let seed: UInt64?
  let average: Term?
  /// How images of folders are made ready.
  private let preparation: [Option]
  /// What is alike, to be looked at; nil: not wanted.
  let sheet: LookalikeSheet?
  /// A page on which people judge, in place of measures; nil: not wanted.
  let trials: TrialRequest?

  /// As many as this are measured where nobody says otherwise, if there are as many examples.
  static let usualCount = 5000
  /// Samples and examples, at most.
  static let counts = 2...1_000_000
  /// Options that say something of measures alone.
  static let keys =
    ["metrics", "features", "examples", "average", "against"] + SourceReference.keys
    + TrialRequest.keys

  /// - Returns: nil where no measures are asked for.
  /// - Throws: at what is out of its range, and at an option that says nothing without measures.
  init?(_ arguments: Arguments, step: Int?) throws(Diagnostic) {
    guard let run = arguments.term("run") else { return nil }
    guard let list = arguments.option("metrics") else {
      let other = arguments.options.first { Self.keys.contains($0.key.text) }
      let operand = ["each", "file"].compactMap { arguments.term($0) }.first
      guard let place = other?.span ?? operand?.span else { return nil }
      let word = other?.key.text ?? (arguments.term("each") == nil ? "to" : "every")
      throw Diagnostic(
        "`\(word)` is about measures of samples", at: place,
        help: ["say which: `metrics=\(Measure.kernelDistance.keyword)`"])
    }
    if let other = arguments.options.first(where: { $0.key.text == "classifier" }) {
      throw Diagnostic(
        "`classifier` counts modes, and `metrics` measures", at: other.span,
        help: ["ask for one after the other"])
    }
    place = list.span
    trials = try TrialRequest(list, arguments)
    var measures: Set<Measure> = []
    for term in list.elements where trials == nil {
      measures.insert(try Self.measure(term))
    }
    self.measures = measures
    features = try arguments.option("features").map { term throws(Diagnostic) in
      try FeatureChoice(parsing: term)
    }
    samples = try arguments.integer("samples", in: Self.counts)
    examples = try arguments.integer("examples", in: Self.counts)
    seed = try arguments.option("seed").map { term throws(Diagnostic) in
      try term.seed(for: "seed")
    }
    average = arguments.option("average")
    (subject, self.step) = (try SourceReference(parsing: run, for: "run"), step)
    let (against, data) = (arguments.option("against"), arguments.term("data"))
    if let against, data != nil {
      throw Diagnostic(
        "what samples are measured beside is said twice", at: against.span,
        help: ["give it after `on` or after `against=`"])
    }
    reference = try (against ?? data).map { term throws(Diagnostic) in
      try SourceReference(parsing: term, for: "data")
    }
    preparation = arguments.options.filter { SourceReference.keys.contains($0.key.text) }
    isOfAll = arguments.term("each") != nil
    let file = trials == nil ? try arguments.word("file") : nil
    sheet = try file.map { word throws(Diagnostic) in try LookalikeSheet(word) }
    if let sheet, isOfAll {
      throw Diagnostic(
        "a sheet is of one checkpoint, and `every checkpoint` are all", at: sheet.file.span)
    }
    if isOfAll, step != nil, let place = arguments.term("each")?.span {
      throw Diagnostic("`at` is one checkpoint, and `every checkpoint` are all", at: place)
    }
  }

  private static func measure(_ term: Term) throws(Diagnostic) -> Measure {
    let word = try term.asWord(for: "metrics")
    if let measure = Measure(typed: word.text) { return measure }
    let known = Measure.allCases.map(\.keyword) + [TrialRequest.keyword]
    if word.text == "modes" {
      throw Diagnostic(
        "modes are counted by a classifier and not with measures", at: word.span,
        help: ["`evaluate RUN classifier=RUN` counts them"])
    }
    throw Diagnostic(
      "there is no measure `\(word.text)`", at: word.span,
      help: suggestion(for: word.text, in: known, kind: "measures") + [
        "measures: \(known.joined(separator: ", "))"
      ])
  }

  // MARK: Sources

  /// What a reference means, before anything is opened.
  enum Meaning {
    case run(RunRecord, RunSpecification)
    case data(DatasetSpecification, noun: String)
    case file(FeatureFile)

    /// Nil of features that were made elsewhere.
    var shape: ExampleShape? {
      switch self {
      case .run(_, let specification): specification.architecture.example
      case .data(let specification, _): specification.exampleShape
      case .file: nil
      }
    }
  }

  /// - Parameter like: what images of a folder are made like where no option says; nil: as `data` does.
  private func meaning(
    of source: SourceReference, like shape: ExampleShape?, in session: Session
  ) throws -> Meaning {
    switch source.kind {
    case .name:
      if let run = try session.existingNotebook()?.run(named: source.word.text) {
        return .run(run, try run.specification())
      }
      guard try session.existingNotebook()?.declaration(.dataset, named: source.word.text) != nil
      else {
        let run = try session.run(named: source.word)
        return .run(run, try run.specification())
      }
      let examples = try session.declaration(.dataset, named: source.word).dataset()
      return .data(examples, noun: "examples of \(source.word.text)")
    case .folder(let path):
      return .data(
        try SourceReference.images(below: path, preparation, like: shape),
        noun: "images of \(source.word.text)")
    case .features(let path):
      do { return .file(try FeatureFile(path: StandardFolders.expandingHome(path.text))) } catch {
        throw Diagnostic("\(error)", at: path.span, help: suggestion(forFileAt: path.text))
      }
    }
  }

  /// What is measured, and what it is measured beside.
  ///
  /// - Parameter allowingRuns: whether that may be a run.
  func meanings(
    allowingRuns: Bool = false, in session: Session
  ) throws -> (own: Meaning, other: Meaning) {
    try checkOptions()
    if case .folder(let path) = subject.kind, let reference {
      // Of two folders the first says it, by its first image.
      let other = try meaning(
        of: reference, like: SourceReference.firstShape(below: path), in: session)
      return (try meaning(of: subject, like: other.shape, in: session), other)
    }
    let own = try meaning(of: subject, like: nil, in: session)
    if let reference {
      if case .name = reference.kind, !allowingRuns {
        let examples = try session.declaration(.dataset, named: reference.word).dataset()
        return (own, .data(examples, noun: "examples"))
      }
      return (own, try meaning(of: reference, like: own.shape, in: session))
    }
    guard case .run(_, let specification) = own else {
      throw Diagnostic(
        "`\(subject.word.text)` is measured beside something, which is not said",
        at: subject.word.span,
        help: ["say what: `against=DATA`, `against=folder:PATH`, `against=features:FILE`"])
    }
    return (own, .data(specification.dataset, noun: "examples"))
  }

  /// - Throws: at options of what is not there.
  private func checkOptions() throws(Diagnostic) {
    if !hasFolder, let option = preparation.first {
      throw Diagnostic(
        "`\(option.key.text)` says how images of a folder are made ready, and none is named",
        at: option.span, help: ["name it: `folder:PATH`"])
    }
  }

  /// Whether images of a folder are measured, or measured beside.
  var hasFolder: Bool {
    [subject, reference].contains { if case .folder? = $0?.kind { true } else { false } }
  }

  // MARK: Measuring

  /// Measures, and keeps what was measured with the run.
  func table(in session: Session) throws -> Table {
    Interrupts.install()
    let (own, other) = try meanings(in: session)
    let place = reference?.word ?? subject.word
    if let shape = own.shape, let others = other.shape, shape != others {
      throw Diagnostic(
        "`\(subject.word.text)` is of \(shape), but `\(place.text)` holds \(others)",
        at: place.span)
    }
    guard case .run(let run, let specification) = own else {
      return try tableOfImages(own, beside: other, in: session)
    }
    let rows = isOfAll ? try session.notebook().checkpoints(run: run.id).filter(\.isGood) : []
    let (_, newest) = try SampleRequest(name: subject.word, step: step)
      .newestCheckpoint(of: run, in: session.notebook()) {
        session.errors.line("\(session.errors.styled("warning:", .yellow)) \($0)")
      }
    let threads = Training.threads(choosing: newest.kernels) ?? run.threads
    let backend = try session.makeBackend(threads)
    let beside = try open(other, named: place, threads: threads, in: session)
    let measurement = try SampleMeasurement(
      self, of: specification.architecture.example, beside: beside,
      seed: seed ?? specification.seed, backend: backend, in: session)
    var labelled = (beside as? DatasetExamples)?.dataset
    let plan = try Plan(architecture: specification.architecture, recipe: specification.recipe)
    let lacksLabels = specification.architecture.labels != nil && labelled?.labels == nil
    if lacksLabels || plan.evaluation(.samples) == nil && labelled == nil {
      labelled = try session.open(specification.dataset, namedBy: subject.word, threads: threads)
    }
    func measured(_ checkpoint: Checkpoint) throws -> SampleMeasurement.Values {
      let source = try CheckpointSamples(
        of: run, specification, checkpoint, average: try usesAverage, labelsOf: labelled,
        backend: backend)
      let values = try measurement.values(of: source, in: session)
      try keep(values, of: run, by: source, seed: seed ?? specification.seed, in: session)
      try measurement.writeSheet(of: source, values, in: session)
      return values
    }
    guard isOfAll else { return Self.table(try measured(newest), isKept: true) }
    var all: [(step: Int, values: SampleMeasurement.Values)] = []
    let notebook = try session.notebook()
    for row in rows {
      let checkpoint: Checkpoint
      do throws(TrainingError) { checkpoint = try row.read(in: notebook) } catch {
        session.errors.line("\(session.errors.styled("warning:", .yellow)) \(error)")
        continue
      }
      all.append((row.step, try measured(checkpoint)))
    }
    return Self.table(all)
  }

  /// Of images and features from elsewhere, with which nothing is kept.
  private func tableOfImages(
    _ own: Meaning, beside other: Meaning, in session: Session
  ) throws -> Table {
    let wrong = step != nil ? "step" : isOfAll ? "checkpoints" : average.map { _ in "average" }
    if let wrong {
      throw Diagnostic(
        "`\(subject.word.text)` has no \(wrong): it is no run",
        at: average?.span ?? subject.word.span)
    }
    let backend = try session.makeBackend(nil)
    let source = try open(own, named: subject.word, threads: nil, in: session)
    let beside = try open(
      other, named: reference?.word ?? subject.word, threads: nil, in: session)
    let measurement = try SampleMeasurement(
      self, of: source.shape, beside: beside, seed: seed ?? 0, backend: backend, in: session)
    let values = try measurement.values(of: source, in: session)
    try measurement.writeSheet(of: source, values, in: session)
    return Self.table(values, isKept: false)
  }

  /// Whether averaged weights make the samples, where the run keeps some.
  var usesAverage: Bool {
    get throws(Diagnostic) { try average?.flag(for: "average") ?? true }
  }

  func open(
    _ meaning: Meaning, named word: Word, threads: Int?, in session: Session
  ) throws -> any MeasuredSource {
    switch meaning {
    case .data(let specification, let noun):
      return DatasetExamples(
        try session.open(
          specification, namedBy: word, threads: threads,
          wayOut: "`against=` names other examples"), calling: noun)
    case .file(let file): return FileFeatures(file, named: word.text)
    case .run(let run, _):
      throw Diagnostic(
        "samples are measured beside examples, and run `\(run.name)` makes samples", at: word.span,
        help: ["name a data set, `folder:PATH` or `features:FILE`"])
    }
  }

  // MARK: What came of it

  /// Under names that have the conditions, so that nothing else is ranked beside it.
  private func keep(
    _ values: SampleMeasurement.Values, of run: RunRecord, by source: CheckpointSamples,
    seed: UInt64, in session: Session
  ) throws {
    let notebook = try session.notebook()
    // That it can only be read was said when it was opened.
    guard notebook.readOnlyReason == nil else { return }
    for (conditions, readings) in values.parts {
      try notebook.record(
        Evaluation(
          step: source.step, protocolWord: conditions.word,
          conditions: conditions.json(average: source.usesAverage, seed: seed),
          seconds: values.seconds, readings: readings.map(conditions.named)), of: run)
    }
  }

  /// A row for each measure.
  private static func table(_ values: SampleMeasurement.Values, isKept: Bool) -> Table {
    var table = Table(["measure", "value", "may be off by"] + (isKept ? ["kept as"] : []))
    let rows = values.parts.flatMap { part in part.readings.map { (part.conditions.word, $0) } }
    for (word, reading) in rows {
      let name = MeasuredName.joined(reading.description.name, word)
      table.append(
        [
          .text(reading.description.label), Table.Cell(reading.value, of: reading.description),
          Table.Cell(reading.error, of: reading.description),
        ] + (isKept ? [.text(name)] : []))
    }
    return table
  }

  /// A row for each step, and a column for each measure.
  private static func table(_ all: [(step: Int, values: SampleMeasurement.Values)]) -> Table {
    var descriptions: [MetricDescription] = []
    for reading in all.flatMap(\.values.readings)
    where !descriptions.contains(reading.description) {
      descriptions.append(reading.description)
    }
    var table = Table(["step"] + descriptions.map(\.label))
    for (step, values) in all {
      table.append(
        [.integer(step)]
          + descriptions.map { description in
            let reading = values.readings.first { $0.description == description }
            return Table.Cell(reading?.value, of: description)
          })
    }
    return table
  }
}
