package import Foundation
package import Notebook

/// A page that sets runs side by side, made from the notebook alone.
///
/// What differs comes first, then how it came out, curves, samples, and last what one needs to
/// do it again. A page about one run is a comparison with nothing to compare.
package struct ComparisonReport: Sendable {
  package var title: String
  /// Steps of which sample sheets are shown beside each run's last, spread over the runs.
  package var sheetSteps: Int
  package var smoothing: Smoothing
  /// When the page was made; a fixed one makes the page a function of the notebook.
  package var made: Date

  let comparison: RunComparison
  let details: [RunDetails]
  /// Of each run, in the order in which they were measured.
  let measured: [[MeasuredValue]]
  let notebook: Notebook

  /// Reads what the report needs but for points and pictures.
  ///
  /// - Throws: `ReportError.noRuns`; `NotebookError.noSuchRun`.
  package init(
    of runs: [String], in notebook: Notebook, title: String? = nil, sheetSteps: Int = 6,
    smoothing: Smoothing = .automatic, made: Date = .now
  ) throws {
    guard !runs.isEmpty else { throw ReportError.noRuns }
    self.title = title ?? runs.joined(separator: ", ")
    self.sheetSteps = max(1, sheetSteps)
    self.smoothing = smoothing
    self.made = made
    self.notebook = notebook
    comparison = try notebook.compare(runs)
    details = try runs.map { try notebook.details(ofRun: $0) }
    measured = try details.map { detail in
      try notebook.evaluations(run: detail.run.id).flatMap { evaluation in
        evaluation.measures.map {
          MeasuredValue(
            name: $0.name, value: $0.value, error: $0.error, step: evaluation.step,
            conditions: evaluation.conditions)
        }
      }
    }
  }

  /// The steps of which all runs that have sheets have one, or else two or more (of one run all), its last
  /// one aside, and those of them that are shown: spread evenly over the steps, not over the sheets, the
  /// latest first.
  func chosenSteps() -> (shown: [Int], all: [Int]) {
    var counts: [Int: Int] = [:]
    for sheet in details.flatMap(\.sheets) { counts[sheet.step, default: 0] += 1 }
    let lasts = Set(details.compactMap { $0.sheets.last?.step })
    let isShownAlready = lasts.count == 1 ? lasts : []
    for step in isShownAlready { counts[step] = nil }
    let owners = details.count { !$0.sheets.isEmpty }
    let least = counts.values.contains(owners) ? owners : min(2, owners)
    let all = counts.filter { $0.value >= least }.keys.sorted()
    guard all.count > sheetSteps, let first = all.first, let last = all.last else {
      return (all.reversed(), all)
    }
    let range = Double(last) - Double(first)
    let shown = (0..<sheetSteps).compactMap { index in
      let wanted = Double(first) + range * Double(index) / Double(max(1, sheetSteps - 1))
      return all.min { abs(Double($0) - wanted) < abs(Double($1) - wanted) }
    }
    return (Set(shown).sorted(by: >), all)
  }

  /// Runs as a table: where they stand, how long they took.
  func overview() -> Table {
    var table = Table([
      "run", "status", "steps", "of", "seed", "started", "ended", "took", "remarks",
    ])
    for detail in details {
      let run = detail.run
      let remarks = detail.tags.map { "#\($0)" } + [run.message] + detail.notes.map(\.text)
      table.append([
        .text(run.name), .text(run.status.rawValue), .integer(run.stepsDone),
        .integer(run.stepsPlanned), .label(run.seed), .date(run.started),
        run.ended.map { .date($0) } ?? .none, .duration(run.secondsAtWork),
        .text(remarks.filter { !$0.isEmpty }.joined(separator: "; ")),
      ])
    }
    if table.rows.allSatisfy({ $0.last?.shown.isEmpty ?? true }) { table.removeLastColumn() }
    return table
  }

  /// Differences that a reader looks for, those of machines and builds apart.
  func differences() -> Table {
    var specifications = comparison
    specifications.parameters.removeAll { $0.kind == .environment }
    return Table.parameters(of: specifications)
  }

  /// Machine, build and commit of each run.
  func environment() -> Table {
    var table = Table(["", "host", "processor", "build", "threads", "kernels", "commit"])
    for detail in details {
      let run = detail.run
      let git = run.git ?? detail.session?.git
      table.append([
        .text(run.name), .text(run.host), .text(detail.session?.host.cpu), .text(run.build),
        .integer(run.threads), .text(run.kernelsAlone),
        .text(git.map { String($0.commit.prefix(12)) + ($0.isDirty ? " (changed)" : "") }),
      ])
    }
    return table
  }

  func events() -> Table {
    var table = Table(["run", "when", "step", "what", "message"])
    for detail in details {
      for event in detail.events {
        table.append([
          .text(detail.run.name), .date(event.time), .integer(event.step), .text(event.kind),
          .text(event.message),
        ])
      }
    }
    return table
  }

  /// What the runs were made of: each statement once, with the runs that it belongs to; statements of
  /// the same runs that follow one another are one text.
  func declarations() -> [(text: String, runs: [String])] {
    var statements: [(text: String, runs: [String])] = []
    for detail in details {
      let used = [detail.dataset, detail.architecture, detail.recipe].compactMap { $0?.text }
      let run = detail.run.name
      for text in used + Self.statements(of: detail.run.standingText) where !text.isEmpty {
        if let index = statements.firstIndex(where: { $0.text == text }) {
          if !statements[index].runs.contains(run) { statements[index].runs.append(run) }
        } else {
          statements.append((text, [run]))
        }
      }
    }
    var declarations: [(text: String, runs: [String])] = []
    for statement in statements {
      if let last = declarations.last, last.runs == statement.runs {
        declarations[declarations.count - 1].text += "\n" + statement.text
      } else {
        declarations.append(statement)
      }
    }
    return declarations
  }

  /// The statements of a run's canonical text, each of which begins a line; the lines of a block are
  /// indented.
  private static func statements(of text: String) -> [String] {
    var statements: [String] = []
    for line in text.split(separator: "\n") {
      if let last = statements.last, line.hasPrefix(" ") || line.hasPrefix("}") {
        statements[statements.count - 1] = last + "\n" + line
      } else {
        statements.append(String(line))
      }
    }
    return statements
  }
}
