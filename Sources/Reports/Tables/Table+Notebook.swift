import Foundation
import MetricDescriptions
package import Notebook

extension Table {
  /// Runs, one a row, with the last value of some metrics.
  ///
  /// - Parameters:
  ///   - runs: in the order of the rows.
  ///   - metrics: columns after the fixed ones; nil: every metric that any of the runs has.
  package static func runs(
    _ runs: [RunRecord], in notebook: Notebook, metrics: [String]? = nil
  ) throws(NotebookError) -> Table {
    let summaries = try notebook.summaries(runs: runs.map(\.id))
    let declarations = try notebook.declarationNames()
    let alarms = try notebook.standingAlarms(ofRuns: runs.map(\.id))
    let known = runs.flatMap { summaries[$0.id] ?? [] }.metrics
    let metrics = metrics.map { $0.map(known.named) } ?? known
    var table = Table(
      [
        "name", "status", "steps", "of", "architecture", "dataset", "recipe", "seed", "started",
        "ended", "took", "alarm",
      ] + metrics.map(\.name))
    for run in runs {
      let values = metrics.map { metric in
        Cell(summaries[run.id]?.first { $0.name == metric.name }?.last, of: metric)
      }
      let declared = [run.architecture, run.dataset, run.recipe].map { id in
        Cell.text(id.flatMap { declarations[$0] })
      }
      table.append(
        [
          .text(run.name), .text(run.status.rawValue), .integer(run.stepsDone),
          .integer(run.stepsPlanned),
        ] + declared + [
          .label(run.seed), .date(run.started), run.ended.map { .date($0) } ?? .none,
          .duration(run.secondsAtWork), .text(alarms[run.id]),
        ] + values)
    }
    return table
  }

  /// Every point of a run: a row for each step, a column for each metric.
  ///
  /// - Parameter metrics: nil: all of them.
  package static func metrics(
    of run: RunRecord, in notebook: Notebook, metrics: [String]? = nil
  ) throws(NotebookError) -> Table {
    let known = try notebook.summaries(run: run.id).metrics
    let metrics = metrics.map { $0.map(known.named) } ?? known
    var rows: [Int: [Cell]] = [:]
    for (column, metric) in metrics.enumerated() {
      for point in try notebook.series(run: run.id, metric: metric.name).points {
        let blank = [Cell.integer(point.step), .number(point.time)] + metrics.map { _ in .none }
        rows[point.step, default: blank][column + 2] = Cell(point.value, of: metric)
      }
    }
    return Table(
      ["step", "seconds"] + metrics.map(\.name), rows: rows.sorted { $0.key < $1.key }.map(\.value))
  }

  /// Summaries of metrics, one a row.
  package static func summaries(_ summaries: [MetricSummary]) -> Table {
    var table = Table(
      [
        "metric", "points", "finite", "first", "last", "last step", "mean", "minimum", "at step",
        "maximum", "at step ",
      ])
    for summary in summaries {
      func cell(_ value: Double?) -> Cell { Cell(value, of: summary.metric) }
      table.append([
        .text(summary.name), .integer(summary.count), .integer(summary.finiteCount),
        cell(summary.first), cell(summary.last), .integer(summary.lastStep),
        cell(summary.mean), cell(summary.minimum), .integer(summary.minimumStep),
        cell(summary.maximum), .integer(summary.maximumStep),
      ])
    }
    return table
  }

  /// What a metric's summary is shown by.
  package enum Aspect: String, Sendable, CaseIterable {
    case last, mean, minimum, maximum
    /// The smallest or the largest, by the metric's direction; nothing where it has none.
    case best
  }

  /// How runs came out: metrics down, runs across.
  package static func metrics(
    of comparison: RunComparison, aspects: [Aspect] = [.last]
  ) -> Table {
    let isScored = comparison.metrics.contains { $0.bestHeading != nil }
    let aspects = aspects.filter { $0 != .best || isScored }
    // One aspect of all runs after the other, so that what is to be compared stands side by side.
    let heads = aspects.flatMap { aspect in
      comparison.runs.map { aspect == aspects[0] ? $0.name : "\($0.name) \(aspect.rawValue)" }
    }
    var table = Table(["metric"] + heads)
    for metric in comparison.metrics {
      let values = aspects.flatMap { aspect in
        comparison.runs.indices.map { run -> Cell in
          let summary = metric.summaries[run]
          return switch aspect {
          case .last: metric.cell(summary?.last)
          case .mean: metric.cell(summary?.mean)
          case .minimum: metric.cell(summary?.minimum)
          case .maximum: metric.cell(summary?.maximum)
          case .best: metric.cell(metric.best(of: run))
          }
        }
      }
      table.append([.text(metric.name)] + values)
    }
    return table
  }

  /// The answer of a query.
  package init(_ result: SQLResult) {
    self.init(result.columns, rows: result.rows.map { $0.map(Cell.init) })
  }
}

extension Notebook {
  /// Every declaration's name by its id, those that have been succeeded too.
  fileprivate func declarationNames() throws(NotebookError) -> [Int64: String] {
    var names: [Int64: String] = [:]
    for row in try query("SELECT id, name FROM declaration", limit: .max).rows {
      if case .integer(let id)? = row.first, case .text(let name)? = row.last { names[id] = name }
    }
    return names
  }
}

extension Table.Cell {
  /// A value of a query's answer.
  package init(_ value: SQLValue) {
    switch value {
    case .null: self = .none
    case .integer(let number): self = .integer(Int(number))
    case .real(let number): self = .number(number)
    case .text(let text): self = .text(text)
    case .blob(let data): self = .blob(data)
    }
  }
}
