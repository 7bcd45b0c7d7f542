import Foundation
import Language
import Networks
import MetricDescriptions
import Notebook
import Reports
import Specification
import Terminal
import TerminalText

/// `show RUN`, `show samples RUN [at STEP]`, `show arch NAME`, `show data NAME [to FILE]`,
/// `show recipe NAME`.
struct ShowCommand: Command {
  static let synopsis = Synopsis(
    "show", "show a run, a sweep, an architecture, data, a recipe or a cell",
    parameters: [
      Parameter("run", .anyOf([.run, .sweep]), "a run or a sweep", isRequired: false),
      Parameter(
        "architecture", .architecture, "an architecture", after: "arch", isRequired: false),
      Parameter("data", .dataset, "a data set", after: "data", isRequired: false),
      Parameter("recipe", .recipe, "a recipe", after: "recipe", isRequired: false),
      Parameter(
        "file", .path, "a PNG file for a sheet of a data set's examples", after: "to",
        isRequired: false),
      Parameter(
        "samples", .run, "a run whose samples to show", after: "samples", isRequired: false),
      Parameter("step", .integer, "the step of the samples", after: "at", isRequired: false),
      Parameter("cell", .integer, "the number of a cell", after: "cell", isRequired: false),
    ],
    options: [
      OptionSynopsis(
        "batch", .integer, "the batch for which `show arch` reckons memory", initial: "64",
        example: "show arch mine batch=256"),
      OptionSynopsis(
        "by", .metric, "the metric by which a sweep's configurations are compared",
        initial: "the first that listings show and that has a better end",
        example: "sweep mine on ring lr=2e-4,5e-4 steps=10 as s; show s by=\(ExampleMetric.count)"),
      OptionSynopsis(
        "augment", .choice(Augmentation.signatures.map(\.usage) + ["no"]),
        "what is done to the examples of a data set's sheet, each with seven of what comes of it",
        example:
          "data drawn portraits count=100; show data drawn augment=flip+rotate:20 count=4 to sheet.png"
      ),
      OptionSynopsis(
        "count", .integer, "examples on a data set's sheet", initial: "64, or 8 augmented",
        example: "show data ring count=16 to few.png"),
      OptionSynopsis(
        "seed", .integer, "what those are drawn with", initial: "1",
        example: "show data ring seed=2 to others.png"),
      OptionSynopsis(
        "session", .integer, "the sitting whose cell is meant",
        initial: "this one, or the latest that has it", example: "show cell 1 session=1"),
    ],
    discussion: """
      Of a run: its specification, where it stands, its metrics, checkpoints, tags and remarks, and \
      what happened to it. Of an architecture: every layer with its output, parameters and multiply-adds, and the \
      memory that training on a batch takes. Of a data set: how many examples there are, the sizes \
      of the images, how many have each label, and which files were left out and why; it is \
      prepared first, if no run has done so. With `augment=` each example on its sheet stands at the beginning of a row, and \
      what batches of a training might have of it behind it. Of a sweep: its configurations, best first by the mean of a \
      metric's last value over seeds, each with its standard error and the difference to the first \
      configuration over common seeds. Where 0 is within the 95% interval of a difference (a paired t test) it is a tie. `show samples RUN` is `samples RUN` without a file.
      """,
    examples: [
      Example("A run.", "show base", given: .runs),
      Example("An architecture.", "show arch mine", given: .declarations),
      Example("A data set.", "show data ring", given: .declarations),
      Example(
        "Twenty-five of its examples.",
        "data drawn portraits count=100; show data drawn count=25 to sheet.png"),
      Example("A recipe.", "show recipe calm", given: .declarations),
      Example("What a run's generator made.", "show samples base at 30", given: .runs),
      Example("What was typed first, and what came of it.", "show cell 1", given: .declarations),
    ],
    searchTerms: ["print", "describe", "details", "info", "status", "summary", "layers"],
    answer: .listing)

  private enum Subject {
    case run(Word, by: Word?)
    case architecture(Word)
    case dataset(DatasetPage)
    case recipe(Word)
    case samples(SampleRequest)
    case cell(Term)
  }

  private let subject: Subject
  private let batch: Int
  private let sitting: Int64?

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    batch = try arguments.integer("batch", in: Limits.batch) ?? 64
    var subjects: [Subject] = []
    let metric = try arguments.option("by")?.asWord(for: "by")
    if let word = try arguments.word("run") { subjects.append(.run(word, by: metric)) }
    if let word = try arguments.word("architecture") { subjects.append(.architecture(word)) }
    if let page = try Self.datasetPage(arguments) { subjects.append(.dataset(page)) }
    if let word = try arguments.word("recipe") { subjects.append(.recipe(word)) }
    let step = try arguments.step()
    if let word = try arguments.word("samples") {
      subjects.append(.samples(SampleRequest(name: word, step: step)))
    } else if step != nil, let term = arguments.term("step") {
      throw Diagnostic("`at` belongs to samples: `show samples RUN at STEP`", at: term.span)
    }
    if let term = arguments.term("cell") {
      _ = try term.cellNumbers()
      subjects.append(.cell(term))
    }
    sitting = try arguments.integer("session", in: 1...Int(1e12)).map(Int64.init)
    guard let first = subjects.first, subjects.count == 1 else {
      throw Diagnostic(
        "`show` shows one thing at a time", at: statement.span,
        help: [
          "`show RUN`, `show samples RUN`, `show arch NAME`, `show data NAME`, `show recipe NAME` "
            + "or `show cell N`"
        ])
    }
    subject = first
  }

  private static func datasetPage(_ arguments: Arguments) throws(Diagnostic) -> DatasetPage? {
    let file = try arguments.word("file")
    let count = try arguments.integer("count", in: 1...10_000)
    let seed = try arguments.option("seed")?.seed(for: "seed")
    let augmentation = try arguments.option("augment").map { term throws(Diagnostic) in
      (try Augmentation(parsing: term), term.span)
    }
    guard let name = try arguments.word("data") else {
      if let file {
        throw Diagnostic(
          "`to` belongs to data sets: `show data NAME to FILE`", at: file.span,
          help: ["`samples RUN to FILE` writes what a run's generator makes"])
      }
      if let place = augmentation?.1 {
        throw Diagnostic(
          "`augment` belongs to data sets: `show data NAME augment=… to FILE`", at: place)
      }
      return nil
    }
    if let file, !file.text.lowercased().hasSuffix(".png") {
      throw Diagnostic(
        "a sheet is a PNG file, not `\(file.text)`", at: file.span,
        help: ["let the name end in .png"])
    }
    return DatasetPage(
      name: name, file: file, augmentation: augmentation,
      count: count ?? (augmentation == nil ? 64 : 8), seed: seed ?? 1)
  }

  func run(in session: Session) throws {
    switch subject {
    case .run(let word, let metric):
      if let sweep = try session.sweepBesidesRuns(named: word) {
        return try session.tell(sweep, by: metric)
      }
      if let metric {
        throw Diagnostic("`by` belongs to a sweep, and a run has none", at: metric.span)
      }
      try show(run: word, in: session)
    case .architecture(let word):
      let row = try session.declaration(.architecture, named: word)
      try show(row.value(), row, in: session)
    case .dataset(let page):
      let row = try session.declaration(.dataset, named: page.name)
      if !session.configuration.prefersJSON {
        for line in row.text.split(separator: "\n") { session.output.line(String(line)) }
      }
      try page.show(row.value(), in: session)
    case .samples(let request): try session.show(request.sheet(in: session), of: request.name.text)
    case .cell(let term):
      let cells = try session.cells(term.cellNumbers(), ofSession: sitting, at: term.span)
      for cell in cells { try session.show(cell: cell, in: session.notebook()) }
    case .recipe(let word):
      session.output.line(try session.declaration(.recipe, named: word).text)
    }
  }

  // MARK: Architectures

  private func show(
    _ architecture: ArchitectureSpecification, _ row: DeclarationRecord, in session: Session
  ) throws {
    let model = try Model(architecture)
    if session.configuration.prefersJSON {
      var table = Table(["network"] + Self.columns)
      for network in model.networks {
        for layer in network.layers { table.append([.text(network.name)] + cells(of: layer)) }
      }
      return session.show(table)
    }
    // The layers of the statement stand in the tables.
    session.output.line(row.text.split(separator: " {", maxSplits: 1).first.map(String.init) ?? "")
    for network in model.networks { show(network, in: session) }
    session.output.line()
    session.output.line(
      "training on a batch of \(batch) takes at least "
        + Readable.bytes(model.trainingBytes(batch: batch)))
  }

  private static let columns = ["layer", "output", "parameters", "multiply-adds"]

  private func show(_ network: Network, in session: Session) {
    session.output.line()
    let head = network.specification.head.split(separator: " ", maxSplits: 1)
    session.output.line(
      session.output.styled(String(head[0]), .bold) + " " + head.dropFirst().joined())
    var table = Table(Self.columns)
    for layer in network.layers { table.append(cells(of: layer)) }
    table.append([
      .text("total"), .none, .integer(network.parameterCount), .integer(network.multiplyAdds),
    ])
    session.show(table)
  }

  private func cells(of layer: ResolvedLayer) -> [Table.Cell] {
    let indent = String(repeating: "  ", count: layer.depth)
    return [
      .text(indent + layer.layer.head), .text(layer.printedOutput),
      layer.parameterCount == 0 ? .none : .integer(layer.parameterCount),
      layer.multiplyAdds == 0 ? .none : .integer(layer.multiplyAdds),
    ]
  }

  // MARK: Runs

  private func show(run word: Word, in session: Session) throws {
    _ = try session.run(named: word)
    let details = try session.notebook().details(ofRun: word.text)
    if session.configuration.prefersJSON {
      return session.show(Table.summaries(details.summaries))
    }
    let (run, output) = (details.run, session.output)
    output.line(output.styled(run.name, .bold) + ": " + standing(run, details.events))
    if !run.message.isEmpty { output.line("  " + run.message) }
    try tellFamily(of: run, in: session)
    output.line()
    output.write(run.standingText + "\n")
    output.line()
    let threads = "\(run.threads) \(run.threads == 1 ? "thread" : "threads")"
    output.line("on \(run.host), \(run.kernelsAlone), \(threads), \(run.build)")
    if let git = run.git {
      let change = git.isDirty ? ", with changes" : ""
      output.line("in a working directory at commit \(git.commit.prefix(12))\(change)")
    }
    if !details.summaries.isEmpty {
      output.line()
      session.show(metrics(details.summaries))
    }
    let tweaks = try session.notebook().tweaks(run: run.id)
    if !tweaks.isEmpty {
      output.line()
      session.show(
        self.tweaks(tweaks, effective: try session.notebook().effectiveTweaks(run: run.id)))
    }
    tellFiles(details, try session.retention(of: run, details.checkpoints), on: output)
    try tellRemarks(run, in: session)
    if !details.events.isEmpty {
      output.line()
      session.show(events(details.events))
    }
  }

  private func standing(_ run: RunRecord, _ events: [EventRecord]) -> String {
    let ended = run.ended.map { ", ended \(Readable.date($0))" } ?? ""
    return "\(run.standing(events)) after \(Readable.integer(run.stepsDone)) of "
      + "\(Readable.integer(run.stepsPlanned)) steps, begun \(Readable.date(run.started))\(ended), "
      + "took \(Readable.duration(run.secondsAtWork))"
  }

  /// Where it comes from, and what comes from it.
  private func tellFamily(of run: RunRecord, in session: Session) throws {
    let (notebook, output) = (try session.notebook(), session.output)
    let record = try notebook.branchRecord(of: run)
    if let place = run.parent {
      let parent = try notebook.run(place.run).name
      let changes = try notebook.changes(of: run)?.entries.joined(separator: ", ")
      let told = changes.map { $0.isEmpty ? "without a change" : $0 }
      output.line(
        told.map {
          place.step > 0 || record?.beginsAnew == false
            ? "branched off \(parent) at step \(grouped(place.step)): \($0)"
            : "\(parent) begun anew: \($0)"
        } ?? "repeats \(parent)")
    } else if let record, !record.beginsAnew {
      output.line(
        "branched at step \(grouped(record.step)) off a run `\(record.run)` that was deleted")
    }
    // A text of a newer program is shown as it stands.
    if let told = (try? run.specification())?.origin?.fileTold {
      output.line("begun with the weights of \(told)")
    }
    let children = try notebook.children(ofRun: run.id)
    var (branches, anew, replays) = ([String](), [String](), [String]())
    for child in children {
      let step = child.parent?.step ?? 0
      if try step == 0 && notebook.changes(of: child) == nil {
        replays.append(child.name)
      } else if try step == 0 && notebook.branchRecord(of: child)?.beginsAnew != false {
        anew.append(child.name)
      } else {
        branches.append("\(child.name) (at step \(grouped(step)))")
      }
    }
    if !branches.isEmpty { output.line("branches: " + branches.joined(separator: ", ")) }
    if !anew.isEmpty { output.line("begun anew as " + anew.joined(separator: ", ")) }
    if !replays.isEmpty { output.line("repeated by " + replays.joined(separator: ", ")) }
  }

  private func metrics(_ summaries: [MetricSummary]) -> Table {
    var table = Table(["metric", "last", "mean", "minimum", "at step", "maximum", "at step "])
    for metric in summaries {
      func cell(_ value: Double?) -> Table.Cell { Table.Cell(value, of: metric.metric) }
      table.append([
        .text(metric.name), cell(metric.last), cell(metric.mean), cell(metric.minimum),
        .integer(metric.minimumStep), cell(metric.maximum), .integer(metric.maximumStep),
      ])
    }
    return table
  }

  /// - Parameter reasons: why checkpoints stay, by step.
  private func tellFiles(_ details: RunDetails, _ reasons: [Int: [String]], on output: Output) {
    guard !details.sheets.isEmpty || !details.checkpoints.isEmpty || !details.artifacts.isEmpty
    else { return }
    output.line()
    if let last = details.sheets.last {
      output.line(
        "\(grouped(details.sheets.count)) sample \(details.sheets.count == 1 ? "sheet" : "sheets"), "
          + "the last after step \(Readable.integer(last.step))")
    }
    for artifact in details.artifacts {
      let name = artifact.kind == .samples ? "set" : artifact.kind.rawValue
      let seed = artifact.seed.map { ", seed \($0)" } ?? ""
      let options = [artifact.labels, artifact.options].compactMap { $0 }.filter { !$0.isEmpty }
      let place = artifact.path.map { ", in \($0)" } ?? ""
      output.line(
        SafeText.oneLine(
          "\(name) \(artifact.id): \(artifact.artifact.described)\(seed)"
            + options.map { ", \($0)" }.joined() + place))
    }
    for checkpoint in details.checkpoints {
      let kept = reasons[checkpoint.step].map { ", kept by \($0.joined(separator: "+"))" } ?? ""
      let state = checkpoint.isGood ? kept : ", damaged"
      output.line("checkpoint \(checkpoint.path), \(Readable.bytes(checkpoint.bytes))\(state)")
    }
  }

  private func tellRemarks(_ run: RunRecord, in session: Session) throws {
    let (notebook, output) = (try session.notebook(), session.output)
    let (tags, notes) = (try notebook.tags(run: run.id), try notebook.notes(run: run.id))
    guard !tags.isEmpty || !notes.isEmpty else { return }
    output.line()
    if !tags.isEmpty { output.line("tags: \(tags.joined(separator: ", "))") }
    for note in notes {
      output.line("\(Readable.date(note.time)): \(SafeText.oneLine(note.text))")
    }
  }

  private func tweaks(_ tweaks: [TweakRecord], effective: [TweakRecord]) -> Table {
    var table = Table(["dial", "turned to", "from step", "asked"])
    let effective = Set(effective.map(\.id))
    for tweak in tweaks {
      let from =
        effective.contains(tweak.id)
        ? tweak.firstStep.map { Table.Cell.integer($0) } ?? .text("when it goes on")
        : .text("replaced before it came into force")
      table.append([.text(tweak.dial), .text(tweak.setting), from, .date(tweak.asked)])
    }
    return table
  }

  private func events(_ events: [EventRecord]) -> Table {
    var table = Table(["when", "step", "what", "message"])
    for event in events {
      table.append([
        .date(event.time), .integer(event.step), .text(event.kind), .text(event.message),
      ])
    }
    return table
  }
}

extension RunRecord {
  /// Its status, or that it is paused: the row of a run that waits says that it is running, as of one whose process
  /// is at work.
  func standing(_ events: [EventRecord]) -> String {
    let waits =
      isAlive
      && events.last { ["paused", "proceeded", "resumed"].contains($0.kind) }?.kind == "paused"
    return waits ? "paused" : status.rawValue
  }
}
