import Foundation
import Language
import Notebook
import Reports
import Terminal

/// `export runs to FILE` and `export RUN … to FILE`.
struct ExportCommand: Command {
  static let synopsis = Synopsis(
    "export", "write runs as a page, a table or data",
    parameters: [
      Parameter(
        "runs", .anyOf([.run, .choice(["runs"])]),
        "runs to compare, or the word `runs` for a list of all", isRequired: false, repeats: true),
      Parameter(
        "file", .path,
        "a file ending in .html, .md, .csv, .json, .jsonl, .tex, .txt or .safetensors", after: "to"
      ),
    ],
    options: [
      OptionSynopsis(
        "title", .text, "the title of a page", initial: "the runs' names",
        example: "export base calm to page.html title=\"Two rates\""),
      OptionSynopsis(
        "check", .integer, "examples that the module for PyTorch is compared by", initial: "none",
        example: "export base to base.safetensors check=8"),
    ],
    takesCondition: true,
    discussion: """
      `export runs` writes one row a run. Named runs become a page (HTML with curves and sample \
      sheets inside it, or Markdown); as CSV or JSON, one run's metrics step by step, or several \
      runs' parameters and results. A condition chooses: `export runs where …` lists those that meet \
      it, `export where …` compares them.

      `export RUN to base.safetensors` writes the weights of the newest checkpoint, averaged ones where the run keeps them, and beside them \
      `base.py`, a module for PyTorch that reads them and computes the same: `sample(latents)` of a generator, `restore(damaged, hole)` of a \
      restorer, `reconstruct(images)` of an autoencoder, `classify(images)` of a classifier, `judge(images)` of a discriminator. With \
      `check=8` a third file, `base.npz`, holds what gansh computes for eight examples and what it was given, in single precision \
      and not rounded, and `python base.py` says how far PyTorch is from it. `run … from base.safetensors` takes the weights back.
      """,
    examples: [
      Example("The list of runs.", "export runs to runs.csv", given: .runs),
      Example("A page that compares.", "export base calm to page.html", given: .runs),
      Example(
        "Those that did well, in a list.",
        "export runs to good.csv where \(ExampleMetric.loss)<1 order by \(ExampleMetric.loss)",
        given: .runs),
      Example("Every number of a run.", "export base to base.csv", given: .runs),
      Example("Its networks for PyTorch.", "export base to base.safetensors", given: .runs),
    ],
    searchTerms: [
      "report", "html", "csv", "json", "markdown", "save", "write", "pytorch", "weights",
      "safetensors",
    ])

  private let runs: RunChoice?
  private let selection: RowSelection
  private let names: [Word]
  private let file: Word
  private let title: String?
  private let examples: Int?
  private let format: Format

  private enum Format {
    case page
    case table(TableFormat)
    case weights
  }

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    names = try arguments.words("runs")
    selection = RowSelection(statement)
    let mayBeList = names.count == 1 && names[0].text == "runs"
    runs = mayBeList && !selection.isEverything ? nil : try RunChoice(names, statement)
    file = try arguments.requiredWord("file")
    title = arguments.option("title")?.text
    examples = try arguments.integer("check", in: 1...1024)
    if let term = arguments.option("check"), file.fileEnding != "safetensors" {
      throw Diagnostic(
        "`check` is about weights, and they are written to a file ending in .safetensors",
        at: term.span)
    }
    if file.text.lowercased().hasSuffix(".html") {
      format = .page
    } else if file.fileEnding == "safetensors" {
      guard names.count == 1 else {
        throw Diagnostic(
          "weights are of one run, and \(names.count) are named", at: file.span,
          help: ["`export RUN to \(file.text)`"])
      }
      format = .weights
    } else if let table = TableFormat(fileName: file.text) {
      format = .table(table)
    } else {
      throw Diagnostic(
        "no format for `\(file.text)`", at: file.span,
        help: ["let the name end in .html, .md, .csv, .json, .jsonl, .tex, .txt or .safetensors"]
          + (file.text.hasPrefix("/dev/")
            ? ["to print rows, end a listing in a bar: `runs | csv`"] : []))
    }
  }

  func run(in session: Session) throws {
    if case .weights = format {
      return try WeightsExport(of: names[0], to: file, checkedBy: examples).write(in: session)
    }
    let text = try wantsList(in: session) ? list(in: session) : page(in: session)
    try session.write(Data(text.utf8), to: file)
    try session.tell(Readable.bytes(text.utf8.count), writtenTo: file)
  }

  /// A run may be called `runs`, too.
  private func wantsList(in session: Session) throws -> Bool {
    guard names.count == 1, names[0].text == "runs" else { return false }
    guard runs != nil else { return true }
    return try session.existingNotebook()?.run(named: "runs") == nil
  }

  private func list(in session: Session) throws -> String {
    guard let notebook = try session.existingNotebook() else {
      throw ShellError.failed("there are no runs yet to export")
    }
    let query = try selection.query(in: session.runVocabulary())
    switch format {
    case .table(let format):
      return try Table.runs(notebook.runs(matching: query), in: notebook).written(as: format)
    case .page:
      return try ComparisonReport(
        of: notebook.runNames(matching: query), in: notebook, title: title ?? "All runs"
      ).html()
    case .weights: return ""
    }
  }

  private func page(in session: Session) throws -> String {
    let names = try runs?.names(in: session) ?? []
    let notebook = try session.notebook()
    switch format {
    case .page:
      return try ComparisonReport(of: names, in: notebook, title: title).html()
    case .table(.markdown):
      return try ComparisonReport(of: names, in: notebook, title: title).markdown()
    case .table(let format):
      if names.count == 1, let run = try notebook.run(named: names[0]) {
        return try Table.metrics(of: run, in: notebook).written(as: format)
      }
      return try Table.joined(notebook.compare(names)).written(as: format)
    case .weights: return ""
    }
  }
}
