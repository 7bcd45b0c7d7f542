import Foundation
import Images
import Language
import Notebook
import Reports
import Terminal
import TerminalText

/// `samples RUN [at STEP] [to FILE]`, `samples RUN count=… to FOLDER/`, `samples SET`, `samples`.
struct SamplesCommand: Command {
  static let synopsis = Synopsis(
    "samples", "show or write what a run's generator makes, or list the sets made so far",
    parameters: [
      Parameter(
        "run", .run, "a run, or the number of a set; without it all sets are listed",
        isRequired: false),
      Parameter(
        "step", .integer, "the sheet kept at or before a step; else the latest", after: "at",
        isRequired: false),
      Parameter(
        "file", .path,
        "a file ending in .png, .svg or .npz, or a folder ending in `/`; without it the terminal",
        after: "to", isRequired: false),
    ],
    options: [
      OptionSynopsis("count", .integer, "how many samples", initial: "64"),
      OptionSynopsis("seed", .integer, "what the latents are drawn with", initial: "the run's"),
      OptionSynopsis(
        "average", .choice(["yes", "no"]), "whether the averaged weights make them",
        initial: "where the run keeps an average",
        example: "samples base average=no to plain.png"),
      OptionSynopsis(
        "truncation", .number,
        "no number of a latent is farther from 0; the smaller, the more usual and alike samples are",
        initial: "none", example: "samples base truncation=0.7 to usual.png"),
      OptionSynopsis(
        "labels", .list(.labelValue),
        "the labels they are to have, `Smiling:1,Male:0`; of classes `class:3` or `class:cat`; `data`: drawn as they come there",
        initial: "every label in turn; of numbers the middle of their range"),
      OptionSynopsis(
        "by", .list(.label),
        "labels of which each value has rows of its own, from the same latents; `Smiling,Male`: all four"
      ),
    ],
    discussion: """
      Without options it is the sheet that the notebook has kept; with them the generator of the latest \
      checkpoint (of the latest at or before a step) makes new ones. A folder gets a PNG file for each \
      and a table `manifest.csv`, so that `data NAME folder path=FOLDER labels=FOLDER/manifest.csv` reads \
      them with the labels they were asked for; an `.npz` file holds the array `images` of bytes, \
      samples by rows by columns by channels, or `points`, and of a conditional model `labels` with \
      `label_names`; `data NAME npz path=FILE` reads it. Neither has to fit into memory, and what is interrupted leaves nothing.

      Samples that were made anew are kept in the notebook as a set, which `samples` lists: run, step, \
      checkpoint, seed and count, and a digest of every pixel. `samples 12` makes set 12 again from the \
      same checkpoint and says whether it is the same, bit for bit. `compare samples` sets some side by \
      side.

      In the terminal it is a picture where kitty's graphics, iTerm2's or sixels are taken, and else \
      coloured blocks, in which only the first samples of a sheet have room. \
      The variable `GANSH_PICTURES` (kitty, iterm, sixel, blocks, none) overrides what was found out.
      """,
    examples: [
      Example("The latest sheet.", "samples base to sheet.png", given: .runs),
      Example("An earlier one, here.", "samples base at 30", given: .runs),
      Example(
        "Sixteen others.", "samples base count=16 seed=3 to others.png", given: .runs),
      Example(
        "A folder of images that is a data set.",
        """
        data drawn portraits count=64 size=16
        arch tiny like dcgan image=16x16x3 width=4
        run tiny on drawn steps=4 batch=8 as faces
        samples faces count=100 seed=3 to made/
        data made folder path=made/ labels=made/manifest.csv size=16
        """),
      Example(
        "What a label changes: the same latents without glasses and with.",
        """
        data drawn portraits count=64 size=16
        arch asked like dcgan image=16x16x3 width=4 labels=Eyeglasses,Smiling
        run asked on drawn steps=4 batch=8 as cond
        samples cond by=Eyeglasses labels=Smiling:1 count=16 to by.png
        samples cond labels=Smiling:1,Eyeglasses:0 count=8 to smiling/
        samples cond labels=data count=8 to mixed/
        """),
      Example(
        "The same samples again, bit for bit.",
        "samples base count=16 seed=3 to points.npz; samples; samples 3", given: .runs),
    ],
    searchTerms: ["sample", "sheet", "picture", "generate", "images", "npz", "sets"],
    answer: .listing)

  private let request: SampleRequest?
  private let destination: SampleDestination?

  init(parsing statement: Statement) throws(Diagnostic) {
    var statement = statement
    let labels = try LabelRequest(takenFrom: &statement, mayBeDrawn: true)
    let arguments = try Arguments(statement, of: Self.synopsis)
    destination = try arguments.word("file").map { word throws(Diagnostic) in
      try SampleDestination(word)
    }
    guard let name = try arguments.word("run") else {
      guard destination == nil, arguments.options.isEmpty, labels.isEmpty,
        arguments.term("step") == nil
      else {
        throw Diagnostic(
          "`samples` needs a run, or the number of a set", at: statement.verb.span,
          help: ["usage: \(Self.synopsis.usage)", "`samples` alone lists the sets"])
      }
      request = nil
      return
    }
    let isSheet = destination?.isOfSingleSamples != true
    let most = isSheet ? SampleDestination.sheetLimit : SampleDestination.limit
    let count = try arguments.integer("count", in: 1...SampleDestination.limit)
    if let count, count > most, let term = arguments.option("count") {
      throw Diagnostic(
        "a sheet has at most \(grouped(most)) samples, not \(grouped(count))", at: term.span,
        help: ["write them to a folder (`to made/`) or to arrays (`to made.npz`)"])
    }
    _ = try arguments.option("average")?.flag(for: "average")
    request = SampleRequest(
      name: name, step: try arguments.step(), count: count,
      seed: try arguments.option("seed")?.seed(for: "seed"), average: arguments.option("average"),
      labels: labels,
      truncation: try arguments.option("truncation")?.number(in: 0.01...100, for: "truncation"))
  }

  func run(in session: Session) throws {
    guard let request else { return try list(in: session) }
    switch destination {
    case nil: try session.show(request.sheet(in: session), of: request.name.text)
    case .sheet(let file):
      let sheet = try request.sheet(in: session)
      if file.fileEnding == "svg" {
        try session.write(Data(PicturePage(rows: [[sheet.image]]).svg().utf8), to: file)
      } else {
        try session.write(sheet.image.pngData(), to: file)
      }
      let number = try session.keep(sheet, writtenTo: file)
      try session.tell(sheet.description(number), writtenTo: file)
    case .folder(let folder):
      let set = try request.set(in: session)
      try tell(set.write(toFolder: folder, in: session), of: set, in: session, folder)
    case .arrays(let file):
      let set = try request.set(in: session)
      try tell(set.write(toArrays: file, in: session), of: set, in: session, file)
    }
  }

  /// Keeps a set that was written, and says so.
  private func tell(
    _ made: Artifact, of set: SampleSet, in session: Session, _ word: Word
  ) throws {
    let record = try set.record ?? session.record(alike: made, of: set.run)
    let number = try session.keep(made, of: set.run, writtenTo: word, besides: record)
    let verdict = record.map { ", \($0.verdict(on: made))" } ?? number.map { ", set \($0)" } ?? ""
    try session.tell(made.described + verdict, writtenTo: word)
  }

  /// Lists the sets of samples, newest last.
  private func list(in session: Session) throws {
    let notebook = try session.existingNotebook()
    let sets = try notebook?.artifacts(kind: .samples) ?? []
    if sets.isEmpty && !session.configuration.prefersJSON {
      return session.output.line("none yet; `help samples` tells how one is made")
    }
    let names = Dictionary(
      uniqueKeysWithValues: try (notebook?.runs() ?? []).map { ($0.id, $0.name) })
    var table = Table([
      "set", "run", "step", "samples", "seed", "labels", "average", "truncation", "made",
      "written to",
    ])
    for set in sets {
      table.append([
        .label(UInt64(clamping: set.id)), .text(names[set.run]), .integer(set.step),
        .integer(set.count), set.seed.map { .label($0) } ?? .none, .text(set.labels),
        set.usesAverage.map { .yes($0) } ?? .none, .number(set.truncation), .date(set.made),
        .text(set.path),
      ])
    }
    session.show(table)
  }
}

extension Session {
  /// Shows a sheet in the terminal.
  func show(_ sheet: SampleRequest.Sheet, of run: String) throws {
    let number = try keep(sheet, writtenTo: nil)
    let description = sheet.description(number)
    var (image, name) = (sheet.image, "\(run): \(description)")
    if let screen = pictureScreen() {
      let legible = screen.legible(image, count: sheet.count, within: screen.room)
      if legible.count < sheet.count { name = "\(run): \(legible.count) of \(description)" }
      image = legible.page
    }
    try show(
      image, named: name,
      way: number.map { "samples \($0) to \(run).png" }
        ?? "samples \(run) at \(sheet.step) to \(run).png")
  }

  /// Keeps the samples of a sheet that was made anew.
  ///
  /// - Returns: the number of the set; nil where there is none.
  fileprivate func keep(_ sheet: SampleRequest.Sheet, writtenTo word: Word?) throws -> Int64? {
    guard let made = sheet.made else { return nil }
    return try keep(made, of: sheet.run, writtenTo: word, besides: sheet.record)
  }
}
