import Language
import Notebook
import Terminal

/// `help schema` and `help schema TABLE`: the tables of the notebook, for those who write SQL.
enum SchemaManual {
  /// - Parameter words: what stands after `schema`.
  static func show(_ words: String, on output: Output) throws(Diagnostic) {
    let tables = Notebook.schemaDescription
    guard !words.isEmpty else { return overview(of: tables, on: output) }
    guard let table = tables.first(where: { $0.name.lowercased() == words.lowercased() }) else {
      throw Diagnostic(
        "the notebook has no table `\(words)`",
        help: suggestion(for: words, in: tables.map(\.name), kind: "tables"))
    }
    describe(table, on: output)
  }

  private static func overview(of tables: [TableDescription], on output: Output) {
    output.line("The notebook is an SQLite file of these tables. `sql` asks it, read only:")
    for table in tables {
      output.line()
      output.line(output.styled(table.name, .bold) + ": " + table.summary)
      output.line("  " + table.columns.map(\.name).joined(separator: ", "))
    }
    output.line()
    output.line("`help schema run` tells about each column of one.")
    output.line(
      "Dates are UTC text; a seed is the signed integer of its 64 bits. Entries of a run's")
    output.line(
      "specification are in `parameter` as the run began, in `parameters` as they stand now.")
  }

  private static func describe(_ table: TableDescription, on output: Output) {
    output.line(output.styled(table.name, .bold) + ": " + table.summary)
    output.line()
    let width = table.columns.map(\.name.count).max() ?? 0
    for column in table.columns {
      output.line("  \(column.name.padded(to: width))  \(column.summary)")
    }
  }
}
