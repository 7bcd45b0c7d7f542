import Datasets
import Foundation
import Language
import Notebook
import Reports
import Specification
import Terminal
import TerminalText
import Training

/// `predict glasses on photos/ to told.csv`.
struct PredictCommand: Command {
  static let synopsis = Synopsis(
    "predict", "tell the labels of images by a classifier, one row for each",
    parameters: [
      Parameter("run", .run, "a run of a classifier"),
      Parameter(
        "images", .anyOf([.path, .dataset]), "a folder, a zip file, an image file or a data set",
        after: "on"),
      Parameter(
        "step", .integer, "the newest checkpoint at or before a step", after: "at",
        isRequired: false),
      Parameter(
        "file", .path, "a CSV file; without it the table is shown", after: "to", isRequired: false),
    ],
    options: [
      OptionSynopsis(
        "flips", .choice(["yes", "no"]),
        "whether what is said is a mean of what is said of an image and of its mirror image",
        initial: "no", example: "\(setting); predict glasses on others flips=yes count=3"),
      OptionSynopsis(
        "known", .choice(["yes", "no"]),
        "whether the labels that the data have stand beside, in columns `known` or `known_NAME`",
        initial: "no", example: "\(setting); predict glasses on others known=yes count=3"),
      OptionSynopsis(
        "count", .integer, "how many images, the first ones", initial: "all",
        example: "\(setting); predict glasses on others count=3"),
    ] + preparation,
    discussion: """
      Of classes a row has the most likely one, how likely it is, and how likely each is (of up to a hundred); of attributes how likely each holds; of numbers each as \
      it is told. The file names of images of a folder stand as they do in `labels=FILE.csv` of `data … folder`.
      """,
    examples: [
      Example(
        "Photographs in a folder.",
        """
        \(setting)
        samples made to "photos/" count=8
        predict glasses on photos/ to told.csv
        """),
      Example("Examples that it has not seen.", "\(setting)\npredict glasses on others count=4"),
    ],
    searchTerms: ["classify", "infer", "inference", "apply", "tell", "label"], answer: .listing)

  private static let setting = """
    data seen portraits count=64 size=8 channels=1
    data others portraits count=32 size=8 channels=1 seed=2
    arch tell custom image=8x8x1 labels=Smiling,Eyeglasses { classifier { flatten; dense 2 } }
    run tell on seen batch=16 steps=20 as glasses
    arch pair custom image=8x8x1 latent=2 { generator { dense 8x8x1; tanh }
      discriminator { flatten; dense 1 } }
    run pair on seen batch=16 steps=2 as made
    """

  private static let preparation = SourceReference.preparation(
    of: "a folder or a file", like: "of the model's images"
  ) { "\(setting); samples made to \"photos/\" count=4; predict glasses on photos/ \($0)" }

  private let run: Word
  private let subject: ImageSubject
  private let step, count: Int?
  private let file: Word?
  private let flips, showsKnown: Bool
  private let preparation: [Option]

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    run = try arguments.requiredWord("run")
    guard let term = arguments.term("images") else {
      throw Diagnostic(
        "`predict` needs images", at: statement.verb.span,
        help: ["`predict \(run.text) on FOLDER`"])
    }
    subject = try ImageSubject(parsing: term)
    step = try arguments.step()
    file = try arguments.word("file")
    if let file, file.fileEnding != "csv" {
      throw Diagnostic(
        "what is told goes to a CSV file, not `\(file.text)`", at: file.span,
        help: ["let the name end in .csv"])
    }
    flips = try arguments.option("flips")?.flag(for: "flips") ?? false
    showsKnown = try arguments.option("known")?.flag(for: "known") ?? false
    count = try arguments.integer("count", in: 1...Int(Int32.max))
    preparation = arguments.options.filter { SourceReference.keys.contains($0.key.text) }
  }

  func run(in session: Session) throws {
    Interrupts.install()
    let open = try OpenClassifier(of: run, at: step, flips: flips, in: session)
    guard case .image(let shape) = open.specification.architecture.example,
      let labels = open.specification.architecture.labels
    else {
      throw Diagnostic("run `\(open.run.name)` tells no labels of images", at: run.span)
    }
    let row = PredictedLabels(labels, words: open.specification.classWords)
    let images = try subject.open(like: shape, preparation, in: session)
    let vectors = try knownLabels(labels, of: images, as: open.specification)
    let heads = row.heads + (vectors == nil ? [] : row.knownHeads)
    func known(_ number: Int) -> [String] { vectors.map { row.known(number, $0) } ?? [] }
    func cell(_ text: String) -> Table.Cell {
      labels.isOfClasses ? .text(SafeText.oneLine(text)) : Double(text).map { .number($0) } ?? .none
    }
    guard let file else {
      var table = Table(["image"] + heads)
      try forEach(of: images, by: open, on: session) { number, name, scores in
        table.append(
          [.text(SafeText.oneLine(name))] + row.cells(scores)
            + known(number).map(cell))
      }
      return session.show(table)
    }
    var told = 0
    try session.write(to: file) { sink in
      func line(_ fields: [String]) throws {
        let text = fields.map(SampleSet.field).joined(separator: ",") + "\n"
        try sink.write(Data(text.utf8))
      }
      try line(["file"] + heads)
      try forEach(of: images, by: open, on: session) { number, name, scores in
        try line([name] + row.texts(scores) + known(number))
        told += 1
      }
    }
    try session.tell(
      "the labels of \(grouped(told)) \(told == 1 ? "image" : "images")", writtenTo: file)
  }

  /// The labels that the data have of what the run tells; nil where nobody asked for them.
  private func knownLabels(
    _ labels: LabelShape, of images: ImageSubject.Opened, as specification: RunSpecification
  ) throws -> LabelVectors? {
    guard showsKnown else { return nil }
    guard case .dataset(let dataset, _) = images else {
      throw Diagnostic(
        "an image file says no labels of itself", at: subject.word.span,
        help: ["leave `known=yes` out, or name a data set that has labels"])
    }
    do { return try dataset.labelVectors(for: labels, of: specification) } catch {
      throw Diagnostic(
        "\(error)", at: subject.word.span,
        help: [
          "labels of one's own: `data mine folder path=… labels=FILE.csv`, then `predict \(run.text) on mine`"
        ])
    }
  }

  private func forEach(
    of images: ImageSubject.Opened, by open: borrowing OpenClassifier, on session: Session,
    _ body: (_ number: Int, _ name: String, _ scores: [Float]) throws -> Void
  ) throws {
    switch images {
    case .photograph(let image, let path, _):
      try body(0, path, open.classifier.scores(of: image.values, count: 1))
    case .dataset(let dataset, _):
      var line = ProgressLine(on: session.errors)
      defer { line.erase() }
      let all = min(count ?? .max, dataset.count ?? 0)
      try open.classifier.forEachPrediction(on: dataset, upTo: all) { number, scores in
        guard Interrupts.pendingCount == 0 else { throw ShellError.interrupted }
        line.update { "telling \(grouped(number + 1)) of \(grouped(all)) images" }
        try body(number, dataset.name(of: number) ?? "\(number)", scores)
      }
    }
  }
}

/// A classifier's scores as they stand in a table.
struct PredictedLabels {
  let heads: [String]
  private let labels: LabelShape
  private let words: [String]

  private static let mostClasses = 100

  /// - Parameter words: of the classes; nil, or where they are not as many: their numbers.
  init(_ labels: LabelShape, words: [String]?) {
    self.labels = labels
    let known = words.flatMap { $0.count == labels.count ? $0 : nil }
    self.words = known ?? (0..<labels.count).map { "\($0)" }
    heads =
      labels.isOfClasses
      ? ["class", "probability"] + (self.words.count <= Self.mostClasses ? self.words : [])
      : labels.names
  }

  var knownHeads: [String] {
    labels.isOfClasses ? ["known"] : labels.names.map { "known_\($0)" }
  }

  /// What the data say of an example, empty where they do not.
  func known(_ number: Int, _ vectors: LabelVectors) -> [String] {
    let (values, isKnown) = vectors.vector(of: number)
    guard labels.isOfClasses else {
      return zip(values, isKnown).map { $1 > 0 ? printed(Double($0)) : "" }
    }
    let own = values.firstIndex(of: 1).flatMap { words.indices.contains($0) ? words[$0] : nil }
    return [own ?? ""]
  }

  /// What is said, and how likely each label is; of numbers each as it is.
  func values(_ scores: [Float]) -> (said: Int?, shares: [Double]) {
    switch labels {
    case .classes:
      let top = Double(scores.max() ?? 0)
      let parts = scores.map { exp(Double($0) - top) }
      let sum = parts.reduce(0, +)
      return (scores.indices.max { scores[$0] < scores[$1] }, parts.map { $0 / sum })
    case .attributes: return (nil, scores.map { 1 / (1 + exp(-Double($0))) })
    case .numbers: return (nil, scores.map(Double.init))
    }
  }

  func cells(_ scores: [Float]) -> [Table.Cell] {
    let (said, shares) = values(scores)
    guard let said else {
      return shares.map { labels.isOfNumbers ? .number($0) : .percent($0) }
    }
    let all: [Table.Cell] = words.count <= Self.mostClasses ? shares.map { .percent($0) } : []
    return [.text(SafeText.oneLine(words[said])), .percent(shares[said])] + all
  }

  func texts(_ scores: [Float]) -> [String] {
    let (said, shares) = values(scores)
    func text(_ value: Double) -> String { printed(Double(Float(value))) }
    guard let said else { return shares.map(text) }
    let all = words.count <= Self.mostClasses ? shares.map(text) : []
    return [words[said], text(shares[said])] + all
  }
}
