import Foundation
import Language
import Notebook
import Reports
import Terminal

/// `runs`.
struct RunsCommand: Command {
  static let synopsis = Synopsis(
    "runs", "list the runs of the notebook",
    discussion: """
      With the losses and the discriminator's answers as they were last. `--json` gives the same \
      to a program.
      """,
    examples: [Example("What has been tried so far.", "runs")],
    searchTerms: ["list", "ls", "experiments"], answer: .listing)

  /// Metrics that have a column where any run has them, and its short heading.
  private static let columns = [
    "generator_loss": "G", "discriminator_loss": "D", "d_real": "D(x)", "d_fake": "D(G(z))",
    "modes": "modes",
  ]

  init(parsing statement: Statement) throws(Diagnostic) {
    _ = try Arguments(statement, of: Self.synopsis)
  }

  func run(in session: Session) throws {
    guard let notebook = try session.existingNotebook(), case let runs = try notebook.runs(),
      !runs.isEmpty
    else {
      if session.configuration.prefersJSON { return session.show(Table([])) }
      return session.output.line("no runs yet; `help run` tells how one is started")
    }
    if session.configuration.prefersJSON {
      return session.show(try Table.runs(runs, in: notebook))
    }
    let summaries = try notebook.summaries(runs: runs.map(\.id))
    let metrics = ["generator_loss", "discriminator_loss", "d_real", "d_fake", "modes"].filter {
      name in summaries.values.contains { $0.contains { $0.name == name } }
    }
    var table = try Table.runs(runs, in: notebook, metrics: metrics)
    table.columns = table.columns.map { Self.columns[$0] ?? $0 }
    session.show(table.without("started"))
  }
}

extension Table {
  /// The table without a column.
  fileprivate func without(_ column: String) -> Table {
    guard let index = columns.firstIndex(of: column) else { return self }
    var table = self
    table.columns.remove(at: index)
    for row in table.rows.indices { table.rows[row].remove(at: index) }
    return table
  }
}
