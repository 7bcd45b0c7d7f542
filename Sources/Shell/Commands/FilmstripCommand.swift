import Foundation
import Images
import Language
import Notebook
import Reports
import Terminal

/// `filmstrip RUN [to FILE]`.
struct FilmstripCommand: Command {
  static let synopsis = Synopsis(
    "filmstrip", "set the same latents side by side over the steps of a run",
    parameters: [
      Parameter("run", .run, "a run"),
      Parameter(
        "file", .path, "a file ending in .png or .svg; without it the terminal", after: "to",
        isRequired: false),
    ],
    options: [
      OptionSynopsis(
        "latent", .list(.integer), "which samples of the sheets, from 1 in rows from the top left",
        initial: "1,2,3,4"),
      OptionSynopsis(
        "frames", .integer, "how many steps, evenly from first to last", initial: "10"),
    ],
    discussion: """
      A row for each latent, a column for each step: how faces come to be, or turn into one another \
      when the modes collapse. It is cut out of the sheets that the notebook has kept (`sample-every=` of \
      `run` says how many). Of points, whole sheets stand side by side.
      """,
    examples: [
      Example("Where the points went.", "filmstrip base to strip.png", given: .runs),
      Example(
        "At most three steps, to be enlarged.", "filmstrip calm frames=3 to strip.svg",
        given: .runs),
      Example(
        "The third and the ninth face of each sheet.",
        """
        data drawn portraits count=64 size=16
        arch tiny like dcgan image=16x16x3 width=4
        run tiny on drawn steps=4 batch=8 sample-every=1 as faces
        filmstrip faces latent=3,9 to strip.png
        """),
    ],
    searchTerms: ["strip", "progress", "evolution", "samples"])

  private let name: Word
  private let file: Word?
  private let latents: [Term]?
  private let frames: Int

  /// Rows where no latents are named.
  private static let usualLatents = 4

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    name = try arguments.requiredWord("run")
    file = try arguments.word("file")
    if let file, !["png", "svg"].contains(file.fileEnding) {
      throw Diagnostic(
        "a filmstrip is a PNG or an SVG file, not `\(file.text)`", at: file.span,
        help: ["let the name end in .png or .svg"])
    }
    latents = arguments.option("latent")?.elements
    frames = try arguments.integer("frames", in: 1...100) ?? 10
  }

  func run(in session: Session) throws {
    let history = try SheetHistory(
      of: name, latents: latents, usual: Self.usualLatents, most: frames, in: session)
    let columns = try history.sheets.map { try history.pictures(of: $0) }
    let rows = columns[0].indices.map { row in columns.map { $0[row] } }
    let width = columns[0][0].width
    var page = PicturePage(
      captions: history.sheets.map { Readable.integer($0.step) },
      labels: history.latents.map { $0.map(String.init) } ?? [], rows: rows,
      magnification: SheetHistory.magnification(ofWidth: width, to: 64))
    let steps = history.sheets.count
    let what =
      "\(history.run.name): \(rows.count) \(rows.count == 1 ? "row" : "rows") over \(steps) "
      + (steps == 1 ? "step" : "steps")
    guard let file else {
      page.appearance = session.pictureScreen()?.appearance ?? .onPaper
      return try session.show(
        PixelImage(decoding: page.png()), named: what,
        way: "filmstrip \(history.run.name) to strip.png")
    }
    try session.write(
      file.fileEnding == "svg" ? Data(page.svg().utf8) : page.png(), to: file)
    try session.keep(history.artifact(.strip), of: history.run, writtenTo: file)
    try session.tell(what, writtenTo: file)
  }
}
