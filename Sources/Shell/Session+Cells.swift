import Foundation
import Language
import Notebook
import Reports
import Terminal

extension Session {
  /// Cells by their numbers: of this session, or where it has none of that number, of the latest
  /// session that has.
  ///
  /// - Parameters:
  ///   - numbers: in one session.
  ///   - sitting: the session that was asked for; nil: as above.
  /// - Throws: a `Diagnostic` at `place` where there are none.
  func cells(
    _ numbers: ClosedRange<Int>, ofSession sitting: Int64?, at place: Span
  ) throws -> [CellRecord] {
    guard let notebook = try existingNotebook() else {
      throw Diagnostic("nothing was typed yet", at: place)
    }
    // The statement that asks is no cell to look at.
    let isDone = RowFilter<CellQuantity>.compare(.status, .unequal, .text("running"))
    let isFirst = RowFilter<CellQuantity>.compare(
      .number, .equal, .integer(Int64(numbers.lowerBound)))
    var owner = sitting
    if owner == nil {
      let own = RowFilter<CellQuantity>.compare(
        .session, .equal, .integer(journal.session ?? -1))
      for filter in [[isDone, isFirst, own], [isDone, isFirst]] where owner == nil {
        owner = try notebook.cells(matching: RowQuery(.all(filter), limit: 1)).first?.session
      }
    }
    let cells =
      try owner.map { owner in
        try notebook.cells(
          matching: RowQuery(
            .all([
              isDone, .compare(.session, .equal, .integer(owner)),
              .compare(.number, .greaterOrEqual, .integer(Int64(numbers.lowerBound))),
              .compare(.number, .lessOrEqual, .integer(Int64(numbers.upperBound))),
            ])))
      } ?? []
    guard !cells.isEmpty else {
      let which = sitting.map { " in session \($0)" } ?? ""
      throw Diagnostic(
        "there is no cell \(numbers.lowerBound)\(which)", at: place,
        help: ["`history` lists them with their numbers"])
    }
    return cells
  }

  /// A cell with everything that is known of it.
  func show(cell: CellRecord, in notebook: Notebook) throws {
    let stale = try Staleness(notebook: notebook).changes(since: cell)
    if configuration.prefersJSON {
      return show(Table.cells([(cell, stale)]))
    }
    let took = cell.duration.map { ", took \(Readable.duration($0))" } ?? ""
    output.line(
      output.styled("cell \(cell.number)", .bold)
        + " of session \(cell.session), \(Readable.date(cell.started)): "
        + "\(cell.status.rawValue)\(took)")
    if !stale.isEmpty { output.line(output.styled(Self.mark(stale), .yellow)) }
    output.line()
    output.write(cell.source + "\n")
    if !cell.output.isEmpty {
      output.line()
      output.write(cell.output)
    }
  }

  /// `stale: ring has changed since`.
  static func mark(_ stale: [String]) -> String {
    let names = stale.joined(separator: ", ")
    return "stale: \(names) \(stale.count == 1 ? "has" : "have") changed since"
  }
}

extension Table {
  /// Cells, each with the names that have changed since.
  static func cells(_ cells: [(CellRecord, stale: [String])]) -> Table {
    var table = Table([
      "session", "number", "source", "output", "started", "seconds", "status", "stale",
    ])
    for (cell, stale) in cells {
      table.append([
        .integer(Int(cell.session)), .integer(cell.number), .text(cell.source),
        .text(cell.output), .date(cell.started), .number(cell.duration),
        .text(cell.status.rawValue),
        stale.isEmpty ? .none : .text(stale.joined(separator: ",")),
      ])
    }
    return table
  }
}
