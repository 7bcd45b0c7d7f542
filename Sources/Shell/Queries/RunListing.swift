import Foundation
import Language
import MetricDescriptions
import Notebook
import Reports

/// Columns of a listing of runs.
struct RunListing {
  /// One column: its heading, what it holds, and how that is shown.
  struct Column {
    var heading: String
    var quantity: RunQuantity
    var kind: Vocabulary<RunQuantity>.Kind
    /// What it is, if it is of a metric.
    var metric: MetricDescription?
    /// Whether it is left out where no run has anything in it.
    var isOptional = false
  }

  var columns: [Column]

  init(columns: [Column]) { self.columns = columns }

  /// Columns that were asked for by name.
  init(_ columns: [Quantity], in vocabulary: Vocabulary<RunQuantity>) throws(Diagnostic) {
    self.columns = try columns.map { typed throws(Diagnostic) in
      let resolved = try vocabulary.resolve(typed)
      return Column(
        heading: resolved.heading, quantity: resolved.quantity, kind: resolved.kind,
        metric: resolved.metric)
    }
  }

  /// The usual columns, and those that the selection speaks of besides.
  init(for selection: RowSelection, in vocabulary: Vocabulary<RunQuantity>) throws(Diagnostic) {
    columns = Self.usual + vocabulary.described.listed.map(Column.init(last:))
    let asked = ((selection.condition?.quantities ?? []) + selection.order.map(\.quantity)).unique
    for column in try RunListing(asked, in: vocabulary).columns
    where !columns.contains(where: { $0.quantity == column.quantity }) && !column.isPlain {
      columns.append(column)
    }
  }

  private static var usual: [Column] {
    [
      Column(heading: "name", quantity: .column(.name), kind: .text),
      Column(heading: "status", quantity: .column(.status), kind: .text),
      Column(heading: "alarm", quantity: .column(.alarm), kind: .text, isOptional: true),
      Column(heading: "steps", quantity: .column(.steps), kind: .integer),
      Column(heading: "of", quantity: .column(.planned), kind: .integer),
      Column(heading: "architecture", quantity: .column(.architecture), kind: .text),
      Column(heading: "dataset", quantity: .column(.dataset), kind: .text),
      Column(heading: "recipe", quantity: .column(.recipe), kind: .text),
      Column(heading: "seed", quantity: .column(.seed), kind: .seed),
      Column(heading: "took", quantity: .column(.took), kind: .duration),
      Column(heading: "started", quantity: .column(.started), kind: .date),
      Column(heading: "ended", quantity: .column(.ended), kind: .date, isOptional: true),
    ]
  }

  /// The listing of the runs that a query asks for.
  func table(
    of query: RowQuery<RunQuantity>, in notebook: Notebook
  ) throws(NotebookError) -> (table: Table, runs: [Int64]) {
    let rows = try notebook.values(columns.map(\.quantity), ofRuns: query)
    let shown = columns.indices.filter { index in
      !columns[index].isOptional || rows.contains { $0.values[index] != .null }
    }
    var table = Table(shown.map { columns[$0].heading })
    for row in rows {
      table.append(shown.map { columns[$0].cell(row.values[$0]) })
    }
    return (table, rows.map(\.run))
  }
}

extension RunListing.Column {
  /// A metric as it was last, under its label.
  fileprivate init(last metric: MetricDescription) {
    self.init(
      heading: metric.label, quantity: .metric(metric.name, .last), kind: .number, metric: metric,
      isOptional: true)
  }

  fileprivate func cell(_ value: SQLValue) -> Table.Cell {
    if let metric, case .real(let number) = value { return Table.Cell(number, of: metric) }
    return Table.Cell(value, as: kind)
  }

  /// What is long or in the usual columns in another way.
  fileprivate var isPlain: Bool {
    switch quantity {
    case .column(.message), .column(.ended): true
    default: false
    }
  }
}

extension Table.Cell {
  /// A value of the notebook as what it is.
  init(_ value: SQLValue, as kind: Vocabulary<RunQuantity>.Kind) {
    switch (value, kind) {
    case (.null, _): self = .none
    case (.integer(let number), .seed): self = .label(UInt64(bitPattern: number))
    case (.integer(let number), _): self = .integer(Int(number))
    case (.real(let seconds), .duration): self = .duration(seconds)
    case (.real(let number), .integer):
      self = Int(exactly: number).map { .integer($0) } ?? .number(number)
    case (.real(let number), _): self = .number(number)
    case (.text(let text), .date): self = Notebook.date(text).map { .date($0) } ?? .text(text)
    case (.text(let text), _): self = .text(text)
    case (.blob(let data), _): self = .blob(data)
    }
  }
}
