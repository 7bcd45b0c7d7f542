import Language
import MetricDescriptions
import Notebook
import Reports
import Terminal
import TerminalText

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
      A metric counts by its best value over the run: the lowest of a distance, the highest of a score; \
      `last(…)`, `mean(…)` and `METRIC@STEP` count as they are. Of a loss of either network neither end is \
      best: a low one may only mean that the other network is weak. The settings in which the runs \
      differ stand beside it. Runs that diverged or whose metric ended as no number are not ranked, \
      which is said; those that lack the metric stand below, without a value, where the limit leaves room. `help runs` tells what a condition may speak of.

      `best by time-to(kid<0.05)` ranks runs by the first step at which a metric was so, and says what processor time and how many \
      examples that took: the time of the run by its threads.
      """,
    examples: [
      Example("By the modes that were found.", "best by \(ExampleMetric.count)", given: .runs),
      Example(
        "By something that is neither good high nor low.",
        "best by last(\(ExampleMetric.score)) highest where status=finished limit 1", given: .runs),
      Example(
        "By how soon something was reached.", "best by time-to(\(ExampleMetric.loss)<9)",
        given: .runs),
    ],
    searchTerms: ["top", "rank", "winner", "leaderboard", "minimum", "maximum"], answer: .listing)

  private let ranking: Ranking
  private let direction: MetricDirection?
  private let selection: RowSelection
  private let limit: Int

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    guard let term = arguments.term("metric") else {
      throw Diagnostic("`best` needs `by` and a metric", at: statement.verb.span)
    }
    if let timeTo = try TimeTo(parsing: term) {
      ranking = .timeTo(timeTo)
    } else {
      ranking = .value(try Quantity(parsing: term))
    }
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

  private enum Ranking {
    case value(Quantity)
    case timeTo(TimeTo)
  }

  /// Without `by` the metric that was meant, or all of them.
  static func help(for statement: Statement, in session: Session) -> [String] {
    guard !statement.operands.contains(where: { $0.text == "by" }) else { return [] }
    let metrics = session.names(of: .metric)
    let meant = statement.operands.first.flatMap { nearest(to: $0.text, in: metrics) }
    if let meant { return ["did you mean `best by \(meant)`?"] }
    return metrics.isEmpty ? [] : ["metrics: " + metrics.joined(separator: ", ")]
  }

  func run(in session: Session) throws {
    let vocabulary = try session.runVocabulary()
    let asked = try selection.condition.map { [try vocabulary.filter($0)] } ?? []
    switch ranking {
    case .timeTo(let timeTo):
      session.show(try timeTo.table(of: asked, limit: limit, in: session))
    case .value(let metric): try rank(by: metric, asked, vocabulary, in: session)
    }
  }

  private func rank(
    by metric: Quantity, _ asked: [RowFilter<RunQuantity>], _ vocabulary: Vocabulary<RunQuantity>,
    in session: Session
  ) throws {
    let (value, step, heading, isDescending) = try ranked(by: metric, in: vocabulary)
    let sound = asked + [isSound(value)]
    let lack = RowFilter.isMissing(value.quantity)
    let query = RowQuery(
      .all(sound + [.not(lack)]), order: [.init(value.quantity, isDescending: isDescending)],
      limit: limit)
    guard let notebook = try session.existingNotebook() else {
      throw ShellError.failed("there are no runs yet to choose from")
    }
    let unsound = try notebook.runNames(matching: RowQuery(.all(asked + [.not(isSound(value))])))
    if let names = Self.told(unsound) {
      let verb = unsound.count == 1 ? "is" : "are"
      session.errors.line("note: \(names) diverged or ended as no number, and \(verb) not ranked")
    }
    let lacking = try notebook.runNames(matching: RowQuery(.all(sound + [lack])))
    if let names = Self.told(lacking) {
      let verbs = lacking.count == 1 ? ("lacks", "is") : ("lack", "are")
      session.errors.line(
        "note: \(names) \(verbs.0) `\(metric.name.text)`, and \(verbs.1) not ranked")
    }
    var listing = RunListing(columns: [.init(heading: "run", quantity: .column(.name), kind: .text)]
    )
    listing.columns.append(
      .init(heading: heading, quantity: value.quantity, kind: value.kind, metric: value.metric))
    if let step {
      listing.columns.append(.init(heading: "at step", quantity: step, kind: .integer))
    }
    listing.columns += [
      .init(heading: "status", quantity: .column(.status), kind: .text),
      .init(heading: "steps done", quantity: .column(.steps), kind: .integer),
    ]
    var (table, _) = try listing.table(of: query, in: notebook)
    if table.rows.count < limit {
      let rest = RowQuery(.all(sound + [lack]), limit: limit - table.rows.count)
      for row in try listing.table(of: rest, in: notebook).table.rows { table.append(row) }
    }
    if table.rows.isEmpty {
      if session.configuration.prefersJSON { return session.show(table) }
      return session.output.line("no run is like that")
    }
    table.append(columnsOf: try differences(of: table.rows.map { $0[0].shown }, in: notebook))
    session.show(table)
  }

  /// `base`, `base` and 3 more; nil where there is none.
  private static func told(_ names: [String]) -> String? {
    names.first.map { first in
      "`\(first)`" + (names.count == 1 ? "" : " and \(grouped(names.count - 1)) more")
    }
  }

  /// Whether a run came to an end that counts: it did not diverge, and what is ranked ended as a number.
  private func isSound(_ value: ResolvedQuantity<RunQuantity>) -> RowFilter<RunQuantity> {
    var faults: [RowFilter<RunQuantity>] = [
      .compare(.column(.status), .equal, .text(RunStatus.diverged.rawValue))
    ]
    if value.metric != nil {
      let name = value.typed.name.text
      faults.append(.compare(.metricIsNaN(name), .equal, .integer(1)))
      faults += [Double.infinity, -.infinity].map {
        .compare(.metric(name, .last), .equal, .real($0))
      }
    }
    return .not(.any(faults))
  }

  /// What is ranked, the step at which it was so, its heading, and whether large is good.
  private func ranked(
    by metric: Quantity, in vocabulary: Vocabulary<RunQuantity>
  ) throws(Diagnostic) -> (ResolvedQuantity<RunQuantity>, RunQuantity?, String, Bool) {
    var value = try vocabulary.resolve(metric)
    var direction = direction
    if direction == nil, let described = value.metric {
      switch metric.function?.text {
      case "min": direction = .lowest
      case "max": direction = .highest
      default: direction = described.direction
      }
    }
    guard let direction else { throw withoutDirection(metric, value.metric, in: vocabulary) }
    switch value.kind {
    case .integer, .number, .duration, .either: break
    case .text, .date, .seed, .choice, .name:
      throw Diagnostic("`\(metric)` is no number to rank by", at: metric.span)
    }
    guard value.metric != nil, metric.function == nil, metric.step == nil else {
      if let numeric = value.numeric { value.quantity = numeric }
      return (value, nil, value.heading, direction == .highest)
    }
    let aspect = direction == .highest ? MetricAspect.maximum : .minimum
    let name = value.typed.name.text
    value.quantity = .metric(name, aspect)
    let function = direction == .highest ? "max" : "min"
    return (
      value, .metricStep(name, aspect), "\(function)(\(name))",
      direction == .highest
    )
  }

  /// That neither end of what was asked for is best, and what has a better one.
  private func withoutDirection(
    _ metric: Quantity, _ described: MetricDescription?, in vocabulary: Vocabulary<RunQuantity>
  ) -> Diagnostic {
    let meaning = described.map(\.meaning) ?? ""
    let known = vocabulary.described.filter { $0.direction != nil }.map(\.name)
    return Diagnostic(
      "neither end of `\(metric)` is best" + (meaning.isEmpty ? "" : ": \(meaning)"),
      at: metric.span,
      help: (known.isEmpty
        ? [] : ["measures with a better end: \(known.joined(separator: ", "))"])
        + ["say so: `best by \(metric) highest` or `lowest`"])
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
