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

/// `attributes base using judge`.
struct AttributesCommand: Command {
  static let synopsis = Synopsis(
    "attributes", "find directions in a generator's latents",
    parameters: [
      Parameter("run", .run, "a run with a generator"),
      Parameter(
        "classifier", .run, "a run of a classifier of attributes", after: "using",
        isRequired: false),
      Parameter(
        "step", .integer, "the newest checkpoint at or before a step", after: "at",
        isRequired: false),
    ],
    options: [
      OptionSynopsis(
        "method", .choice(LatentDirections.Method.allCases.map(\.rawValue)),
        "how directions are found; `pca` and `sefa` ask no classifier",
        initial: "logistic, without a classifier sefa",
        example: "\(setting); attributes made using judge method=svm samples=200"),
      OptionSynopsis(
        "samples", .integer, "samples that the classifier looks at", initial: "5,000",
        example: "\(setting); attributes made using judge samples=200"),
      OptionSynopsis(
        "count", .integer, "`pca`, `sefa`: how many components", initial: "8",
        example: "\(setting); attributes made method=sefa count=3"),
      OptionSynopsis(
        "seed", .integer, "what latents are drawn with", initial: "1",
        example: "\(setting); attributes made using judge samples=200 seed=2"),
    ],
    discussion: """
      Samples are made, the classifier says what it sees on them, and for each of its attributes a direction is found that tells those of which it is \
      surest from those of which it is surest of the contrary, a tenth of the samples each (Shen et al. 2020): the difference of their means (`mean`), a \
      logistic regression (`logistic`) or a support vector machine (`svm`). How many of both that were kept apart a direction tells rightly \
      stands beside it, how many of all others, and the attribute whose direction is most like it: what lies that near changes along with it. `edit` goes along \
      them.

      `method=pca` finds the components along which what the first layer gives varies most (Härkönen et al. 2020), `method=sefa` those that its weights \
      change most by (Shen and Zhou 2021); they are called `pca-1` and so on, and what each changes has to be looked at.

      Directions are kept in the notebook with their run and step; those of another step are others.
      """,
    examples: [
      Example(
        "Where a generator has smiles and glasses.",
        "\(setting)\nattributes made using judge samples=200"),
      Example("What it changes most by.", "\(setting)\nattributes made method=sefa count=4"),
    ],
    searchTerms: ["direction", "interfacegan", "ganspace", "sefa", "latent", "edit"],
    answer: .listing)

  static let setting = """
    data drawn portraits count=64 size=16
    arch tell custom image=16x16x3 labels=Smiling,Eyeglasses { classifier { flatten; dense 2 } }
    run tell on drawn batch=16 steps=20 as judge
    arch pair like dcgan image=16x16x3 width=4 latent=8
    run pair on drawn batch=16 steps=5 as made
    """

  private let name: Word
  private let classifier: Word?
  private let step: Int?
  private let method: LatentDirections.Method
  private let samples, count: Int
  private let seed: UInt64

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    name = try arguments.requiredWord("run")
    classifier = try arguments.word("classifier")
    step = try arguments.step()
    let typed = arguments.option("method")
    method =
      try typed?.choice(of: LatentDirections.Method.self, for: "method")
      ?? (classifier == nil ? .sefa : .logistic)
    if method.separation != nil, classifier == nil {
      throw Diagnostic(
        "`\(method.rawValue)` asks a classifier, and none is named", at: typed?.span ?? name.span,
        help: ["name one: `attributes \(name.text) using RUN`"])
    }
    if method.separation == nil, let classifier {
      throw Diagnostic(
        "`\(method.rawValue)` asks no classifier", at: classifier.span, help: ["leave it out"])
    }
    samples = try arguments.integer("samples", in: 100...1_000_000) ?? 5000
    count = try arguments.integer("count", in: 1...512) ?? 8
    seed = try arguments.option("seed")?.seed(for: "seed") ?? 1
  }

  func run(in session: Session) throws {
    Interrupts.install()
    let generator = try OpenGenerator(of: name, at: step, in: session)
    let found: [(name: String, found: LatentDirections.Found?)]
    if let separation = method.separation, let classifier {
      let told = try told(of: generator, by: classifier, in: session)
      found = LatentDirections.found(by: told, separation)
    } else {
      found = try LatentDirections.components(
        method, of: generator.specification, checkpoint: generator.checkpoint, count: count,
        samples: samples, seed: seed, backend: generator.backend, average: true
      ).map { ($0.name, $0) }
    }
    if method.separation == nil, found.count < count {
      session.errors.line(
        "note: there are \(grouped(found.count)) directions, not \(grouped(count)): latents have no more"
      )
    }
    for (name, direction) in found where direction == nil {
      session.errors.line(
        "note: no direction of \(SafeText.oneLine(name)): the classifier says the same of all samples"
      )
    }
    let directions = found.compactMap(\.found)
    guard !directions.isEmpty else {
      throw Diagnostic(
        "no direction was found", at: name.span,
        help: ["the classifier says the same of all samples: have they all become alike?"])
    }
    for direction in directions {
      guard let share = direction.share, share == 0 || share == 1 else { continue }
      session.errors.line(
        "note: the classifier says \(SafeText.oneLine(direction.name)) of \(share == 0 ? "none" : "all") of the samples; "
          + "its direction goes to what looks most like it")
    }
    try keep(directions, of: generator, in: session)
    session.show(table(directions))
  }

  private func told(
    of generator: borrowing OpenGenerator, by classifier: Word, in session: Session
  ) throws -> LatentDirections.Told {
    let teller = try AttributeTeller(classifier, of: generator.shape, in: session)
    let latents = generator.latents(count: samples, seed: seed)
    var scores: [Float] = []
    var line = ProgressLine(on: session.errors)
    defer { line.erase() }
    let part = 256
    for start in stride(from: 0, to: samples, by: part) {
      guard Interrupts.pendingCount == 0 else { throw ShellError.interrupted }
      line.update { "looking at \(grouped(start)) of \(grouped(samples)) samples" }
      let some = Array(latents[start..<min(start + part, samples)])
      let images = try generator.images(of: some, labels: some.map { _ in generator.usualLabels })
      scores += teller.scores(of: images).flatMap(\.self)
    }
    if teller.tellsNumbers { scores.setMediansToZero(width: teller.names.count) }
    return LatentDirections.Told(
      latents: FeatureMatrix(latents.flatMap(\.self), count: samples),
      scores: FeatureMatrix(scores, count: samples), names: teller.names)
  }

  private func keep(
    _ directions: [LatentDirections.Found], of generator: borrowing OpenGenerator,
    in session: Session
  ) throws {
    let notebook = try session.notebook()
    // That it can only be read was said when it was opened.
    guard notebook.readOnlyReason == nil else { return }
    let conditions = Conditions(
      classifier: classifier?.text, samples: samples, seed: seed,
      average: generator.usesAverage)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(conditions), as: UTF8.self)
    let step = generator.step
    try notebook.record(
      directions.map { direction in
        DirectionRecord(
          step: step, name: direction.name, method: method.rawValue, conditions: text,
          accuracy: direction.accuracy, vector: direction.vector)
      }, run: generator.run.id)
  }

  private struct Conditions: Encodable {
    let classifier: String?
    let samples: Int
    let seed: UInt64
    let average: Bool
  }

  private func table(_ directions: [LatentDirections.Found]) -> Table {
    let isTold = method.separation != nil
    var table = Table(
      ["direction"] + (isTold ? ["said of", "told rightly", "of the others"] : [])
        + ["most like", "cosine"])
    for direction in directions {
      let others = directions.filter { $0.name != direction.name }.map { other in
        (
          name: other.name,
          cosine: zip(direction.vector, other.vector).reduce(0.0) { $0 + Double($1.0 * $1.1) }
        )
      }
      let nearest = others.max { abs($0.cosine) < abs($1.cosine) }
      table.append(
        [.text(SafeText.oneLine(direction.name))]
          + (isTold
            ? [
              share(direction.share), share(direction.accuracy), share(direction.accuracyBetween),
            ] : [])
          + [
            nearest.map { .text(SafeText.oneLine($0.name)) } ?? .none,
            nearest.map { .number($0.cosine) } ?? .none,
          ])
    }
    return table
  }

  private func share(_ value: Double?) -> Table.Cell { value.map { .percent($0) } ?? .none }
}

extension [Float] {
  /// Takes the median of each column off it, so that a number is said of the half of the samples that have more of it.
  fileprivate mutating func setMediansToZero(width: Int) {
    let rows = count / Swift.max(1, width)
    guard rows > 0 else { return }
    for column in 0..<width {
      let median = (0..<rows).map { self[$0 * width + column] }.sorted()[rows / 2]
      for row in 0..<rows { self[row * width + column] -= median }
    }
  }
}
