import Datasets
import Language
import MetricDescriptions
import Metrics
import Notebook
import Reports
import Specification
import Terminal
import TerminalText
import Training

/// `evaluate RUN on DATA`, `evaluate RUN metrics=fid,kid`, `evaluate RUN classifier=RUN`.
struct EvaluateCommand: Command {
  static let synopsis = Synopsis(
    "evaluate", "measure samples, or tell how well a classifier tells labels",
    parameters: [
      Parameter(
        "run", .anyOf([.run, .dataset]),
        "a run of a classifier; with `metrics=` or `classifier=`, of a generator; with `metrics=`, a data set, "
          + "`folder:PATH` or `features:FILE` too"),
      Parameter(
        "data", .dataset,
        "a declared data set that a classifier tells, or that samples are compared with",
        after: "on", isRequired: false),
      Parameter(
        "step", .integer, "the newest checkpoint at or before a step", after: "at",
        isRequired: false),
      Parameter(
        "each", .choice([Self.all]), "measure every checkpoint that is there", after: "every",
        isRequired: false),
      Parameter(
        "file", .path,
        "a PNG file for samples that are alike, or with `metrics=human` an HTML file", after: "to",
        isRequired: false),
    ],
    options: [
      OptionSynopsis(
        "metrics", .list(.choice(Measure.allCases.map(\.keyword) + [TrialRequest.keyword])),
        "what samples are measured by, or `human`: people judge them on a page",
        example: "\(measuresSetting); evaluate made metrics=fid,kid,coverage"),
      OptionSynopsis(
        "features", FeatureChoice.kind,
        "what makes features of images: a network, or a run of a classifier or an encoder; points are their own",
        initial: FeatureChoice.usual.rawValue,
        example: "\(measuresSetting); evaluate made metrics=kid features=pixels"),
      OptionSynopsis(
        "examples", .integer, "examples that samples are measured beside",
        initial: "all; of points 5,000",
        example: "\(measuresSetting); evaluate made metrics=kid examples=40"),
      OptionSynopsis(
        "average", .choice(["yes", "no"]), "whether averaged weights make the samples",
        initial: "yes, where the run keeps them",
        example: "\(measuresSetting); evaluate made metrics=kid average=no"),
      OptionSynopsis(
        "against", .anyOf([.dataset, .path]),
        "what samples are measured beside: a data set, `folder:PATH` or `features:FILE`",
        initial: "the run's data",
        example: "\(measuresSetting); samples made to \"generated/\" count=40; "
          + "evaluate folder:generated against=drawn metrics=kid"),
      OptionSynopsis(
        "flips", .choice(["yes", "no"]),
        "whether a classifier's scores are means of those of an image and of its mirror image",
        initial: "no", example: "\(tellingSetting); evaluate glasses on others flips=yes"),
      OptionSynopsis(
        "classifier", .run, "a classifier's run by which the modes of samples are counted"),
      OptionSynopsis(
        "samples", .integer, "samples that are measured, or of which modes are counted",
        initial: "as examples, up to 5,000; for modes 2,500, for 1,000 of them 25,600",
        example: "\(modesSetting); evaluate made classifier=judge samples=500"),
      OptionSynopsis(
        "seed", .integer, "what latents are drawn with", initial: "the run's",
        example: "\(modesSetting); evaluate made classifier=judge seed=2"),
      OptionSynopsis(
        "trials", .integer, "`metrics=human`: pictures, or pairs, that are shown",
        initial: "\(TrialRequest.usualCount)",
        example: "\(measuresSetting); evaluate made metrics=human trials=20 to page.html"),
      OptionSynopsis(
        "exposure", .integer, "`metrics=human`: milliseconds for which a picture is seen",
        initial: "until it is answered",
        example: "\(measuresSetting); evaluate made metrics=human exposure=500 to page.html"),
    ] + preparation,
    discussion: """
      Of classes there is a table: a row for each that is known, with the examples of it, the share told \
      rightly, of those that were said to be of it the share that is (precision), and a column for each class that was said. Of attributes there is a row for each: of how many it \
      is known, the share told rightly, of which share it holds, and of those of which it holds (recall) and was \
      said (precision) the share that was told. AP is the average precision over all thresholds; balanced, the mean of the shares told rightly of each class, or of those of which an \
      attribute holds and of the others; the calibration error, how far the probabilities that are said are from the share that is right (Guo et al. 2017). \
      `flips=yes` averages what is said of each image and of its mirror image. Of numbers there is a row for each with its mean absolute error, and with R², the share of their spread that is told: 0 of what always says the mean. Labels that are not known are left out. Averaged weights are used where the run keeps them.

      With `metrics=` samples of a checkpoint are measured beside examples of the run's data, or of those after `on`: \
      \(Measure.allCases.map { "`\($0.keyword)`" }.joined(separator: ", ")); `help measures` explains them. What is measured by \
      other features, of other data or of another count cannot be compared, so the name under which a value is kept says \
      by what it was measured: `kid.random-5k-1f3a`. Where a notebook has one such, `kid` alone means it, in `best`, `runs`, `plot` and \
      wherever a metric stands; where it has several, they are listed. Labels are drawn as they come in the data. \
      `every checkpoint` measures each that is there.

      `to pairs.png` writes what `\(Measure.support.keyword)` and `\(Measure.nearestRatio.keyword)` are made of, to be looked at: in each row two samples that are most alike \
      with the example nearest to the first, and a sample that is near to examples with the two nearest ones.

      What others have made is measured too, and shown but not kept: `evaluate folder:a against=folder:b` reads the images of two \
      folders (or zip files), prepared as `data` would with the same options, and of the size of the other side where none is said; \
      `features:FILE` reads features that were made elsewhere, a row for each image in an array of NumPy's (`.npy`, `.npz`) or a tensor of \
      safetensors, or mean and covariance (`mu`, `sigma`), of which there is `fid` alone. A data set that is declared can be named as well.

      `metrics=human to page.html` writes a page, one file that needs nothing else, on which people tell for each picture whether it is real \
      (half of them are, of the data or of those after `against=`) or, with `against=RUN`, which of two looks more like a real one. Nothing on it tells \
      where a picture comes from, and each rater sees them in another order. `import` takes the answers back.

      With `classifier=RUN` it is about the samples of a generator: how many modes they reach, of how many, and how many \
      as many examples of the data reach; the share of samples of whose class the classifier is sure by 90%; the \
      Kullback-Leibler divergence of the samples' modes from uniform ones and from the data's. A mode is a class, a \
      combination of attributes, and of `stacked-mnist` the digits of the three channels. What was counted of as many \
      samples as usual and with the run's seed is kept as its metrics of that step: \
      \(ModeCount.metrics.map { "`\($0.name)`" }.joined(separator: ", ")).
      """,
    examples: [
      Example(
        "On faces that it has not seen.",
        "\(tellingSetting)\nevaluate glasses on others"),
      Example(
        "Samples beside examples.",
        "\(measuresSetting)\nevaluate made metrics=fid,kid,coverage\nbest by kid"),
      Example(
        "By features of a classifier that was trained here, at every checkpoint.",
        """
        \(modesSetting)
        evaluate made every checkpoint metrics=fid features=judge
        """),
      Example(
        "Which samples repeat each other, and which come near to examples.",
        "\(measuresSetting)\nevaluate made metrics=support,duplicates to pairs.png"),
      Example(
        "Images that others have made.",
        """
        \(measuresSetting)
        samples made to "generated/" count=40
        evaluate folder:generated against=drawn metrics=fid features=pixels | json
        """),
      Example(
        "People tell what is real.",
        "\(measuresSetting)\nevaluate made metrics=human trials=20 to page.html"),
      Example(
        "Which modes samples reach.", "\(modesSetting)\nevaluate made classifier=judge"),
    ],
    searchTerms: [
      "fid", "kid", "precision", "recall", "inception", "accuracy", "confusion", "test",
      "classifier", "score", "modes", "collapse", "coverage",
    ], answer: .listing)

  /// How images of folders are made ready.
  private static let preparation = SourceReference.preparation(
    of: "`folder:PATH`", like: "of the other side"
  ) {
    "\(measuresSetting); samples made to \"generated/\" count=40; evaluate folder:generated "
      + "against=folder:generated metrics=kid \($0)"
  }

  private static let tellingSetting = """
    data seen portraits count=64 size=8 channels=1
    data others portraits count=32 size=8 channels=1 seed=2
    arch tell custom image=8x8x1 labels=Smiling,Eyeglasses { classifier { flatten; dense 2 } }
    run tell on seen batch=16 steps=20 as glasses
    """

  static let measuresSetting = """
    data drawn portraits count=64 size=16 channels=1
    arch pair custom image=16x16x1 latent=2 { generator { dense 16x16x1; tanh }
      discriminator { flatten; dense 1 } }
    run pair on drawn batch=16 steps=5 as made
    """

  private static let modesSetting = """
    data drawn portraits count=64 size=8 channels=1
    arch sorts custom image=8x8x1 labels=Smiling,Eyeglasses { classifier { flatten; dense 2 } }
    run sorts on drawn batch=16 steps=20 as judge
    arch pair custom image=8x8x1 latent=2 { generator { dense 8x8x1; tanh }
      discriminator { flatten; dense 1 } }
    run pair on drawn batch=16 steps=5 as made
    """

  private static let all = "checkpoint"

  private let task: Task

  private enum Task {
    case measure(MeasureRequest)
    case writeTrials(TrialRequest, MeasureRequest)
    case countModes(ModeRequest)
    /// How well the classifier of a run tells the labels of data.
    case tellLabels(run: Word, data: Word, step: Int?, flips: Bool)
  }

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    let step = try arguments.step()
    if let term = arguments.term("each") { _ = try term.choice(from: [Self.all], for: "every") }
    let flips = try arguments.option("flips").map { term throws(Diagnostic) in
      (term, try term.flag(for: "flips"))
    }
    if let measures = try MeasureRequest(arguments, step: step) {
      try Self.refuse(flips)
      task = measures.trials.map { .writeTrials($0, measures) } ?? .measure(measures)
      return
    }
    let (run, data) = (try arguments.requiredWord("run"), try arguments.word("data"))
    if let modes = try ModeRequest(arguments, run: run, data: data, step: step) {
      try Self.refuse(flips)
      task = .countModes(modes)
    } else if let data {
      task = .tellLabels(run: run, data: data, step: step, flips: flips?.1 == true)
    } else {
      throw Diagnostic(
        "`evaluate` needs measures of samples, data that a classifier is to tell, or a classifier that is to tell samples",
        at: statement.verb.span,
        help: [
          "`evaluate \(run.text) metrics=fid,kid`", "`evaluate \(run.text) on DATA`",
          "`evaluate \(run.text) classifier=RUN`",
        ])
    }
  }

  private static func refuse(_ flips: (term: Term, _: Bool)?) throws(Diagnostic) {
    guard let flips else { return }
    throw Diagnostic(
      "`flips` is about a classifier that tells the labels of data", at: flips.term.span,
      help: ["`evaluate RUN on DATA flips=yes`"])
  }

  func run(in session: Session) throws {
    switch task {
    case .measure(let request): session.show(try request.table(in: session))
    case .writeTrials(let trials, let request): try request.writeTrials(trials, in: session)
    case .countModes(let request): session.show(try request.table(in: session))
    case .tellLabels(let run, let data, let step, let flips):
      session.show(try Self.score(of: run, on: data, at: step, flips: flips, in: session))
    }
  }

  private static func score(
    of name: Word, on data: Word, at step: Int?, flips: Bool, in session: Session
  ) throws -> Table {
    let open = try OpenClassifier(
      of: name, at: step, flips: flips,
      help: [
        "`help arch` shows one: `classifier { … }`",
        "`evaluate \(name.text) classifier=RUN` counts the modes of its samples",
      ], in: session)
    let examples = try session.declaration(.dataset, named: data).dataset()
    try open.expect(examples.exampleShape, of: "`\(data.text)` holds", at: data.span)
    let dataset = try session.open(examples, namedBy: data)
    let score: ClassifierScore
    do { score = try open.classifier.score(on: dataset) } catch {
      throw Diagnostic("\(error)", at: data.span)
    }
    return table(score)
  }

  private static func table(_ score: ClassifierScore) -> Table {
    if score.isOfNumbers { return tableOfNumbers(score) }
    guard score.isOfClasses, case .words(let words)? = score.layout.columns.first?.kind else {
      return tableOfAttributes(score)
    }
    let said = words.map { SafeText.oneLine($0) }
    var table = Table(
      ["class", "known", "right", "precision", "AP", "balanced", "calibration error"]
        + said.map { "said \($0)" })
    for (word, row) in zip(said.indices, score.confusion) {
      let known = row.reduce(0, +)
      table.append(
        [
          .text(said[word]), .integer(known), share(row[word], known),
          share(row[word], score.confusion.reduce(0) { $0 + $1[word] }),
          share(score.ranked(word)?.averagePrecision), .none, .none,
        ] + row.map { .integer($0) })
    }
    let precisions = words.indices.compactMap { score.ranked($0)?.averagePrecision }
    table.append(
      whole(score) + [.none] + overall(score, precisions) + said.map { _ in .text("") })
    return table
  }

  private static func tableOfAttributes(_ score: ClassifierScore) -> Table {
    var table = Table([
      "label", "known", "right", "holds", "recall", "precision", "AP", "balanced",
      "calibration error",
    ])
    var precisions: [Double] = []
    for (column, place) in zip(score.layout.columns, score.layout.offsets) {
      let (held, found) = (score.held[place], score.found[place])
      let precision = score.ranked(place)?.averagePrecision
      precision.map { precisions.append($0) }
      table.append([
        .text(column.name), .integer(score.known[place]),
        share(score.right[place], score.known[place]), share(held, score.known[place]),
        share(found, held), share(found, score.said[place]), share(precision),
        share(score.balancedAccuracy(of: place)), .none,
      ])
    }
    table.append(whole(score) + [.none, .none, .none] + overall(score, precisions))
    return table
  }

  /// Mean average precision, balanced accuracy and calibration error.
  private static func overall(_ score: ClassifierScore, _ precisions: [Double]) -> [Table.Cell] {
    let mean =
      precisions.isEmpty ? nil : precisions.reduce(0, +) / Double(precisions.count)
    return [share(mean), share(score.balancedAccuracy), share(score.calibration.error)]
  }

  /// How far each number is told off.
  private static func tableOfNumbers(_ score: ClassifierScore) -> Table {
    var table = Table(["label", "known", "mean absolute error", "root mean squared error", "R²"])
    for (column, place) in zip(score.layout.columns, score.layout.offsets) {
      let (name, known) = (SafeText.oneLine(column.name), score.known[place])
      guard known > 0 else {
        table.append([.text(name), .integer(0)])
        continue
      }
      table.append([
        .text(name), .integer(known), .number(score.errors[place] / Double(known)),
        .number((score.squares[place] / Double(known)).squareRoot()),
        score.told(ofSpread: place).map { .number($0) } ?? .none,
      ])
    }
    return table
  }

  private static func whole(_ score: ClassifierScore) -> [Table.Cell] {
    let known = score.known.reduce(0, +)
    return [
      .text("all together"), .integer(known), share(score.right.reduce(0, +), known),
    ]
  }

  private static func share(_ right: Int, _ known: Int) -> Table.Cell {
    share(known == 0 ? nil : Double(right) / Double(known))
  }

  private static func share(_ value: Double?) -> Table.Cell {
    Table.Cell(value, of: ClassifierScore.testAccuracy)
  }
}
