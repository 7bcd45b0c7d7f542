import Datasets
import Foundation
import Images
import Language
import MetricDescriptions
import Metrics
import Notebook
import Repair
import Reports
import Specification
import Terminal
import TerminalText
import Training

/// `repair faces with dn damage=noise:25 count=200 to fixed`.
struct RepairRequest {
  let subject: ImageSubject
  /// As they were typed after `with`.
  let repairers: [Word]
  let step: Int?
  private let damage: (value: Damage, place: Span)?
  private let masks: RepairMasks
  private let count: Int?
  let seed: UInt64
  private let average: Term?
  private let examples: Word?
  private let compares: Bool
  let blends: Bool
  let search: LatentProjector.Search
  private let requestedLabels: LabelRequest
  private let judges: [(question: RepairJudge.Question, choice: FeatureChoice)]
  private let preparation: [Option]
  private let folder: Word?
  private let sheet: RepairSheet?

  /// Images of a data set that are repaired where nobody says otherwise.
  static let usualCount = 200
  static let counts = 1...1_000_000

  init(parsing statement: Statement, of synopsis: Synopsis) throws(Diagnostic) {
    var statement = statement
    let labels = try LabelRequest(takenFrom: &statement)
    if let column = labels.columns.first {
      throw Diagnostic("`repair` has no option `by`", at: column.span)
    }
    requestedLabels = labels
    let arguments = try Arguments(statement, of: synopsis)
    guard let term = arguments.term("images") else {
      throw Diagnostic("`repair` needs images", at: statement.verb.span)
    }
    subject = try ImageSubject(parsing: term)
    repairers = try arguments.words("how")
    step = try arguments.step()
    damage = try arguments.option("damage").map { term throws(Diagnostic) in
      (try Damage(parsing: term), term.span)
    }
    masks = RepairMasks(
      file: arguments.option("mask"),
      isInverted: try arguments.option("inverted")?.flag(for: "inverted"))
    if let mask = masks.file, damage != nil {
      throw Diagnostic(
        "`mask` says where the hole is, and `damage` another one", at: mask.span,
        help: ["leave one of them out"])
    }
    if masks.file == nil, let inverted = arguments.option("inverted") {
      throw Diagnostic("`inverted` is about a mask, and there is none", at: inverted.span)
    }
    count = try arguments.integer("count", in: Self.counts)
    seed = try arguments.option("seed")?.seed(for: "seed") ?? StoredDamage.usualSeed
    average = arguments.option("average")
    _ = try average?.flag(for: "average")
    examples = try arguments.option("examples")?.asWord(for: "examples")
    compares = try arguments.option("compare")?.flag(for: "compare") ?? true
    blends = try arguments.option("blend")?.choice(from: ["poisson", "no"], for: "blend") != "no"
    var search = LatentProjector.Search()
    if let restarts = try arguments.integer("restarts", in: 1...256) { search.restarts = restarts }
    if let steps = try arguments.integer("steps", in: 1...100_000) { search.steps = steps }
    if let prior = arguments.option("prior") {
      search.priorWeight = try prior.number(in: 0...1000, for: "prior")
    }
    self.search = search
    let likeness = try arguments.option("features").map { term throws(Diagnostic) in
      (RepairJudge.Question.likeness, try FeatureChoice(parsing: term))
    }
    let identity = try arguments.option("identity").map { term throws(Diagnostic) in
      (RepairJudge.Question.identity, try FeatureChoice(parsing: term))
    }
    judges = [likeness, identity].compactMap(\.self)
    preparation = arguments.options.filter { SourceReference.keys.contains($0.key.text) }
    let file = try arguments.word("file")
    if let file, file.fileEnding == "png" {
      (folder, sheet) = (nil, RepairSheet(file: file))
    } else {
      (folder, sheet) = (file, nil)
      if let file, !file.fileEnding.isEmpty, !file.text.hasSuffix("/") {
        throw Diagnostic(
          "repaired images go to a folder, or to a PNG file, and `\(file.text)` is neither",
          at: file.span, help: ["let the name end in .png, or write no ending: `to fixed`"])
      }
    }
  }

  /// Whether averaged weights repair, where the run keeps some.
  var usesAverage: Bool { (try? average?.flag(for: "average")) ?? true }

  /// The labels that a generator is asked for; what is not named is 0.
  func labels(
    for specification: RunSpecification, of run: RunRecord, in session: Session
  ) throws(Diagnostic) -> [Float] {
    try requestedLabels.check(against: specification.labels, of: run)
    guard let shape = specification.architecture.labels else { return [] }
    session.note(requestedLabels, askedOf: shape)
    if let asked = try requestedLabels.labels(of: specification) { return asked.vectors[0] }
    let usual = SampleLabels(all: shape).vectors[0]
    session.noteUsual(usual, askedOf: shape)
    return usual
  }

  // MARK: Repairing

  func run(in session: Session) throws {
    Interrupts.install()
    let named = try repairers.map { try Repairer($0, in: session) }
    let shape = try sharedShape(of: named)
    let mask = try masks.read(in: session)
    let images = try subject.images(
      like: shape, or: { made in named.allSatisfy { $0.takes(made) } }, count: count, preparation,
      hole: mask, in: session)
    guard !images.values.isEmpty else {
      throw Diagnostic("there is nothing to repair", at: subject.word.span)
    }
    if let folder, named.count > 1 {
      throw Diagnostic(
        "a folder takes what one of them repairs, and \(named.count) are named", at: folder.span,
        help: ["a sheet shows all: `to sheet.png`"])
    }
    let isDataset = try subject.isDataset(in: session)
    if let word = sheet?.file ?? folder { try checkDestination(word, in: session) }
    let damage = try self.damage?.value ?? usualDamage(of: named, isDataset: isDataset)
    try check(damage, for: named, isDataset: isDataset)
    let damaged =
      try mask.map { try masks.damaged(images, by: $0, at: masks.file?.span ?? subject.word.span) }
      ?? RepairMasks.damaged(images, by: damage, seed: seed)
    if damage.hasHoles { try checkHoles(damaged.holes) }
    let workshop = RepairWorkshop(
      shape: images.shape, damage: damage, damaged: damaged,
      keepsRest: masks.file != nil || damage.keepsRest,
      digest: images.digest, examples: try exampleSource(named, of: images.shape, in: session),
      request: self)
    for repairer in named { tellStrange(damage, to: repairer, in: session) }
    // Only where it is known what they were can anything be told of it.
    let isKnown = !damage.isEmpty || isDataset
    if let judge = judges.first, !isKnown {
      throw Diagnostic(
        "what the images were is not known, and nothing can be set beside them",
        at: judge.choice.place, help: ["`damage=` damages images that are whole"])
    }
    let judges = try self.judges.map {
      try RepairJudge($0.question, by: $0.choice, of: images, in: session)
    }
    if self.judges.contains(where: { $0.question == .likeness }),
      images.values.count < SampleMeasurement.many
    {
      session.errors.line(SampleMeasurement.biasNote)
    }
    // A mask is a hole like others for what fills holes.
    let fitted = masks.file == nil ? damage : Damage([.hole(.centre(side: nil))])
    var all = try simple(fitted, workshop, besides: named, isKnown: isKnown).map {
      try workshop.repaired(by: $0, in: session)
    }
    for repairer in named { all.append(try workshop.repaired(by: repairer, in: session)) }
    var results: [RepairResult] = []
    if isKnown {
      results = try all.map { try RepairResult($0, of: images, damaged, by: judges) }
      let task = masks.file.map { "the mask \($0.text)" } ?? "\(damage), seed \(seed)"
      session.errors.line(
        "\(SafeText.oneLine(images.told)) with \(SafeText.oneLine(task))"
      )
      session.show(RepairResult.table(results))
    }
    for made in all where made.values.contains(where: { !$0.allSatisfy(\.isFinite) }) {
      session.errors.line(
        "\(session.errors.styled("warning:", .yellow)) what \(SafeText.oneLine(made.repairer.word.text)) makes holds values that are no numbers: its weights are too large"
      )
    }
    try write(all, images, damaged, isKnown: isKnown, in: session)
    // Last, so that the images are there whatever becomes of the notebook meanwhile.
    for result in results where isDataset && masks.file == nil {
      try keep(result, damage, of: images, in: session)
    }
  }

  /// What the restorers were trained with, where nothing is typed.
  private func usualDamage(
    of repairers: [Repairer], isDataset: Bool
  ) throws(Diagnostic) -> Damage {
    guard isDataset, masks.file == nil else { return .none }
    let trained = repairers.filter(\.isRestorer)
    guard let first = trained.first else { return .none }
    if let other = trained.first(where: { $0.damage != first.damage }) {
      throw Diagnostic(
        "`\(first.word.text)` was trained with \(first.damage), and `\(other.word.text)` with \(other.damage)",
        at: other.word.span, help: ["say which: `damage=\(first.damage)`"])
    }
    return first.damage
  }

  /// - Throws: where the output would be the image that is repaired, or cannot be written, before the work is done.
  private func checkDestination(_ word: Word, in session: Session) throws {
    let path = OutputFile.resolved(try OutputFile(ofFolder: word).target)
    if try subject.path(in: session) == path {
      throw Diagnostic(
        "`\(word.text)` is the image that is repaired", at: word.span,
        help: ["choose another name"])
    }
    if let mask = masks.file, OutputFile.resolved(StandardFolders.expandingHome(mask.text)) == path
    {
      throw Diagnostic(
        "`\(word.text)` is the mask", at: word.span, help: ["choose another name"])
    }
    if let source = try subject.folder(in: session), (path + "/").hasPrefix(source + "/") {
      throw Diagnostic(
        "`\(word.text)` lies in the folder whose images are repaired, and would be one of them",
        at: word.span, help: ["choose another folder"])
    }
    if folder == nil {
      try session.checkWritable(word)
    } else {
      try session.checkFolderWritable(word)
    }
  }

  /// Says that a way to repair is asked for what it does not do.
  private func tellStrange(_ damage: Damage, to repairer: Repairer, in session: Session) {
    let hasHoles = masks.file != nil || damage.hasHoles
    guard hasHoles || !damage.isEmpty else { return }
    let name = SafeText.oneLine(repairer.word.text)
    if repairer.isRestorer {
      guard hasHoles != repairer.damage.hasHoles else { return }
      session.errors.line(
        "note: `\(name)` was trained with \(repairer.damage), and fills "
          + (hasHoles ? "no holes" : "holes alone"))
    } else if case .method(let method) = repairer.kind, method != .nothing {
      let fitting = RepairMethod.fitting(
        masks.file == nil ? damage : Damage([.hole(.centre(side: nil))]))
      guard !fitting.contains(method) else { return }
      session.errors.line(
        "note: `\(name)` has nothing to say of \(masks.file == nil ? "\(damage)" : "holes")")
    }
  }

  /// What all repairers' images are like.
  private func sharedShape(of repairers: [Repairer]) throws -> ImageShape? {
    var known: (shape: ImageShape, word: Word)?
    for repairer in repairers {
      guard let shape = try repairer.shape else { continue }
      if let known, known.shape != shape {
        throw Diagnostic(
          "run `\(repairer.word.text)` repairs images of \(shape), and `\(known.word.text)` of \(known.shape)",
          at: repairer.word.span)
      }
      known = (shape, repairer.word)
    }
    return known?.shape
  }

  /// - Throws: where there is nothing to be repaired, or nothing says where.
  private func check(
    _ damage: Damage, for repairers: [Repairer], isDataset: Bool
  ) throws(Diagnostic) {
    guard damage.isEmpty, masks.file == nil else { return }
    if isDataset {
      throw Diagnostic(
        "nothing says how the examples are damaged", at: self.damage?.place ?? subject.word.span,
        help: ["say it: `damage=noise:25`, `damage=hole:centre`, or `mask=FILE`"])
    }
    for repairer in repairers {
      if case .method(.bicubic) = repairer.kind {
        throw Diagnostic(
          "`bicubic` enlarges squares, and nothing says how large they are", at: repairer.word.span,
          help: ["it is compared with on examples: `damage=downscale:4`"])
      }
      guard repairer.fillsHoles else { continue }
      throw Diagnostic(
        "`\(repairer.word.text)` fills holes, and nothing says where one is",
        at: repairer.word.span,
        help: ["`mask=FILE`, white where the hole is, or `damage=hole:centre`"])
    }
  }

  private func checkHoles(_ holes: [[Float]]) throws(Diagnostic) {
    let place = damage?.place ?? subject.word.span
    if holes.allSatisfy({ hole in hole.allSatisfy { $0 < 0.5 } }) {
      throw Diagnostic("the damage leaves no hole in any image", at: place)
    }
    if holes.contains(where: { hole in hole.allSatisfy { $0 > 0.5 } }) {
      throw Diagnostic(
        "the damage leaves nothing of an image: it is all hole", at: place,
        help: ["make the hole smaller"])
    }
  }

  /// Where examples come from for the methods that read some: what was typed, or what the first run was trained on where
  /// these are as large.
  private func exampleSource(
    _ repairers: [Repairer], of shape: ImageShape, in session: Session
  ) throws -> (specification: DatasetSpecification, word: Word)? {
    if let examples {
      return (try session.declaration(.dataset, named: examples).dataset(), examples)
    }
    return repairers.compactMap { repairer in
      repairer.specification.map { ($0.dataset, repairer.word) }
    }.first { $0.0.exampleShape == .image(shape) }
  }

  /// Methods that learn nothing, to be beaten; nothing where they are not wanted.
  private func simple(
    _ damage: Damage, _ workshop: RepairWorkshop, besides named: [Repairer], isKnown: Bool
  ) -> [Repairer] {
    guard isKnown, compares else { return [] }
    let typed = Set(named.map(\.word.text))
    return RepairMethod.fitting(damage).filter {
      !typed.contains($0.rawValue) && (!$0.readsExamples || workshop.examples != nil)
    }.map { Repairer($0, at: subject.word.span) }
  }

  // MARK: What came of it

  /// Keeps what was measured of a run's repairs.
  private func keep(
    _ result: RepairResult, _ damage: Damage, of images: ImageSubject.Images, in session: Session
  ) throws {
    guard case .run(let run, let specification) = result.images.repairer.kind,
      let step = result.images.step
    else { return }
    let notebook = try session.notebook()
    // That it can only be read was said when it was opened.
    guard notebook.readOnlyReason == nil else { return }
    // `repair-noise-25`: the name tells the task.
    let task = String("\(damage)".map { $0.isLetter || $0.isNumber ? $0 : "-" })
    var conditions = EvaluationConditions(
      features: "repair-\(task)", weights: "", resizing: "none",
      extent: "\(images.shape.width)x\(images.shape.height)x\(images.shape.channels)",
      data: images.digest ?? "", samples: images.values.count, examples: images.values.count,
      labels: "\(damage)")
    let isProjected = !result.images.repairer.isRestorer
    let isRaw = specification.recipe.keepsAverage && result.images.usesAverage == false
    let asked = [
      isRaw ? "average=no" : nil, seed == StoredDamage.usualSeed ? nil : "seed=\(seed)",
      // The usual search is a method like others, and stands beside them.
      isProjected && search != LatentProjector.Search()
        ? "restarts=\(search.restarts) steps=\(search.steps) prior=\(printed(search.priorWeight))"
        : nil,
      isProjected && !blends ? "blend=no" : nil,
      isProjected ? requestedLabels.text : nil,
    ].compactMap(\.self)
    if !asked.isEmpty { conditions.asked = asked.joined(separator: " ") }
    let parts =
      [(conditions, result.readings)]
      + result.judged.map { ($0.judge.conditions(conditions), $0.readings) }
    for (conditions, readings) in parts {
      try notebook.record(
        Evaluation(
          step: step, protocolWord: conditions.word,
          conditions: conditions.json(
            average: result.images.usesAverage ?? false, seed: specification.seed),
          seconds: result.images.seconds, readings: readings.map(conditions.named)), of: run)
    }
  }

  /// The repaired photograph by itself.
  private func writePicture(
    _ made: RepairedImages, _ images: ImageSubject.Images, to file: Word, in session: Session
  ) throws {
    let shape = images.shape
    let pictures = PixelImage.images(
      fromTensor: made.values[0], count: 1, channels: shape.channels, height: shape.height,
      width: shape.width)
    guard let picture = pictures.first else { return }
    try session.write(picture.pngData(), to: file)
    try session.tell(
      "\(SafeText.oneLine(images.title)) repaired by \(SafeText.oneLine(made.repairer.word.text))",
      writtenTo: file)
  }

  private func write(
    _ all: [RepairedImages], _ images: ImageSubject.Images, _ damaged: RepairMasks.Damaged,
    isKnown: Bool, in session: Session
  ) throws {
    if let sheet, images.photograph != nil, repairers.count == 1, let made = all.last {
      return try writePicture(made, images, to: sheet.file, in: session)
    }
    if let sheet {
      try sheet.write(
        all.filter { $0.repairer.word.text != RepairMethod.nothing.rawValue },
        of: images, damaged, isKnown: isKnown, in: session)
    }
    guard let folder, let last = all.last else {
      if sheet == nil, !isKnown {
        session.errors.line(
          "note: nothing was written; `to FOLDER` writes the repaired images, `to sheet.png` a sheet of them"
        )
      }
      return
    }
    try RepairFolder(folder: folder).write(last, of: images, damaged, isKnown: isKnown, in: session)
  }
}
