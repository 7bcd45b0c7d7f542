package import Language

extension DatasetSpecification {
  /// The sources that `data` knows, for completion.
  package static let kinds = [
    "celeba", "folder", "mnist", "idx", "cifar10", "portraits", "ring", "grid",
  ]

  /// The options of `data` for a source, for completion.
  package static func optionKeys(of kind: String) -> [String] {
    let image = ["size", "channels", "grey", "flip"]
    return switch kind {
    case "celeba": ["path", "split"] + image + ["crop", "filter", "background"]
    case "folder": ["path", "labels"] + image + ["crop", "filter", "background"]
    case "idx": ["path", "labels"] + image + ["crop", "filter"]
    case "mnist", "cifar10": ["path", "split"] + image + ["crop", "filter"]
    case "portraits": ["count", "seed"] + image
    case "ring": ["modes", "radius", "sigma"]
    case "grid": ["side", "spacing", "sigma"]
    case ExampleChoice.keyword: ExampleChoice.optionKeys
    default: []
    }
  }

  /// The statement that declares what a source reads at a path, for messages.
  package static func statement(reading path: String, as kind: String) -> String {
    "data NAME \(kind) path=\(word(path))"
  }

  /// The data set that a `data` statement declares:
  ///
  /// ```
  /// data faces celeba path=~/celeba size=64 crop=celeba-178 filter=lanczos flip=yes split=train
  /// data mine folder path=./photos labels=yes size=32
  /// data said folder path=./photos labels=./said.csv size=32
  /// data digits mnist path=~/mnist split=train
  /// data letters idx path=~/emnist/letters-images-idx3-ubyte.gz
  /// data things cifar10 path=~/cifar-10-batches-bin split=all
  /// data drawn portraits count=10k seed=1 size=32
  /// data toy ring modes=8 radius=1 sigma=0.01
  /// data toys grid side=5 spacing=2 sigma=0.05
  /// data adults from faces where age>=18 and race in asian,black
  /// data train from faces split=0.9 seed=1
  /// ```
  ///
  /// The path is kept as typed.
  ///
  /// - Parameter known: data sets that a name after `from` may mean.
  package init(
    parsing statement: Statement, known: [String: DatasetSpecification] = [:]
  ) throws(Diagnostic) {
    let name = try statement.declaredName()
    guard let kind = statement.operands.dropFirst().first else {
      throw Diagnostic(
        "`\(name)` needs a source", at: statement.operands.first?.span,
        help: ["sources: " + Self.kinds.joined(separator: ", ")])
    }
    if kind.text == ExampleChoice.keyword {
      let choice = try statement.exampleChoice()
      self = DatasetSpecification(from: try statement.base(among: known), choice)
      labels = try statement.labels()
      return
    }
    if let place = statement.clausePlace {
      throw Diagnostic(
        "`\(kind.brief)` takes no condition", at: place,
        help: ["declare it, then `data OTHER from \(name) where …`"])
    }
    guard Self.kinds.contains(kind.text) else {
      throw Diagnostic(
        "there is no source `\(kind.brief)`", at: kind.span,
        help: suggestion(
          for: kind.text, in: Self.kinds + [ExampleChoice.keyword], kind: "sources"))
    }
    try statement.expectOperands(atMost: 2)
    var options = try OptionReader(statement.options, of: "`\(kind.text)`")
    self = try Self.read(kind, &options)
    try options.finish()
    labels = try statement.labels()
    if preprocessing == nil, let block = statement.block {
      throw Diagnostic("points have no labels", at: block.span)
    }
  }

  private static func read(
    _ kind: Term, _ options: inout OptionReader
  ) throws(Diagnostic) -> DatasetSpecification {
    let source: DatasetSource
    // Sizes and channels are those of the images where the source says what they are.
    var (crop, size, channels) = (Crop.centre, 64, 3)
    switch kind.text {
    case "celeba":
      let path = try path(kind, &options)
      let split = try options.take("split")?.choice(of: CelebASplit.self, for: "split") ?? .all
      source = .celeba(path: path, split: split)
      crop = .celebaCentre(178)
    case "folder":
      let path = try path(kind, &options)
      source = .folder(path: path, labels: try labels(&options) ?? .none)
    case "idx":
      let path = try path(kind, &options)
      source = .idx(path: path, labels: try labels(&options) ?? .usual)
      (size, channels) = (28, 1)
    case "mnist":
      source = .mnist(path: try path(kind, &options), split: try split(&options))
      (size, channels) = (28, 1)
    case "cifar10":
      source = .cifar10(path: try path(kind, &options), split: try split(&options))
      size = 32
    case "portraits":
      let count = try options.take("count")?.integer(in: 1...10_000_000, for: "count") ?? 10_000
      let seed = try options.take("seed")?.seed(for: "seed") ?? 1
      return DatasetSpecification(
        source: .portraits(count: count, seed: seed),
        preprocessing: try preprocessing(&options, size: 32, channels: 3, crop: nil))
    case "ring":
      let modes = try options.take("modes")?.integer(in: 1...1000, for: "modes") ?? 8
      return DatasetSpecification(
        source: .ring(
          modes: modes, radius: try length("radius", 1, &options),
          deviation: try length("sigma", 0.01, &options)),
        preprocessing: nil)
    default:
      let side = try options.take("side")?.integer(in: 1...100, for: "side") ?? 5
      return DatasetSpecification(
        source: .grid(
          side: side, spacing: try length("spacing", 2, &options),
          deviation: try length("sigma", 0.05, &options)),
        preprocessing: nil)
    }
    return DatasetSpecification(
      source: source,
      preprocessing: try preprocessing(
        &options, size: size, channels: channels, crop: crop,
        hasFiles: kind.text == "celeba" || kind.text == "folder"))
  }

  private static func split(
    _ options: inout OptionReader
  ) throws(Diagnostic) -> TrainTestSplit {
    try options.take("split")?.choice(of: TrainTestSplit.self, for: "split") ?? .train
  }

  private static func labels(
    _ options: inout OptionReader
  ) throws(Diagnostic) -> LabelSource? {
    try options.take("labels").map(LabelSource.init(parsing:))
  }

  private static func path(
    _ kind: Term, _ options: inout OptionReader
  ) throws(Diagnostic) -> String {
    guard let term = options.take("path") else {
      if let slip = options.misspelling(of: "path") {
        throw Diagnostic(
          "`\(kind.text)` has no option `\(slip.key.text)`, and needs a path", at: slip.key.span,
          help: ["did you mean `path`?"])
      }
      throw Diagnostic(
        "`\(kind.text)` needs a path", at: kind.span,
        help: ["say where it is: `path=~/\(kind.text)`"])
    }
    let path = term.text
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw Diagnostic("a path has letters, and no NUL among them", at: term.span)
    }
    return path
  }

  private static func length(
    _ key: String, _ standard: Double, _ options: inout OptionReader
  ) throws(Diagnostic) -> Double {
    try options.take(key)?.number(in: .leastNonzeroMagnitude...1000, for: key) ?? standard
  }

  /// - Parameters:
  ///   - standard: height and width where none are given.
  ///   - channels: where none are given.
  ///   - crop: the source's usual one; nil when its images are made to measure.
  ///   - hasFiles: whether images are files, which may be transparent.
  private static func preprocessing(
    _ options: inout OptionReader, size standard: Int, channels: Int, crop: Crop?,
    hasFiles: Bool = false
  ) throws(Diagnostic) -> Preprocessing {
    var (height, width) = (standard, standard)
    if let term = options.take("size") {
      let size = try term.size(counts: [1, 2], in: Limits.imageSide, for: "size", like: "64x64")
      (height, width) = (size[0], size.count > 1 ? size[1] : size[0])
    }
    let channels = try self.channels(&options) ?? channels
    let flip = try options.take("flip")?.flag(for: "flip") ?? false
    guard let crop else {
      return Preprocessing(
        height: height, width: width, channels: channels, crop: .none, filter: .lanczos, flip: flip)
    }
    let background = hasFiles ? options.take("background") : nil
    return Preprocessing(
      height: height, width: width, channels: channels,
      crop: try options.take("crop").map(Crop.init(parsing:)) ?? crop,
      filter: try options.take("filter")?.choice(of: ResizeFilter.self, for: "filter") ?? .lanczos,
      flip: flip, background: try background.map(Background.init(parsing:)) ?? .white)
  }

  private static func channels(_ options: inout OptionReader) throws(Diagnostic) -> Int? {
    let (channels, grey) = (options.take("channels"), options.take("grey"))
    if channels != nil, let grey {
      throw Diagnostic("give `channels` or `grey`, not both", at: grey.span)
    }
    if let grey { return try grey.flag(for: "grey") ? 1 : 3 }
    guard let channels else { return nil }
    return Int(try channels.choice(from: ["1", "3"], for: "channels"))
  }
}

extension Statement {
  /// Whether it declares a data set as examples of another one.
  package var choosesExamples: Bool { operands.dropFirst().first?.text == ExampleChoice.keyword }

  /// What such a statement chooses, of whatever it chooses from.
  package func exampleChoice() throws(Diagnostic) -> ExampleChoice {
    try expectOperands(atMost: 3)
    _ = try labels()
    guard operands.count == 3 else {
      throw Diagnostic(
        "`\(ExampleChoice.keyword)` needs a data set after it",
        at: operands.last?.span ?? verb.span,
        help: ["write it like `data train from faces split=0.9`"])
    }
    return try ExampleChoice(parsing: self)
  }

  /// What such a statement chooses from.
  ///
  /// - Throws: where it is none of the known, has no labels and names, or is made of too many others.
  fileprivate func base(
    among known: [String: DatasetSpecification]
  ) throws(Diagnostic) -> DatasetSpecification {
    let term = operands[2]
    guard let base = known[term.text] else {
      throw Diagnostic(
        "there is no data set `\(term.brief)`", at: term.span,
        help: suggestion(for: term.text, in: known.keys.sorted(), kind: "data sets"))
    }
    guard base.root.preprocessing != nil else {
      throw Diagnostic(
        "`\(term.brief)` is points, which have no labels and no names to choose by", at: term.span)
    }
    guard base.choices.count < ExampleChoice.depths.upperBound else {
      throw Diagnostic(
        "`\(term.brief)` is made of \(base.choices.count) others already, one of the other",
        at: term.span,
        help: ["choose from one of those below it"])
    }
    return base
  }

  /// What its block says of the labels.
  fileprivate func labels() throws(Diagnostic) -> [LabelDescription] {
    try block.map { block throws(Diagnostic) in try [LabelDescription](parsing: block) } ?? []
  }
}
