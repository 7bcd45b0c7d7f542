import Foundation
import Images
import Language
import Reports
import Terminal

/// `samples RUN [at STEP] [to FILE]`.
struct SamplesCommand: Command {
  static let synopsis = Synopsis(
    "samples", "show or write a sheet of what a run's generator makes",
    parameters: [
      Parameter("run", .run, "a run"),
      Parameter(
        "step", .integer, "the sheet kept at or before a step; else the latest", after: "at",
        isRequired: false),
      Parameter(
        "file", .path, "a file ending in .png or .svg; without it the terminal", after: "to",
        isRequired: false),
    ],
    options: [
      OptionSynopsis("count", .integer, "how many samples", initial: "64"),
      OptionSynopsis("seed", .integer, "what the latents are drawn with", initial: "the run's"),
    ],
    discussion: """
      Without `count` and `seed` it is the sheet that the notebook has kept; with them the \
      generator of the latest checkpoint makes a new one.

      In the terminal it is a picture where kitty's graphics, iTerm2's or sixels are taken, and else \
      coloured blocks, in which only the first samples of a sheet have room. \
      The variable `GANSH_PICTURES` (kitty, iterm, sixel, blocks, none) overrides what was found out.
      """,
    examples: [
      Example("The latest sheet.", "samples base to sheet.png", given: .runs),
      Example("An earlier one, here.", "samples base at 30", given: .runs),
      Example(
        "Sixteen others.", "samples base count=16 seed=3 to others.png", given: .runs),
    ],
    searchTerms: ["sample", "sheet", "picture", "generate", "images"])

  private let request: SampleRequest
  private let file: Word?

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    request = SampleRequest(
      name: try arguments.requiredWord("run"), step: try arguments.step(),
      count: try arguments.integer("count", in: 1...10_000),
      seed: try arguments.option("seed")?.seed(for: "seed"))
    file = try arguments.word("file")
    if let file, !["png", "svg"].contains(file.fileEnding) {
      throw Diagnostic(
        "a sheet is a PNG or an SVG file, not `\(file.text)`", at: file.span,
        help: ["let the name end in .png or .svg"])
    }
  }

  func run(in session: Session) throws {
    let sheet = try request.sheet(in: session)
    guard let file else { return try session.show(sheet, of: request.name.text) }
    if file.fileEnding == "svg" {
      try session.write(Data(PicturePage(rows: [[sheet.image]]).svg().utf8), to: file)
    } else {
      try session.write(sheet.image.pngData(), to: file)
    }
    try session.tell(sheet.description, writtenTo: file)
  }
}

extension Session {
  /// Shows a sheet in the terminal.
  func show(_ sheet: SampleRequest.Sheet, of run: String) throws {
    var (image, name) = (sheet.image, "\(run): \(sheet.description)")
    if let screen = pictureScreen() {
      let legible = screen.legible(image, count: sheet.count, within: screen.room)
      if legible.count < sheet.count { name = "\(run): \(legible.count) of \(sheet.description)" }
      image = legible.page
    }
    try show(
      image, named: name,
      way: "samples \(run) at \(sheet.step) to \(run).png")
  }
}
