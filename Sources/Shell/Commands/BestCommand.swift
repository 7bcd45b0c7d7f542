import Language
import Notebook
import Reports
import Terminal

/// `best by METRIC [where …]`.
struct BestCommand: Command {
  static let synopsis = Synopsis(
    "best", "rank runs by a metric, with what they were made of",
    parameters: [
      Parameter("metric", .metric, "a metric, or a column", after: "by"),
      Parameter(
        "direction", .choice(MetricDirection.allCases.map(\.rawValue)),
        "which end is best, where the metric does not tell", isRequired: false),
      Parameter("limit", .integer, "how many at most (10)", after: "limit", isRequired: false),
    ],
    takesCondition: true,
    discussion: """
      A metric counts by its best value over the run: the lowest of a distance or a loss, the highest \
      of a score; `last(…)`, `mean(…)` and `METRIC@STEP` count as they are. The settings in which the \
      runs differ stand beside it. Runs without the metric are left out. `help runs` tells what a \
      condition may speak of.
      """,
    examples: [
      Example("By the lowest loss.", "best by generator_loss", given: .runs),
      Example(
        "By something that is neither good high nor low.",
        "best by last(d_real) highest where status=finished limit 1", given: .runs),
    ],
    searchTerms: ["top", "rank", "winner", "leaderboard", "minimum", "maximum"], answer: .listing)

  private let metric: Quantity
  private let direction: MetricDirection?
  private let selection: RowSelection
  private let limit: Int

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    guard let term = arguments.term("metric") else {
      throw Diagnostic("`best` needs `by` and a metric", at: statement.verb.span)
    }
    metric = try Quantity(parsing: term)
    direction = try arguments.term("direction")?.choice(
      of: MetricDirection.self, for: "the direction")
    limit = try arguments.term("limit")?.integer(in: 1...100_000, for: "limit") ?? 10
    selection = RowSelection(statement)
    if let order = statement.order.first {
      throw Diagnostic(
        "`best` has an order of its own", at: order.quantity.span,
        help: ["for another order: `runs order by …`"])
    }
  }

  func run(in session: Session) throws {
    let vocabulary = try session.runVocabulary()
    let (value, step, heading, isDescending) = try ranked(in: vocabulary)
    var filter = RowFilter.not(.isMissing(value.quantity))
    if let condition = selection.condition {
      filter = .all([filter, try vocabulary.filter(condition)])
    }
    let query = RowQuery(
      filter, order: [.init(value.quantity, isDescending: isDescending)], limit: limit)
    guard let notebook = try session.existingNotebook() else {
      throw ShellError.failed("there are no runs yet to choose from")
    }
    var listing = RunListing(columns: [.init(heading: "run", quantity: .column(.name), kind: .text)]
    )
    listing.columns.append(.init(heading: heading, quantity: value.quantity, kind: value.kind))
    if let step {
      listing.columns.append(.init(heading: "at step", quantity: step, kind: .integer))
    }
    listing.columns += [
      .init(heading: "status", quantity: .column(.status), kind: .text),
      .init(heading: "done", quantity: .column(.steps), kind: .integer),
    ]
    var (table, _) = try listing.table(of: query, in: notebook)
    if table.rows.isEmpty {
      if session.configuration.prefersJSON { return session.show(table) }
      return session.output.line("no run is like that")
    }
    table.append(columnsOf: try differences(of: table.rows.map { $0[0].shown }, in: notebook))
    session.show(table)
  }

  /// What is ranked, the step at which it was so, its heading, and whether large is good.
  private func ranked(
    in vocabulary: Vocabulary<RunQuantity>
  ) throws(Diagnostic) -> (ResolvedQuantity<RunQuantity>, RunQuantity?, String, Bool) {
    var value = try vocabulary.resolve(metric)
    var direction = direction
    if direction == nil && value.isMetric {
      switch metric.function?.text {
      case "min": direction = .lowest
      case "max": direction = .highest
      default: direction = MetricDirection(ofMetric: metric.name.text)
      }
    }
    guard let direction else {
      throw Diagnostic(
        "nobody knows whether `\(metric)` is good high or low", at: metric.span,
        help: ["say so: `best by \(metric) highest` or `lowest`"])
    }
    switch value.kind {
    case .integer, .number, .duration, .either: break
    case .text, .date, .seed, .choice, .name:
      throw Diagnostic("`\(metric)` is no number to rank by", at: metric.span)
    }
    guard value.isMetric, metric.function == nil, metric.step == nil else {
      if let numeric = value.numeric { value.quantity = numeric }
      return (value, nil, value.heading, direction == .highest)
    }
    let aspect = direction == .highest ? MetricAspect.maximum : .minimum
    value.quantity = .metric(metric.name.text, aspect)
    let function = direction == .highest ? "max" : "min"
    return (
      value, .metricStep(metric.name.text, aspect), "\(function)(\(metric.name.text))",
      direction == .highest
    )
  }

  /// Settings in which the runs differ, a column each.
  private func differences(
    of names: [String], in notebook: Notebook
  ) throws(NotebookError) -> Table {
    let comparison = try notebook.compare(names)
    let settings = comparison.shortDifferences.filter { $0.kind == .setting }
    var table = Table(settings.map(\.name))
    for index in names.indices {
      table.append(settings.map { Table.Cell(setting: $0.values[index]) })
    }
    return table
  }
}

extension Table {
  /// Puts another table with as many rows to the right of this one.
  fileprivate mutating func append(columnsOf other: Table) {
    columns += other.columns
    for index in rows.indices { rows[index] += other.rows[index] }
  }
}
