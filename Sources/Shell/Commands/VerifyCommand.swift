import Datasets
import Foundation
import Language
import MetricDescriptions
import Metrics
import Notebook
import Reports
import Specification
import Terminal
import TerminalText
import Training

/// `verify who on unseen by=Person to roc.png`.
struct VerifyCommand: Command {
  static let synopsis = Synopsis(
    "verify", "how well features tell whether two images show the same person",
    parameters: [
      Parameter("features", FeatureChoice.kind, "a run whose features are compared, or a network"),
      Parameter("data", .dataset, "images of persons that it has not seen", after: "on"),
      Parameter(
        "file", .path, "a PNG or SVG file for the curve", after: "to", isRequired: false),
    ],
    options: [
      OptionSynopsis("by", .text, "the label of who is shown", initial: "Person"),
      OptionSynopsis(
        "pairs", .integer, "how many pairs, half of them of the same person", initial: "6k",
        example: "\(setting); verify known on unseen pairs=40"),
      OptionSynopsis(
        "seed", .integer, "what the pairs are drawn with", initial: "1",
        example: "\(setting); verify known on unseen pairs=40 seed=2"),
    ],
    discussion: """
      Two images are said to show the same person where the cosine of their features is above a threshold. EER, the equal error rate, is \
      the share of errors at the threshold at which as many pairs of the same person are refused as of different ones are accepted; AUC the area under \
      the curve that `to` draws, of what is accepted rightly over what is accepted wrongly. The accuracy is that of one half of the pairs by the threshold that \
      is best for the other, and the other way round, with the standard error of a share. By chance EER and accuracy are 50%.

      `recogniser` is a model whose features are learned for this; those of any classifier can be asked. Persons that it has learned from are told more easily: take others.
      """,
    examples: [
      Example(
        "Persons that it has not seen, with the curve.",
        "\(setting)\nverify known on unseen by=Person pairs=40 to roc.png"),
      Example(
        "Features that nobody has trained, to compare with.",
        "\(setting)\nverify pixels on unseen pairs=40"),
    ],
    searchTerms: [
      "recognition", "identity", "EER", "ROC", "same", "person", "embedding", "cosine",
    ],
    answer: .listing)

  private static let setting = """
    data people portraits count=80 size=16 people=10
    data unseen portraits count=40 size=16 people=10 seed=2
    arch who like recogniser image=16x16x3 width=2 latent=8 classes=10
    run who on people steps=4 batch=16 as known
    """

  private let features: FeatureChoice
  private let data: Word
  private let label: Word?
  private let file: Word?
  private let asked, pairs: Int
  private let seed: UInt64

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    guard let term = arguments.term("features") else {
      throw Diagnostic(
        "`verify` needs a run whose features are compared", at: statement.verb.span,
        help: ["usage: \(Self.synopsis.usage)"])
    }
    features = try FeatureChoice(parsing: term)
    data = try arguments.requiredWord("data")
    label = try arguments.option("by")?.asWord(for: "by")
    file = try arguments.word("file")
    if let file, !["png", "svg"].contains(file.fileEnding) {
      throw Diagnostic(
        "a curve is drawn as PNG or SVG, not as `\(file.text)`", at: file.span,
        help: ["let the name end in .png or .svg"])
    }
    let count = try arguments.integer("pairs", in: 4...1_000_000) ?? 6000
    (asked, pairs) = (count, count - count % 4)
    seed = try arguments.option("seed")?.seed(for: "seed") ?? 1
  }

  func run(in session: Session) throws {
    Interrupts.install()
    let examples = try session.declaration(.dataset, named: data).dataset()
    guard case .image(let shape) = examples.exampleShape else {
      throw Diagnostic("`\(data.text)` holds points, and images are compared", at: data.span)
    }
    let dataset = try session.open(examples, namedBy: data)
    let groups: TaskSet
    do {
      groups = try dataset.tasks(by: label?.text ?? "Person", batches: 1, called: "person")
    } catch {
      throw Diagnostic(
        "\(error)", at: label?.span ?? data.span,
        help: label == nil ? ["`by=LABEL` names the label of who is shown"] : [])
    }
    let drawn = VerificationPairs(of: groups.members, count: pairs, seed: seed)
    let pairs = drawn.ones.count
    guard pairs > 0 else {
      throw Diagnostic(
        "there are no two pairs of the same and two of different persons among these examples",
        at: data.span)
    }
    if pairs < asked {
      session.errors.line(
        "note: \(grouped(pairs)) pairs and not \(grouped(asked)): half are of the same person, each stands once, and their number is a multiple of four"
      )
    }
    var choice = features
    let source = try choice.source(of: shape, in: session)
    if case .run(let specification, _, _) = source, specification.dataset.source == examples.source
    {
      session.errors.line(
        "note: \(choice.word) has learned from these very images; of persons that it has not seen it will tell fewer"
      )
    }
    let extractor = try source.extractor(
      of: shape, telling: [], backend: session.makeBackend(nil))
    let used = Set(drawn.ones + drawn.others).sorted()
    let places = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
    var values: [Float] = []
    for start in stride(from: 0, to: used.count, by: Self.chunk) {
      guard Interrupts.pendingCount == 0 else { throw ShellError.interrupted }
      let part = used[start..<min(start + Self.chunk, used.count)]
      values +=
        extractor.features(
          of: part.flatMap { dataset.values(of: $0) }, count: part.count
        ).values
    }
    let all = FeatureMatrix(values, count: used.count)
    func rows(of examples: [Int]) -> FeatureMatrix { all.rows(examples.compactMap { places[$0] }) }
    let cosines = rows(of: drawn.ones).cosines(to: rows(of: drawn.others)).map(Float.init)
    let ranked = RankedScores(cosines, holds: drawn.areSame)
    let name = String(choice.word.prefix { $0 != "@" })
    if let file { try draw(ranked, named: name, to: file, in: session) }
    session.show(table(ranked, accuracy(cosines, drawn.areSame), persons: groups.members.count))
  }

  private static let chunk = 256

  /// Of each half by the threshold that is best for the other: pairs of both kinds stand in each.
  private func accuracy(_ cosines: [Float], _ areSame: [Bool]) -> Double {
    let halves = [0, 1].map { half in cosines.indices.filter { $0 / 2 % 2 == half } }
    func scores(_ places: [Int]) -> RankedScores {
      RankedScores(places.map { cosines[$0] }, holds: places.map { areSame[$0] })
    }
    let (one, other) = (scores(halves[0]), scores(halves[1]))
    func accuracy(of scores: RankedScores, by choice: RankedScores) -> Double {
      choice.best.flatMap { scores.accuracy(at: $0.score) } ?? 0.5
    }
    return (accuracy(of: one, by: other) + accuracy(of: other, by: one)) / 2
  }

  private func table(_ ranked: RankedScores, _ accuracy: Double, persons: Int) -> Table {
    var table = Table(["pairs", "persons", "EER", "AUC", "accuracy", "±", "threshold"])
    let pairs = ranked.held + ranked.others
    let error = (accuracy * (1 - accuracy) / Double(pairs)).squareRoot()
    table.append([
      .integer(pairs), .integer(persons), ranked.equalErrorRate.map { .percent($0) } ?? .none,
      .number(ranked.area), .percent(accuracy), .percent(error),
      .number((ranked.best?.score).map(Double.init)),
    ])
    return table
  }

  private func draw(
    _ ranked: RankedScores, named name: String, to file: Word, in session: Session
  ) throws {
    let (held, others) = (Double(max(1, ranked.held)), Double(max(1, ranked.others)))
    let points =
      [Curve.Point(x: 0, y: 0)]
      + ranked.points.map {
        Curve.Point(x: Double($0.others) / others, y: Double($0.held) / held)
      }
    let figure = Figure(plots: [
      Plot(
        title: "accepted rightly, of pairs of the same person",
        horizontalTitle: "accepted wrongly, of pairs of different persons",
        curves: [
          Curve(label: SafeText.oneLine(name), points: points, colour: 0),
          Curve(
            label: "chance", points: [Curve.Point(x: 0, y: 0), Curve.Point(x: 1, y: 1)], colour: 1,
            isFaint: true),
        ])
    ])
    if file.fileEnding == "svg" {
      try session.write(Data(figure.svg().utf8), to: file)
    } else {
      try session.write(figure.png(), to: file)
    }
    try session.tell("the curve of \(grouped(ranked.held + ranked.others)) pairs", writtenTo: file)
  }
}
