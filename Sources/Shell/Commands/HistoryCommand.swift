import Foundation
import Glibc
import Language
import Notebook
import Reports
import Terminal

/// `history [TEXT] [where …]`.
struct HistoryCommand: Command {
  static let synopsis = Synopsis(
    "history", "list what was typed in this notebook",
    parameters: [
      Parameter(
        "text", .text, "a text that the statement holds, or with `to` numbers of cells: 3..20",
        isRequired: false),
      Parameter(
        "limit", .integer, "how many at most, as `count=`", after: "limit", isRequired: false),
      Parameter(
        "file", .path, "a script (.gansh) to make of the cells", after: "to", isRequired: false),
    ],
    options: [
      OptionSynopsis("count", .integer, "how many of the latest", initial: "50"),
      OptionSynopsis(
        "session", .integer, "the sitting whose cells make the script",
        initial: "this one, or the latest that has them",
        example: "recipe a; history 1 session=1 to again.gansh"),
    ],
    takesCondition: true,
    discussion: """
      All sessions of the notebook are here, scripts too; the arrow keys go through what was typed \
      at the prompt on this machine, in whatever notebook. A cell is stale when a data set, an \
      architecture or a recipe that it used means something else now; `rerun` does it again.

      A condition may speak of `text`, `output`, `status` (`ok`, `error`, `interrupted`, `running`), \
      `number`, `session`, `started` and `took`; `help runs` tells how conditions are written.

      `history 3..20 to study.gansh` makes a script of cells: what went well as it was typed, what did not as \
      comments. What an `include` brought in is left to the `include`, and what a `cure` or an alarm began to those; what a `rerun` did stands there itself. A \
      parameter that was declared before is declared at the top, with the value that it had then. A file that \
      `history` has not made, or that was changed since, stays.
      """,
    examples: [
      Example("The latest statements.", "history"),
      Example("Those that speak of faces.", "history faces count=10"),
      Example(
        "What took long lately, the longest first.",
        "history where text like run* and started>yesterday order by took desc", given: .runs),
      Example("A script of the first cells.", "history 1..3 to study.gansh", given: .declarations),
    ],
    searchTerms: ["log", "cells", "journal", "past", "stale"], answer: .listing,
    isJournalled: false)

  private let text: String?
  private let count: Int
  private let selection: RowSelection
  /// The cells of which a script is made, and where it goes.
  private let script: (numbers: ClosedRange<Int>, place: Span, sitting: Int64?, file: Word)?

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    text = arguments.term("file") == nil ? try arguments.word("text")?.text : nil
    let limit = try arguments.term("limit")?.integer(in: 1...1_000_000, for: "limit")
    count = try arguments.integer("count", in: 1...1_000_000) ?? limit ?? 50
    selection = RowSelection(statement, limit: count)
    script = try Self.script(arguments, statement)
  }

  private static func script(
    _ arguments: Arguments, _ statement: Statement
  ) throws(Diagnostic) -> (ClosedRange<Int>, Span, Int64?, Word)? {
    let sitting = try arguments.integer("session", in: 1...Int(1e12)).map(Int64.init)
    guard let file = try arguments.word("file") else {
      if sitting != nil, let place = arguments.option("session")?.span {
        throw Diagnostic(
          "`session` belongs to a script: `history 3..20 session=1 to study.gansh`", at: place)
      }
      return nil
    }
    guard file.fileEnding == "gansh" else {
      throw Diagnostic(
        "a script's name ends in .gansh, not `\(file.text)`", at: file.span,
        help: ["write `to \(word(file.text + ".gansh"))`"])
    }
    guard let term = arguments.term("text"), statement.clausePlace == nil else {
      throw Diagnostic(
        "a script is made of cells by their numbers", at: file.span,
        help: ["write it like `history 3..20 to \(word(file.text))`"])
    }
    return (try term.cellNumbers(), term.span, sitting, file)
  }

  /// - Throws: where a file lies there that `history` has not made, or that was changed since, or that
  ///   cannot be read.
  private static func checkReplaceable(_ file: Word, at path: String) throws(Diagnostic) {
    var facts = stat()
    // A pipe or a device takes what is written; a folder is refused when it is.
    guard stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_size > 0 else {
      return
    }
    let why: String
    switch (try? Data(contentsOf: URL(fileURLWithPath: path))).map(HistoryScript.origin) {
    case .made: return
    case .edited: why = "was changed since `history` made it, and stays"
    case .earlier:
      why =
        "was made by an earlier `history`, which noted no digest: whether it was changed since "
        + "cannot be told, and it stays"
    case .foreign: why = "is a script that `history` has not made, and stays"
    case nil: why = "cannot be read, and stays"
    }
    throw Diagnostic(
      "`\(file.text)` \(why)", at: file.span, help: ["choose another name, or remove it first"])
  }

  private func write(
    _ script: (numbers: ClosedRange<Int>, place: Span, sitting: Int64?, file: Word),
    in session: Session
  ) throws {
    let file = script.file
    try Self.checkReplaceable(file, at: session.path(file))
    let cells = try session.cells(
      script.numbers, ofSession: script.sitting, at: script.place)
    let sitting = cells.first?.session
    let first = script.numbers.lowerBound
    let earlier =
      first > 1 ? try session.cells(1...first - 1, ofSession: sitting, at: script.place) : []
    let made = HistoryScript(
      cells, after: earlier,
      known: sitting == session.journal.session ? session.parameters : ScriptParameters())
    try session.write(Data(made.text.utf8), to: file)
    let count = made.count
    if count == 0 {
      session.errors.line(
        "note: session \(sitting.map(String.init) ?? "") has no such cells that went well; `session=` names another sitting"
      )
    }
    try session.tell(
      "\(count) \(count == 1 ? "statement" : "statements")", writtenTo: file)
  }

  func run(in session: Session) throws {
    if let script { return try write(script, in: session) }
    var query = try selection.query(in: Vocabulary<CellQuantity>.cells)
    if let text {
      let holds = RowFilter<CellQuantity>.like(.text, "%\(Pattern.escaped(text))%")
      query.filter = .all([holds] + (query.filter.map { [$0] } ?? []))
    }
    let notebook = try session.existingNotebook()
    let cells = try notebook?.cells(matching: query) ?? []
    guard let notebook, !cells.isEmpty else {
      if session.configuration.prefersJSON { return session.show(Table.cells([])) }
      let isEverything = text == nil && selection.condition == nil
      return session.output.line(isEverything ? "nothing yet" : "nothing is like that")
    }
    let staleness = Staleness(notebook: notebook)
    let marked = try cells.map { ($0, stale: try staleness.changes(since: $0)) }
    if session.configuration.prefersJSON { return session.show(Table.cells(marked)) }
    var sitting: Int64?
    for (cell, stale) in marked {
      if cell.session != sitting {
        sitting = cell.session
        let title = "session \(cell.session), \(Readable.date(cell.started))"
        session.output.line(session.output.styled(title, .dim))
      }
      show(cell, stale, in: session)
    }
  }

  private func show(_ cell: CellRecord, _ stale: [String], in session: Session) {
    let label = "[\(cell.number)]".indented(to: 6) + " "
    let continuation = "\n" + String(repeating: " ", count: label.count)
    let lines = cell.source.split(separator: "\n", omittingEmptySubsequences: false)
    var marks = cell.status == .ok ? [] : [cell.status.rawValue]
    if !stale.isEmpty { marks.append(Session.mark(stale)) }
    let mark = marks.isEmpty ? "" : "  # " + marks.joined(separator: "; ")
    session.output.write(label + lines.joined(separator: continuation) + mark + "\n")
  }
}
