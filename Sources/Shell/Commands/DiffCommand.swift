import Language
import MetricDescriptions
import Notebook
import Reports
import Terminal

/// `diff A B`.
struct DiffCommand: Command {
  static let synopsis = Synopsis(
    "diff", "say everything in which two runs differ",
    parameters: [Parameter("runs", .run, "two runs", repeats: true)],
    discussion: """
      The specification with every layer, the dials turned while they ran, the machine, the program \
      and the working directory, and each metric as it was last with its change. `compare` is \
      shorter, and takes more than two.
      """,
    examples: [Example("Two runs.", "diff base calm", given: .runs)],
    searchTerms: ["difference", "compare", "changed"], answer: .listing)

  private let names: [Word]

  init(parsing statement: Statement) throws(Diagnostic) {
    names = try Arguments(statement, of: Self.synopsis).words("runs")
    guard names.count == 2 else {
      throw Diagnostic(
        "`diff` takes two runs", at: names.count > 2 ? names[2].span : statement.span,
        help: names.count > 2 ? ["`compare` takes more"] : [])
    }
  }

  func run(in session: Session) throws {
    let runs = try names.map { try session.run(named: $0) }
    let notebook = try session.notebook()
    let comparison = try notebook.compare(runs.map(\.name))
    let sections: [(title: String, same: String, table: Table)] = [
      (
        "specification", "the same, seed included",
        Table.parameters(comparison.differences.filter { $0.kind != .environment }, comparison)
      ),
      ("tweaks", "none", try tweaks(of: runs, in: notebook)),
      (
        "environment", "the same",
        Table.parameters(comparison.differences.filter { $0.kind == .environment }, comparison)
      ),
      ("metrics", "the same", metrics(comparison)),
    ]
    if session.configuration.prefersJSON { return session.show(joined(sections, runs)) }
    for (index, section) in sections.enumerated() {
      if index > 0 { session.output.line() }
      let title = session.output.styled(section.title, .bold)
      if section.table.rows.isEmpty {
        session.output.line("\(title): \(section.same)")
      } else {
        session.output.line(title)
        session.show(section.table)
      }
    }
  }

  /// Turns of dials, in the order in which they took effect.
  private func tweaks(of runs: [RunRecord], in notebook: Notebook) throws -> Table {
    var table = Table(["run", "from step", "dial", "turned to"])
    for run in runs {
      for tweak in try notebook.effectiveTweaks(run: run.id) {
        table.append([
          .text(run.name), .integer(tweak.firstStep), .text(tweak.dial),
          .text(tweak.setting),
        ])
      }
    }
    return table
  }

  /// Metrics whose last values differ, with the change from the first run to the second.
  private func metrics(_ comparison: RunComparison) -> Table {
    var table = Table(["metric"] + comparison.runs.map(\.name) + ["change"])
    for metric in comparison.metrics {
      let (a, b) = (metric.summaries[0]?.last, metric.summaries[1]?.last)
      // NaN is not itself, and yet the same.
      if a == b || (a?.isNaN == true && b?.isNaN == true) { continue }
      var change = Table.Cell.none
      if let a, let b, (b - a).isFinite { change = Table.Cell(b - a, of: metric.description) }
      table.append([
        .text(metric.name), Table.Cell(a, of: metric.description),
        Table.Cell(b, of: metric.description), change,
      ])
    }
    return table
  }

  /// All sections in one table, for programs.
  private func joined(
    _ sections: [(title: String, same: String, table: Table)], _ runs: [RunRecord]
  ) -> Table {
    var table = Table(["section", "what"] + runs.map(\.name))
    for section in sections {
      for row in section.table.rows {
        guard section.title == "tweaks" else {
          table.append([.text(section.title)] + row.prefix(3))
          continue
        }
        let turn = Table.Cell.text("\(row[3].shown) from step \(row[1].exact)")
        let isFirst = row[0].shown == runs[0].name
        table.append([
          .text(section.title), row[2], isFirst ? turn : .none, isFirst ? .none : turn,
        ])
      }
    }
    return table
  }
}
