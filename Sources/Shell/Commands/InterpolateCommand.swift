import Images
import Language
import Notebook
import Reports
import Specification
import Terminal
import TerminalText
import Training

/// `interpolate base from=3 to=9 steps=10 to walk.png`.
struct InterpolateCommand: Command {
  static let synopsis = Synopsis(
    "interpolate", "make the samples between two latents",
    parameters: [
      Parameter("run", .run, "a run with a generator"),
      Parameter(
        "step", .integer, "the newest checkpoint at or before a step", after: "at",
        isRequired: false),
      Parameter("file", .path, "a PNG file; one that ends in .apng moves", after: "to"),
    ],
    options: [
      OptionSynopsis(
        "from", .list(.latent), "a seed, or a latent that `project` has kept; several are rows",
        initial: "1", example: "\(setting); interpolate made from=3,4 to=9,10 to walk.png"),
      OptionSynopsis(
        "to", .list(.latent), "where it ends", initial: "2",
        example: "\(setting); interpolate made from=3 to=9 to walk.png"),
      OptionSynopsis(
        "steps", .integer, "pictures in a row", initial: "10",
        example: "\(setting); interpolate made steps=5 to walk.png"),
      OptionSynopsis(
        "way", .choice(["spherical", "linear"]), "how it goes from the one to the other",
        initial: "spherical, of uniform latents linear",
        example: "\(setting); interpolate made way=linear to walk.png"),
      OptionSynopsis(
        "fps", .number, "pictures a second of one that moves", initial: "10",
        example: "\(setting); interpolate made steps=20 fps=20 to walk.apng"),
    ],
    discussion: """
      Normal latents lie near a sphere, and a straight way between two of them passes through latents that are shorter than any that the generator was trained \
      with: `spherical` keeps their length (White 2016). A seed means its first sample, as `samples RUN seed=3 count=1` makes it. A file that ends in .apng is a moving picture, there and back.
      """,
    examples: [
      Example(
        "Ten faces from one to another.", "\(setting)\ninterpolate made from=3 to=9 to walk.png"),
      Example(
        "As a moving picture.", "\(setting)\ninterpolate made from=3 to=9 steps=20 to walk.apng"),
    ],
    searchTerms: ["walk", "morph", "latent", "slerp", "between", "animation"])

  private static let setting = """
    data drawn portraits count=64 size=16
    arch pair like dcgan image=16x16x3 width=4 latent=8
    run pair on drawn batch=16 steps=5 as made
    """

  private let name: Word
  private let step: Int?
  private let file: Word
  private let ends: [(from: Word, to: Word)]
  private let steps: Int
  private let way: String?
  private let rate: Double

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    name = try arguments.requiredWord("run")
    step = try arguments.step()
    file = try arguments.requiredWord("file")
    guard ["png", "apng"].contains(file.fileEnding) else {
      throw Diagnostic(
        "a walk is a PNG file, not `\(file.text)`", at: file.span,
        help: ["let the name end in .png or .apng"])
    }
    func words(_ key: String, _ usual: String) throws(Diagnostic) -> [Word] {
      guard let term = arguments.option(key) else { return [Word(usual, at: statement.verb.span)] }
      var words: [Word] = []
      for element in term.elements { words.append(try element.asWord(for: key)) }
      return words
    }
    let (from, to) = (try words("from", "1"), try words("to", "2"))
    guard from.count == to.count else {
      throw Diagnostic(
        "`from` has \(from.count) and `to` has \(to.count)",
        at: arguments.option("to")?.span ?? arguments.option("from")?.span,
        help: ["each row has one of both"])
    }
    ends = Array(zip(from, to)).map { (from: $0, to: $1) }
    steps = try arguments.integer("steps", in: 2...1000) ?? 10
    way = try arguments.option("way")?.choice(from: ["spherical", "linear"], for: "way")
    rate = try arguments.option("fps")?.number(in: 0.1...60, for: "fps") ?? 10
  }

  func run(in session: Session) throws {
    Interrupts.install()
    let generator = try OpenGenerator(of: name, at: step, in: session)
    let isSpherical =
      way.map { $0 == "spherical" }
      ?? (generator.specification.architecture.latentDistribution != .uniform)
    let labels = generator.usualLabels
    var rows: [[PixelImage]] = []
    for (from, to) in ends {
      guard Interrupts.pendingCount == 0 else { throw ShellError.interrupted }
      let (one, other) = (
        try latent(from, of: generator, in: session), try latent(to, of: generator, in: session)
      )
      let latents = (0..<steps).map { step in
        between(
          one, other, at: Double(step) / Double(steps - 1), isOnSphere: isSpherical)
      }
      let values = try generator.images(of: latents, labels: latents.map { _ in labels })
      rows.append(
        values.flatMap { values in
          PixelImage.images(
            fromTensor: values, count: 1, channels: generator.shape.channels,
            height: generator.shape.height, width: generator.shape.width)
        })
    }
    let magnification = max(1, 96 / max(generator.shape.height, generator.shape.width))
    if file.fileEnding == "apng" {
      let across = min(8, rows.count)
      let sheet = SampleSheet(columns: across, magnification: magnification)
      var animation = AnimatedPNG(framesPerSecond: rate)
      // There and back, each end once.
      for step in Array(0..<steps) + (1..<max(1, steps - 1)).reversed() {
        try animation.append(sheet.compose(rows.map { $0[step] }))
      }
      try session.write(try animation.data(), to: file)
    } else {
      let sheet = SampleSheet(columns: steps, magnification: magnification)
      try session.write(sheet.compose(rows.flatMap(\.self)).pngData(), to: file)
    }
    try session.tell(
      "\(grouped(steps)) pictures \(isSpherical ? "along the sphere" : "straight") "
        + ends.map { "from \(SafeText.oneLine($0.from.text)) to \(SafeText.oneLine($0.to.text))" }
        .joined(separator: ", "), writtenTo: file)
  }

  /// The latent of a name, else the first of a seed.
  private func latent(
    _ word: Word, of generator: borrowing OpenGenerator, in session: Session
  ) throws -> [Float] {
    let known = try session.notebook().latents(run: generator.run.id)
    let isKnown = known.contains { $0.name == word.text }
    if !isKnown, UInt64(word.text) == nil, Double(word.text) != nil {
      throw Diagnostic(
        "`\(word.text)` is no seed, which is a whole number from 0 on, and no latent is called so",
        at: word.span)
    }
    guard !isKnown, let seed = UInt64(word.text) else {
      return try session.latent(named: word, of: generator).vector
    }
    return generator.latents(count: 1, seed: seed)[0]
  }
}
