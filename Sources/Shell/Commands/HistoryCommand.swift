import Foundation
import Language
import Notebook
import Reports
import Terminal

/// `history`.
struct HistoryCommand: Command {
  static let synopsis = Synopsis(
    "history", "list what was typed in this notebook",
    parameters: [
      Parameter("text", .text, "a text that the statement holds", isRequired: false)
    ],
    options: [OptionSynopsis("count", .integer, "how many of the latest", initial: "50")],
    discussion: """
      All sessions of the notebook are here, scripts too; the arrow keys go through what was typed \
      at the prompt on this machine, in whatever notebook.
      """,
    examples: [
      Example("The latest statements.", "history"),
      Example("Those that speak of faces.", "history faces count=10"),
    ],
    searchTerms: ["log", "cells", "journal", "past"], answer: .listing, isJournalled: false)

  private let text: String?
  private let count: Int

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    text = try arguments.word("text")?.text
    count = try arguments.integer("count", in: 1...1_000_000) ?? 50
  }

  func run(in session: Session) throws {
    let cells = try session.existingNotebook()?.cells(matching: text, limit: count) ?? []
    if session.configuration.prefersJSON {
      return session.show(table(of: cells))
    }
    if cells.isEmpty { return session.output.line("nothing yet") }
    var sitting: Int64?
    for cell in cells {
      if cell.session != sitting {
        sitting = cell.session
        let title = "session \(cell.session), \(Readable.date(cell.started))"
        session.output.line(session.output.styled(title, .dim))
      }
      show(cell, in: session)
    }
  }

  private func table(of cells: [CellRecord]) -> Table {
    var table = Table(["session", "number", "source", "output", "started", "seconds", "status"])
    for cell in cells {
      table.append([
        .integer(Int(cell.session)), .integer(cell.number), .text(cell.source),
        .text(cell.output), .date(cell.started), .number(cell.duration),
        .text(cell.status.rawValue),
      ])
    }
    return table
  }

  private func show(_ cell: CellRecord, in session: Session) {
    let label = "[\(cell.number)]".indented(to: 6) + " "
    let continuation = "\n" + String(repeating: " ", count: label.count)
    let lines = cell.source.split(separator: "\n", omittingEmptySubsequences: false)
    let mark = cell.status == .ok ? "" : "  # \(cell.status.rawValue)"
    session.output.line(label + lines.joined(separator: continuation) + mark)
  }
}
