import Language
import MetricDescriptions
import Notebook
import Reports
import Terminal

/// `compare A B …`.
struct CompareCommand: Command {
  static let synopsis = Synopsis(
    "compare", "set runs side by side: what differs, and how it came out",
    parameters: [
      Parameter("runs", .run, "two runs or more, or a condition", isRequired: false, repeats: true)
    ],
    options: [
      OptionSynopsis("metrics", .list(.metric), "the metrics to compare", initial: "all"),
      OptionSynopsis(
        "show", .choice(["differences", "all"]), "what of the specifications",
        initial: "differences", example: "compare base calm show=all"),
    ],
    takesCondition: true,
    discussion: """
      First what differs in the specifications, under the names by which it is typed, machine and \
      build included; then the metrics as they were last and at their best, where one direction is \
      better. Of more than four runs each is a row. Where layers differ in many places they are \
      counted; `show=all` has every one, and what is the same as well.
      """,
    examples: [
      Example("Two runs.", "compare base calm", given: .runs),
      Example(
        "Only their losses.",
        "compare base calm metrics=\(ExampleMetric.loss),\(ExampleMetric.otherLoss)",
        given: .runs),
      Example("All that were finished.", "compare where status=finished", given: .runs),
    ],
    searchTerms: ["diff", "difference", "versus"], answer: .listing)

  private let runs: RunChoice
  private let metrics: [Word]?
  private let isComplete: Bool

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    runs = try RunChoice(arguments.words("runs"), statement, atLeast: 2)
    metrics = try arguments.names("metrics")
    let show = try arguments.option("show")?.choice(from: ["differences", "all"], for: "show")
    isComplete = show == "all"
  }

  /// Of one run alone, with which others it can be compared.
  static func help(for statement: Statement, in session: Session) -> [String] {
    guard statement.operands.count == 1, let only = statement.operands.first else { return [] }
    let names = session.names(of: .run)
    guard names.contains(only.text) else {
      return suggestion(for: only.text, in: names, kind: "runs")
    }
    return names.last { $0 != only.text }.map { ["like `compare \(only.text) \($0)`"] } ?? []
  }

  func run(in session: Session) throws {
    var comparison = try session.notebook().compare(runs.names(in: session))
    comparison.metrics = try wanted(comparison, in: session)
    if session.configuration.prefersJSON {
      return session.show(Table.joined(comparison, all: isComplete))
    }
    let tables =
      comparison.runs.count > 4
      ? [Table.runsDown(comparison, all: isComplete)]
      : [
        Table.standing(of: comparison), Table.parameters(of: comparison, all: isComplete),
        Table.metrics(of: comparison, aspects: [.last, .best]),
      ]
    for (index, table) in tables.enumerated() {
      if index > 0 { session.output.line() }
      if table.rows.isEmpty && index == 1 {
        session.output.line("their specifications are the same")
      } else {
        session.show(table)
      }
    }
  }

  private func wanted(
    _ comparison: RunComparison, in session: Session
  ) throws -> [RunComparison.Metric] {
    guard let metrics else { return comparison.metrics }
    return try metrics.map { word in
      if let metric = comparison.metrics.first(where: { $0.name == word.text }) { return metric }
      throw Diagnostic(
        "none of these runs has a metric `\(word.text)`", at: word.span,
        help: comparison.metrics.map(\.description).suggestion(for: word.text))
    }
  }
}
