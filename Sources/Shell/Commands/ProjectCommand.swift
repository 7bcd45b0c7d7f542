import Compilation
import Images
import Language
import MetricDescriptions
import Metrics
import Notebook
import Reports
import Specification
import Terminal
import TerminalText
import Training

/// `project face.png into base as me`.
struct ProjectCommand: Command {
  static let synopsis = Synopsis(
    "project", "find the latent of which a generator makes an image",
    parameters: [
      Parameter(
        "image", .anyOf([.path, .dataset]),
        "an image file, or a data set, whose first images are projected"),
      Parameter("run", .run, "a run with a generator", after: "into"),
      Parameter(
        "name", .newName, "what the latent is called from then on", after: "as", isRequired: false),
      Parameter(
        "step", .integer, "the newest checkpoint at or before a step", after: "at",
        isRequired: false),
      Parameter(
        "file", .path, "a PNG file: each image with what the generator makes beside it",
        after: "to", isRequired: false),
    ],
    options: [
      OptionSynopsis(
        "restarts", .integer, "latents that are tried", initial: "8",
        example: "\(setting); project one.png into made steps=5 restarts=2"),
      OptionSynopsis(
        "steps", .integer, "steps of the search", initial: "500",
        example: "\(setting); project one.png into made steps=5"),
      OptionSynopsis(
        "prior", .number, "weight of the discriminator's verdict", initial: "0",
        example: "\(setting); project one.png into made steps=5 prior=0.01"),
      OptionSynopsis(
        "perceptual", .number, "weight of how far apart both look to the discriminator",
        initial: "0", example: "\(setting); project one.png into made steps=5 perceptual=0.1"),
      OptionSynopsis(
        "encoder", .run, "a run of an `encoder` of this generator, whose latent is tried as well",
        example: "\(encoded); project one.png into made encoder=back restarts=1 steps=2"),
      OptionSynopsis(
        "seed", .integer, "what first latents are drawn with", initial: "1",
        example: "\(setting); project one.png into made steps=5 seed=2"),
      OptionSynopsis(
        "count", .integer, "how many images of a data set", initial: "20",
        example: "\(setting); project drawn into made steps=5 count=2"),
      OptionSynopsis(
        "labels", .list(.labelValue), "what a conditional generator is asked for, `Smiling:1`",
        initial: "0 of attributes, the first class, the middle of numbers"),
    ] + preparation,
    discussion: """
      From several latents at once gradient steps go down the mean absolute error of the image, with a little weight on the latents' size; the networks stay as they \
      are, and normalise by their running statistics. With `perceptual` the discriminator's features of both are to be alike as well (Zhang et al. 2018, with every \
      channel of weight 1). The best is taken. An `encoder`, which has learned from the generator's own images of which latents they were made, \
      is a fast start: with it a restart and a hundred steps go far. How near it comes says how much of such images the generator knows: of a \
      DCGAN's faces some 20 dB. `as NAME` keeps the latent in the notebook, so that `edit RUN latent=NAME` and `interpolate` go on with it.
      """,
    examples: [
      Example(
        "A face of one's own, then edited.",
        """
        \(setting)
        project one.png into made as me steps=5 to pair.png
        attributes made method=sefa count=2
        edit made latent=me sefa-1=-2..2 to strip.png
        """),
      Example(
        "How well a generator knows faces that it has not seen.",
        """
        \(setting)
        data unseen portraits count=8 size=16 seed=5
        project unseen into made steps=5 count=4
        """),
      Example(
        "A fast start by an encoder, trained on what the generator makes.",
        "\(encoded); project one.png into made encoder=back restarts=1 steps=5"),
      Example(
        "By a generator that is asked for labels.",
        """
        \(setting)
        arch asked like dcgan image=16x16x3 width=4 latent=8 labels=Smiling
        run asked on drawn steps=5 batch=16 as asked
        project one.png into asked labels=Smiling:1 steps=5
        """),
    ],
    searchTerms: ["invert", "inversion", "encode", "latent", "reconstruct", "projector"],
    answer: .listing)

  private static let setting = """
    data drawn portraits count=64 size=16
    arch pair like dcgan image=16x16x3 width=4 latent=8
    run pair on drawn batch=16 steps=5 as made
    show data drawn count=1 seed=3 to one.png
    """

  private static let encoded = """
    \(setting)
    data seen generated run=made count=64 latents=yes
    arch inverse like encoder image=16x16x3 width=4 latent=8
    run inverse on seen steps=5 batch=16 as back
    """

  private static let preparation = SourceReference.preparation(
    of: "a file", like: "of the model's images", side: 16, channels: 3
  ) { "\(setting); project one.png into made steps=5 \($0)" }

  private let subject: ImageSubject
  private let run: Word
  private let name: Word?
  private let step: Int?
  private let file: Word?
  private let search: LatentProjector.Search
  private let encoder: Word?
  private let seed: UInt64
  private let count: Int?
  private let labels: LabelRequest
  private let preparation: [Option]

  init(parsing statement: Statement) throws(Diagnostic) {
    var statement = statement
    labels = try LabelRequest(takenFrom: &statement)
    if let column = labels.columns.first {
      throw Diagnostic("`project` has no option `by`", at: column.span)
    }
    let arguments = try Arguments(statement, of: Self.synopsis)
    guard let term = arguments.term("image") else {
      throw Diagnostic("`project` needs an image", at: statement.verb.span)
    }
    subject = try ImageSubject(parsing: term)
    run = try arguments.requiredWord("run")
    name = try arguments.word("name")
    _ = try arguments.term("name")?.declaredName()
    step = try arguments.step()
    file = try arguments.word("file")
    if let file, file.fileEnding != "png" {
      throw Diagnostic(
        "a sheet is a PNG file, not `\(file.text)`", at: file.span,
        help: ["let the name end in .png"])
    }
    var search = LatentProjector.Search()
    search.restarts = try arguments.integer("restarts", in: 1...256) ?? 8
    search.steps = try arguments.integer("steps", in: 0...100_000) ?? 500
    search.priorWeight = try arguments.option("prior")?.number(in: 0...1000, for: "prior") ?? 0
    search.featureWeight =
      try arguments.option("perceptual")?.number(in: 0...1000, for: "perceptual") ?? 0
    encoder = try arguments.option("encoder")?.asWord(for: "encoder")
    seed = try arguments.option("seed")?.seed(for: "seed") ?? StoredDamage.usualSeed
    self.search = search
    count = try arguments.integer("count", in: 1...100_000)
    preparation = arguments.options.filter { SourceReference.keys.contains($0.key.text) }
  }

  func run(in session: Session) throws {
    Interrupts.install()
    if let file {
      let target = OutputFile.resolved(try OutputFile(file).target)
      if try subject.path(in: session) == target {
        throw Diagnostic(
          "`\(file.text)` is the image that is projected", at: file.span,
          help: ["choose another name"])
      }
      try session.checkWritable(file)
    }
    let generator = try OpenGenerator(of: run, at: step, in: session)
    let images = try subject.images(
      like: generator.shape, count: count ?? 20, preparation, in: session)
    guard !images.values.isEmpty else {
      throw Diagnostic("there is no image to project", at: subject.word.span)
    }
    if let name, images.values.count > 1 {
      throw Diagnostic(
        "`\(name.text)` names one latent, and \(grouped(images.values.count)) images are projected",
        at: name.span, help: ["`count=1`, or a file"])
    }
    try labels.check(against: generator.specification.labels, of: generator.run)
    let shape = generator.specification.architecture.labels
    session.note(labels, askedOf: shape)
    let typed = try labels.labels(of: generator.specification)?.vectors[0]
    let asked = typed ?? generator.usualLabels
    if typed == nil { session.noteUsual(asked, askedOf: shape) }
    let began = monotonicSeconds()
    let found = try find(images, by: generator, asked, in: session)
    let seconds = monotonicSeconds() - began
    guard found.allSatisfy({ $0.image.allSatisfy(\.isFinite) }) else {
      throw Diagnostic(
        "what run `\(run.text)` makes holds values that are no numbers: its weights are too large",
        at: run.span, help: ["`show \(run.text)` says how its losses went"])
    }
    if let file { try write(found, images, to: file, in: session) }
    if let name {
      let notebook = try session.notebook()
      if notebook.readOnlyReason == nil {
        let before = try notebook.latents(run: generator.run.id).first { $0.name == name.text }
        if let before {
          session.errors.line(
            "note: the latent `\(name.text)` of \(SafeText.oneLine(before.origin)) is replaced")
        }
        try notebook.record(
          LatentRecord(
            step: generator.step, name: name.text, origin: subject.word.text,
            labels: asked.isEmpty ? nil : asked, loss: Double(found[0].loss),
            vector: found[0].latent), run: generator.run.id)
      }
    }
    session.show(table(found, images, seconds: seconds))
  }

  private func find(
    _ images: ImageSubject.Images, by generator: borrowing OpenGenerator, _ labels: [Float],
    in session: Session
  ) throws -> [LatentProjector.Found] {
    guard
      let projector = try LatentProjector(
        generator.specification, checkpoint: generator.checkpoint,
        backend: try session.makeBackend(1), threads: generator.backend.threads, search: search,
        seed: seed)
    else { throw Diagnostic("run `\(run.text)` has no generator", at: run.span) }
    if search.featureWeight > 0, !projector.comparesFeatures {
      throw Diagnostic(
        "run `\(run.text)` has no discriminator that judges an image alone, and `perceptual` asks its features",
        at: run.span, help: ["leave `perceptual` out"])
    }
    let guesses = try encoder.map { word in
      try LatentEncoder(word, of: generator, in: session).latents(of: images.values)
    }
    let plane = images.shape.height * images.shape.width
    let progress = ProjectionProgress(of: images.values.count, on: session.errors)
    let found = projector.found(
      images.values, weights: images.values.map { _ in [Float](repeating: 1, count: plane) },
      labels: labels, numbers: Array(images.values.indices), guesses: guesses,
      progress: { progress.note($0) }, isAbandoned: { Interrupts.pendingCount > 0 })
    progress.erase()
    guard Interrupts.pendingCount == 0, found.count == images.values.count else {
      throw ShellError.interrupted
    }
    return found
  }

  private func write(
    _ found: [LatentProjector.Found], _ images: ImageSubject.Images, to file: Word,
    in session: Session
  ) throws {
    let shape = images.shape
    let page = zip(images.values, found).flatMap { original, found in
      [original, found.image].flatMap { values in
        PixelImage.images(
          fromTensor: values, count: 1, channels: shape.channels, height: shape.height,
          width: shape.width)
      }
    }
    let sheet = SampleSheet(
      columns: 2 * min(5, images.values.count),
      magnification: max(1, 96 / max(shape.height, shape.width)))
    try session.write(sheet.compose(page).pngData(), to: file)
    try session.tell(
      "\(grouped(found.count)) \(found.count == 1 ? "image" : "images"), each with its projection",
      writtenTo: file)
  }

  /// A row for one image, or a mean over several.
  private func table(
    _ found: [LatentProjector.Found], _ images: ImageSubject.Images, seconds: Double
  ) -> Table {
    let shape = images.shape
    let scores = zip(found, images.values).map { found, original in
      RepairScore(
        of: found.image, original: original,
        hole: [Float](repeating: 0, count: shape.height * shape.width), channels: shape.channels,
        height: shape.height, width: shape.width)
    }
    var table = Table(["images", "PSNR", "±", "SSIM", "±", "restarts", "steps", "s an image"])
    let readings = scores.means([RepairScore.noiseRatio, RepairScore.similarity])
    func cells(_ number: Int) -> [Table.Cell] {
      let reading = readings[number]
      let metric = [RepairScore.noiseRatio, RepairScore.similarity][number]
      return [
        Table.Cell(reading?.value, of: metric), Table.Cell(reading?.error, of: metric),
      ]
    }
    table.append(
      [.integer(found.count)] + cells(0) + cells(1) + [
        .integer(search.restarts), .integer(search.steps),
        .number(seconds / Double(max(1, found.count))),
      ])
    return table
  }
}
