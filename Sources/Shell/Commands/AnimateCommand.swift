import Foundation
import Images
import Language
import Notebook
import Reports
import Terminal
import TerminalText

/// `animate RUN to FILE`.
struct AnimateCommand: Command {
  static let synopsis = Synopsis(
    "animate", "write the training of a run as a moving picture (APNG)",
    parameters: [
      Parameter("run", .run, "a run"),
      Parameter("file", .path, "a file ending in .png or .apng", after: "to"),
    ],
    options: [
      OptionSynopsis(
        "latent", .list(.integer), "which samples of the sheets, from 1 in rows from the top left",
        initial: "the whole sheet"),
      OptionSynopsis("fps", .number, "pictures a second", initial: "8"),
      OptionSynopsis(
        "frames", .integer, "how many steps at most, evenly from first to last", initial: "120"),
      OptionSynopsis(
        "megabytes", .number,
        "the file's size at most: every second picture is left out until it fits",
        initial: "20"),
    ],
    discussion: """
      The sheets that the notebook has kept (`sample-every=` of `run` says how many), one after the other, \
      the last for a second and a half. Browsers and most viewers play it; others show the first \
      picture.
      """,
    examples: [
      Example("The whole sheets.", "animate base to training.png", given: .runs),
      Example("Slowly.", "animate base fps=2 frames=10 to slow.png", given: .runs),
      Example(
        "One face, in a file that can be sent.",
        """
        data drawn portraits count=64 size=16
        arch tiny like dcgan image=16x16x3 width=4
        run tiny on drawn steps=4 batch=8 sample-every=1 as faces
        animate faces latent=1 megabytes=0.5 to face.png
        """),
    ],
    searchTerms: ["animation", "apng", "gif", "movie", "video", "film"])

  private let name: Word
  private let file: Word
  private let latents: [Term]?
  private let rate: Double
  private let frames: Int
  private let bytes: Int

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    name = try arguments.requiredWord("run")
    file = try arguments.requiredWord("file")
    guard ["png", "apng"].contains(file.fileEnding) else {
      throw Diagnostic(
        "an animation is a PNG file that moves, not `\(file.text)`", at: file.span,
        help: ["let the name end in .png or .apng"])
    }
    latents = arguments.option("latent")?.elements
    rate = try arguments.option("fps")?.number(in: 0.1...60, for: "fps") ?? 8
    frames = try arguments.integer("frames", in: 2...2000) ?? 120
    let megabytes = try arguments.option("megabytes")?.number(in: 0.01...2000, for: "megabytes")
    bytes = Int((megabytes ?? 20) * 1e6)
  }

  func run(in session: Session) throws {
    let history = try SheetHistory(
      of: name, latents: latents, usual: 0, most: frames, in: session)
    var animation = AnimatedPNG(framesPerSecond: rate)
    var line = ProgressLine(on: session.errors)
    defer { line.erase() }
    for (index, sheet) in history.sheets.enumerated() {
      guard Interrupts.pendingCount == 0 else { throw ShellError.interrupted }
      line.update { "drawing \(grouped(index + 1)) of \(grouped(history.sheets.count)) pictures" }
      let pictures = try history.pictures(of: sheet)
      // A sheet is large enough; a few samples are enlarged.
      let size = history.latents == nil ? 256 : 128
      let page = PicturePage(
        title: "step \(Readable.integer(sheet.step))", rows: [pictures],
        magnification: SheetHistory.magnification(ofWidth: pictures[0].width, to: size))
      try animation.append(PixelImage(decoding: page.png()))
    }
    line.erase()
    let drawn = animation.count
    while animation.byteCount > bytes, animation.count > 2 { animation.thin() }
    let data = try animation.data()
    try session.write(data, to: file)
    try session.keep(history.artifact(.animation), of: history.run, writtenTo: file)
    let thinned =
      animation.count < drawn
      ? ", of \(drawn) that would be above \(Readable.bytes(bytes))" : ""
    try session.tell(
      "\(animation.count) pictures\(thinned), \(Readable.number(rate, digits: 3)) a second, "
        + Readable.bytes(data.count), writtenTo: file)
  }
}
