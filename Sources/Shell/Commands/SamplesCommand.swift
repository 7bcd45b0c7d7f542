import Compilation
import Foundation
import Images
import Language
import Notebook
import Reports
import Specification
import Terminal
import Training

/// `samples RUN to FILE`.
struct SamplesCommand: Command {
  static let synopsis = Synopsis(
    "samples", "write a sheet of what a run's generator makes",
    parameters: [
      Parameter("run", .run, "a run"),
      Parameter("file", .path, "a file ending in .png", after: "to"),
    ],
    options: [
      OptionSynopsis("count", .integer, "how many samples", initial: "64"),
      OptionSynopsis("seed", .integer, "what the latents are drawn with", initial: "the run's"),
      OptionSynopsis(
        "step", .integer, "the sheet kept at or before a step", initial: "the latest",
        example: "samples base step=30 to early.png"),
    ],
    discussion: """
      Without `count` and `seed` it is the sheet that the notebook has kept; with them the \
      generator of the latest checkpoint makes a new one.
      """,
    examples: [
      Example("The latest sheet.", "samples base to sheet.png", given: .runs),
      Example(
        "Sixteen others.", "samples base count=16 seed=3 to others.png", given: .runs),
    ],
    searchTerms: ["sample", "sheet", "picture", "generate", "images"])

  private let name: Word
  private let file: Word
  private let count: Int?
  private let seed: UInt64?
  private let step: Int?

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    name = try arguments.requiredWord("run")
    file = try arguments.requiredWord("file")
    count = try arguments.integer("count", in: 1...10_000)
    seed = try arguments.option("seed")?.seed(for: "seed")
    step = try arguments.integer("step", in: 0...Int(Int32.max))
    guard file.text.lowercased().hasSuffix(".png") else {
      throw Diagnostic(
        "a sheet is a PNG file, not `\(file.text)`", at: file.span,
        help: ["let the name end in .png"])
    }
  }

  func run(in session: Session) throws {
    let run = try session.run(named: name)
    let notebook = try session.notebook()
    if count == nil && seed == nil {
      guard let sheet = try notebook.sampleSheet(run: run.id, atStep: step),
        let png = try notebook.png(ofSheet: sheet.id)
      else { throw nothing(yet: run) }
      try session.write(png, to: file)
      return session.output.line(
        "\(session.path(file)): \(sheet.count) samples after step \(Readable.integer(sheet.step))")
    }
    let (image, taken) = try makeSheet(of: run, in: notebook, session)
    try session.write(image.pngData(), to: file)
    session.output.line(
      "\(session.path(file)): \(count ?? 64) samples after step \(Readable.integer(taken))")
  }

  private func makeSheet(
    of run: RunRecord, in notebook: Notebook, _ session: Session
  ) throws -> (PixelImage, step: Int) {
    guard let row = try notebook.latestGoodCheckpoint(run: run.id, atStep: step) else {
      throw nothing(yet: run)
    }
    let specification = try run.specification()
    let checkpoint = try Checkpoint(contentsOf: notebook.url(of: row), digest: row.digest)
    let count = count ?? 64
    let backend = try session.makeBackend(run.threads)
    let sampler = try Sampler(
      specification, checkpoint: checkpoint, backend: backend, batch: min(count, 64))
    let seed = seed ?? specification.seed
    if case .image = specification.architecture.example {
      let images = sampler.images(count: count, seed: seed)
      return (SampleSheet(squareFor: count).compose(images), row.step)
    }
    let values = sampler.examples(count: count, seed: seed)
    let extent = values.reduce(Float(1)) { max($0, $1.isFinite ? abs($1) : 0) }
    return (PointSheet(extent: extent * 1.1).compose(generated: values), row.step)
  }

  private func nothing(yet run: RunRecord) -> Diagnostic {
    let when = step.map { " at or before step \($0)" } ?? " yet"
    return Diagnostic("run `\(run.name)` has kept no samples\(when)", at: name.span)
  }
}

extension RunRecord {
  /// What the run is a function of.
  ///
  /// - Throws: `ShellError.failed` where the notebook holds something else.
  func specification() throws(ShellError) -> RunSpecification {
    do { return try JSONDecoder().decode(RunSpecification.self, from: Data(json.utf8)) } catch {
      throw .failed("the specification of run `\(name)` in the notebook cannot be read: \(error)")
    }
  }
}
