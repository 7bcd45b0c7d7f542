import Datasets
import Foundation
import Images
import Language
import Notebook
import Reports
import Specification
import Terminal
import TerminalText
import Training

/// `augment faces with cond count=5k judge=told confidence=0.9 to more/`.
struct AugmentCommand: Command {
  static let synopsis = Synopsis(
    "augment", "write samples that are fit to stand beside examples, with their labels",
    parameters: [
      Parameter("data", .dataset, "the examples that samples are to stand beside"),
      Parameter("run", .run, "a run with a generator", after: "with"),
      Parameter(
        "step", .integer, "the newest checkpoint at or before a step", after: "at",
        isRequired: false),
      Parameter("folder", .path, "a new folder", after: "to"),
    ],
    options: [
      OptionSynopsis(
        "count", .integer, "how many are written", initial: "5k",
        example: "\(setting); augment drawn with asked count=8 to more/"),
      OptionSynopsis(
        "seed", .integer, "what latents are drawn with", initial: "1",
        example: "\(setting); augment drawn with asked count=8 seed=2 to more/"),
      OptionSynopsis(
        "labels", .list(.labelValue),
        "labels that all are to have, `Smiling:1`; the others as they come in the data",
        initial: "data"),
      OptionSynopsis(
        "by", .list(.label), "a label whose values name the folders that they lie in",
        example: "\(setting); augment drawn with asked count=8 by=Smiling to more/"),
      OptionSynopsis(
        "truncation", .number, "no number of a latent is farther from 0", initial: "none",
        example: "\(setting); augment drawn with asked count=8 truncation=1 to more/"),
      OptionSynopsis(
        "judge", .run, "a classifier that has to tell each as it was asked for"),
      OptionSynopsis(
        "confidence", .number, "how sure the judge has to be, from 0 to 1", initial: "0.5",
        example: "\(setting); augment drawn with asked count=8 judge=told confidence=0.4 to more/"),
      OptionSynopsis(
        "score", .number,
        "the share of samples that goes for the discriminator's low scores, found out of the first 256",
        initial: "0", example: "\(setting); augment drawn with asked count=8 score=0.3 to more/"),
      OptionSynopsis(
        "density", .number,
        "in how many examples' neighbourhoods each has to lie, over five; 0.2 is one", initial: "0",
        example: "\(setting); augment drawn with asked count=8 density=0.2 to more/"),
      OptionSynopsis(
        "apart", .number,
        "how far each has to be from the nearest example, over how far examples usually are from each other",
        initial: "0"),
      OptionSynopsis(
        "features", FeatureChoice.kind, "by whose features `density` and `apart` are measured",
        initial: FeatureChoice.usual.rawValue,
        example: "\(setting); augment drawn with asked count=8 apart=0.1 features=pixels to more/"),
    ],
    discussion: """
      The folder gets a PNG file for each and a table `manifest.csv` with the labels they were asked for, as `samples … to FOLDER/` writes it: `data more folder path=FOLDER labels=FOLDER/manifest.csv` reads \
      them, and `data both join faces more` puts them beside the examples. With `by=LABEL` the files lie in a folder for each value, \
      which other programs take for classes. A generator that is asked for no labels makes what has the labels of `labels=`: train one for each class.

      A sample that a filter leaves out is replaced by another. `apart=0.5` leaves out what is a copy of an example, twice as near to it as examples are to each other. \
      `density` is a sample's part of the measure of that name. How many each filter has left out is said; where hardly any stay, nothing is written. \
      Nothing of the test set may be among the examples that the generator was trained on: `study` sees to that, and this command cannot.

      Without files the same, unfiltered, is a data set: `data more generated run=asked`.
      """,
    examples: [
      Example(
        "Faces that a classifier tells as they were asked for, no copies among them.",
        """
        \(setting)
        augment drawn with asked count=20 judge=told apart=0.2 to more/
        data more folder path=more/ labels=more/manifest.csv size=16
        data both join drawn more
        """),
      Example(
        "Smiling ones alone.",
        "\(setting)\naugment drawn with asked count=8 labels=Smiling:1 to smiles/"),
    ],
    searchTerms: ["augmentation", "enlarge", "synthetic", "generate", "filter"], answer: .listing)

  private static let setting = """
    data drawn portraits count=64 size=16
    arch asked like dcgan image=16x16x3 width=4 latent=8 labels=Smiling
    run asked on drawn steps=4 batch=16 as asked
    arch tell like classifier image=16x16x3 width=2 labels=Smiling
    run tell on drawn steps=4 batch=16 as told
    """

  private let data, run, folder: Word
  private let step: Int?
  private let count: Int
  private let seed: UInt64
  private let labels: LabelRequest
  private let column: Word?
  private let truncation: Double?
  private let filters: SampleFilter.Request

  init(parsing statement: Statement) throws(Diagnostic) {
    var statement = statement
    // `by` names folders here.
    let by = statement.options.firstIndex { $0.key.text == "by" }
      .map { statement.options.remove(at: $0).value }
    column = try by?.asWord(for: "by")
    labels = try LabelRequest(takenFrom: &statement, mayBeDrawn: true)
    let arguments = try Arguments(statement, of: Self.synopsis)
    data = try arguments.requiredWord("data")
    run = try arguments.requiredWord("run")
    folder = try arguments.requiredWord("folder")
    step = try arguments.step()
    count = try arguments.integer("count", in: 1...SampleDestination.limit) ?? 5000
    seed = try arguments.option("seed")?.seed(for: "seed") ?? 1
    func number(_ key: String, _ range: ClosedRange<Double>) throws(Diagnostic) -> Double? {
      try arguments.option(key)?.number(in: range, for: key)
    }
    truncation = try number("truncation", 0.01...100)
    filters = SampleFilter.Request(
      judge: try arguments.option("judge")?.asWord(for: "judge"),
      confidence: try number("confidence", 0...1), score: try number("score", 0...0.99),
      density: try number("density", 0...1000), apart: try number("apart", 0...1000),
      features: try arguments.option("features").map { term throws(Diagnostic) in
        try FeatureChoice(parsing: term)
      })
    if let term = arguments.option("confidence"), filters.judge == nil {
      throw Diagnostic(
        "`confidence` is a judge's, and there is none", at: term.span,
        help: ["name one: `judge=RUN`"])
    }
    if let term = arguments.option("features"), !filters.needsFeatures {
      throw Diagnostic(
        "`features` are asked by `density` and `apart`, and neither is there", at: term.span,
        help: ["leave `features` out"])
    }
  }

  func run(in session: Session) throws {
    Interrupts.install()
    let examples = try session.declaration(.dataset, named: data).dataset()
    let set = try SampleRequest(name: run, step: step, count: count, seed: seed).set(in: session)
    guard let shape = set.image else {
      throw Diagnostic("run `\(run.text)` makes points, and images are wanted", at: run.span)
    }
    let roles = set.specification.architecture.networks.map(\.role)
    guard roles.contains(.generator) || roles.contains(.decoder) else {
      throw Diagnostic("run `\(run.text)` has no generator", at: run.span)
    }
    guard examples.exampleShape == .image(shape) else {
      throw Diagnostic(
        "run `\(run.text)` makes images of \(shape), and `\(data.text)` holds \(examples.exampleShape)",
        at: data.span)
    }
    let dataset = try session.open(examples, namedBy: data)
    let source = LabelledSamples(
      sampler: try set.sampler(in: session), seed: seed, truncation: truncation,
      labels: try labels(of: set, in: dataset))
    let folders = try column.map { column in
      try column.expect(among: source.labels.names)
      if set.specification.architecture.labels?.isOfNumbers == true {
        throw Diagnostic(
          "`\(column.text)` is a number, and folders are of classes and attributes", at: column.span
        )
      }
      let names = source.labels.folders(by: column.text)
      if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
        throw Diagnostic(
          "two values of `\(column.text)` have the folder `\(SafeText.oneLine(twice))`, since a `/` is no part of a name",
          at: column.span, help: ["leave `by` out: `manifest.csv` says the label of each file"])
      }
      return names
    }
    var filter = try SampleFilter(filters, beside: dataset, of: set, named: run, in: session)
    if filters.score != nil {
      let (images, asked) = source.samples(from: 0, count: Self.pilot)
      filter.look(at: images, labels: asked, count: Self.pilot)
    }
    let (told, shifts) = try write(source, filter, folders, shape, in: session)
    var artifact = Artifact(
      .augmentation, step: set.checkpoint.step, count: count, seed: seed)
    (artifact.labels, artifact.truncation) = (labels.text, truncation)
    artifact.checkpoint = set.checkpointDigest
    try session.keep(artifact, of: set.run, writtenTo: folder)
    try session.tell(told, writtenTo: folder)
    for shift in shifts { session.errors.line("note: \(shift)") }
  }

  /// Samples that are drawn for each that is written, at most.
  private static let mostDraws = 50
  /// Samples out of which low scores are found.
  private static let pilot = 256
  private static let batch = 64

  private func labels(of set: SampleSet, in dataset: Dataset) throws -> SampleLabelSource {
    let specification = set.specification
    guard let shape = specification.architecture.labels else {
      guard labels.drawn == nil else {
        throw Diagnostic(
          "run `\(run.text)` is asked for no labels", at: labels.drawn ?? run.span,
          help: ["`labels=Smiling:1` says what its samples are"])
      }
      return SampleLabelSource(said: labels.values)
    }
    var fixed: [Int: Float] = [:]
    if !labels.isEmpty, labels.drawn == nil {
      try labels.check(against: specification.labels, of: set.run)
      guard let asked = try labels.labels(of: specification) else { throw Diagnostic("no labels") }
      if shape.isOfClasses { return SampleLabelSource(specification, asked: asked.vectors[0]) }
      for (label, value) in labels.values {
        guard let place = shape.names.firstIndex(where: { $0.isExactly(label.text) }) else {
          continue
        }
        let number = asked.vectors[0][place]
        guard shape.isOfNumbers || number == 0 || number == 1 else {
          throw Diagnostic(
            "`\(label.text)` holds for an example or does not: 1 or 0, not `\(value.brief)`",
            at: value.span)
        }
        fixed[place] = number
      }
      // Nothing is left to be drawn.
      if fixed.count == shape.count {
        return SampleLabelSource(specification, asked: asked.vectors[0])
      }
    }
    do {
      return SampleLabelSource(
        specification, drawnFrom: try dataset.labelVectors(for: shape, of: specification), seed,
        fixed: fixed)
    } catch { throw Diagnostic("\(error)", at: data.span) }
  }

  /// - Returns: what was written, what was left out, and which labels are rarer or more frequent for it.
  private func write(
    _ source: borrowing LabelledSamples, _ filter: SampleFilter, _ folders: [String]?,
    _ shape: ImageShape, in session: Session
  ) throws -> (told: String, shifts: [String]) {
    var (drawn, kept) = (0, 0)
    var shares = LabelShares(of: source.labels)
    var leftOut: [SampleFilter.Reason: Int] = [:]
    var account: String {
      SampleFilter.Reason.allCases.compactMap { reason in
        leftOut[reason].map { "\(grouped($0)) \(reason.rawValue)" }
      }.joined(separator: ", ")
    }
    var line = ProgressLine(on: session.errors)
    defer { line.erase() }
    try session.writeFolder(to: folder) { folder in
      for name in folders ?? [] { try folder.makeFolder(name) }
      try folder.write(to: SampleSet.manifest) { manifest in
        let heads = ["file", "latent"] + source.labels.names.map(SampleSet.field)
        try manifest.write(Data((heads.joined(separator: ",") + "\n").utf8))
        while kept < count {
          guard Interrupts.pendingCount == 0 else { throw ShellError.interrupted }
          guard drawn < 16 * Self.batch || kept * Self.mostDraws >= drawn else {
            throw Diagnostic(
              "of \(counted(drawn, "sample")) \(kept == 0 ? "none" : grouped(kept)) would stay: \(account)",
              at: run.span,
              help: ["let less be left out", "or train the generator for longer"])
          }
          line.update { "\(grouped(kept)) of \(grouped(count)) samples" }
          let (values, labels) = source.samples(from: drawn, count: Self.batch)
          let reasons = filter.reasons(against: values, labels: labels, count: Self.batch)
          let images = PixelImage.images(
            fromTensor: values, count: Self.batch, channels: shape.channels, height: shape.height,
            width: shape.width)
          var rows = ""
          for (place, image) in images.enumerated() where kept < count {
            drawn += 1
            let texts = source.labels.texts(labels[place])
            shares.add(texts, isKept: reasons[place] == nil)
            if let reason = reasons[place] {
              leftOut[reason, default: 0] += 1
              continue
            }
            let below = column.flatMap { source.labels.folder(by: $0.text, labels[place]) }
            let name =
              (below.map { $0 + "/" } ?? "") + SampleSet.fileName(kept, of: count)
            try folder.write(image.pngData(), to: name)
            rows += ([SampleSet.field(name), "\(drawn)"] + texts).joined(separator: ",") + "\n"
            kept += 1
          }
          try manifest.write(Data(rows.utf8))
        }
      }
    }
    let told =
      "\(counted(kept, "sample")) of \(grouped(drawn))" + (account.isEmpty ? "" : ": \(account)")
    return (told, shares.shifts)
  }
}

/// How often each value of a label was drawn and kept.
private struct LabelShares {
  private let names: [String]
  private var drawn: [[String: Int]]
  private var kept: [[String: Int]]

  /// Numbers, of which hardly two are alike, are not counted.
  init(of labels: SampleLabelSource) {
    names = labels.isOfNumbers ? [] : labels.names
    drawn = names.map { _ in [:] }
    kept = drawn
  }

  mutating func add(_ texts: [String], isKept: Bool) {
    for (place, text) in zip(names.indices, texts) {
      drawn[place][text, default: 0] += 1
      if isKept { kept[place][text, default: 0] += 1 }
    }
  }

  /// A sentence for each label: the value whose share differs most between drawn and kept samples, where it differs by more than 0.05.
  var shifts: [String] {
    names.indices.compactMap { place in
      func share(_ text: String, of counts: [String: Int]) -> Double {
        Double(counts[text] ?? 0) / Double(max(1, counts.values.reduce(0, +)))
      }
      func change(_ text: String) -> Double {
        abs(share(text, of: kept[place]) - share(text, of: drawn[place]))
      }
      let texts = drawn[place].keys.sorted()
      guard let text = texts.max(by: { change($0) < change($1) }), change(text) > 0.05 else {
        return nil
      }
      func percent(_ counts: [String: Int]) -> String {
        "\(printed((share(text, of: counts) * 100).rounded()))%"
      }
      return
        "`\(SafeText.oneLine(names[place]))` is \(text) of \(percent(drawn[place])) of what was drawn, "
        + "and of \(percent(kept[place])) of what was kept"
    }
  }
}
