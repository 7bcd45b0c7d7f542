import Foundation
import Language
import Notebook
import Reports
import Terminal

/// `history [TEXT] [where …]`.
struct HistoryCommand: Command {
  static let synopsis = Synopsis(
    "history", "list what was typed in this notebook",
    parameters: [
      Parameter("text", .text, "a text that the statement holds", isRequired: false),
      Parameter(
        "limit", .integer, "how many at most, as `count=`", after: "limit", isRequired: false),
    ],
    options: [OptionSynopsis("count", .integer, "how many of the latest", initial: "50")],
    takesCondition: true,
    discussion: """
      All sessions of the notebook are here, scripts too; the arrow keys go through what was typed \
      at the prompt on this machine, in whatever notebook. A cell is stale when a data set, an \
      architecture or a recipe that it used means something else now; `rerun` does it again.

      A condition may speak of `text`, `output`, `status` (`ok`, `error`, `interrupted`, `running`), \
      `number`, `session`, `started` and `took`; `help runs` tells how conditions are written.
      """,
    examples: [
      Example("The latest statements.", "history"),
      Example("Those that speak of faces.", "history faces count=10"),
      Example(
        "What took long lately, the longest first.",
        "history where text like run* and started>yesterday order by took desc", given: .runs),
    ],
    searchTerms: ["log", "cells", "journal", "past", "stale"], answer: .listing,
    isJournalled: false)

  private let text: String?
  private let count: Int
  private let selection: RowSelection

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    text = try arguments.word("text")?.text
    let limit = try arguments.term("limit")?.integer(in: 1...1_000_000, for: "limit")
    count = try arguments.integer("count", in: 1...1_000_000) ?? limit ?? 50
    selection = RowSelection(statement, limit: count)
  }

  func run(in session: Session) throws {
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
