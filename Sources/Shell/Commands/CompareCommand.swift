import Language
import Notebook
import Reports
import Terminal

/// `compare A B …`.
struct CompareCommand: Command {
  static let synopsis = Synopsis(
    "compare", "set runs side by side: what differs, and how it came out",
    parameters: [Parameter("runs", .run, "two runs or more", repeats: true)],
    options: [
      OptionSynopsis("metrics", .list(.metric), "the metrics to compare", initial: "all")
    ],
    discussion: """
      First every number in which the specifications differ, machine and build included; then the \
      metrics as they were last.
      """,
    examples: [
      Example("Two runs.", "compare base calm", given: .runs),
      Example(
        "Only their losses.", "compare base calm metrics=generator_loss,discriminator_loss",
        given: .runs),
    ],
    searchTerms: ["diff", "difference", "versus"], answer: .listing)

  private let names: [Word]
  private let metrics: [Word]?

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    names = try arguments.words("runs")
    metrics = try arguments.names("metrics")
    guard names.count >= 2 else {
      throw Diagnostic("`compare` needs two runs or more", at: statement.span)
    }
  }

  func run(in session: Session) throws {
    for name in names { _ = try session.run(named: name) }
    var comparison = try session.notebook().compare(names.map(\.text))
    comparison.metrics = try wanted(comparison, in: session)
    if session.configuration.prefersJSON { return session.show(Self.joined(comparison)) }
    var standing = Table(["run", "status", "steps"])
    for run in comparison.runs {
      standing.append([.text(run.name), .text(run.status.rawValue), .integer(run.stepsDone)])
    }
    session.show(standing)
    session.output.line()
    if comparison.differences.isEmpty {
      session.output.line("their specifications are the same")
    } else {
      session.show(Table.parameters(of: comparison))
    }
    session.output.line()
    session.show(Table.metrics(of: comparison))
  }

  /// One table for programs: what differs, then the metrics.
  static func joined(_ comparison: RunComparison) -> Table {
    var table = Table(["what"] + comparison.runs.map(\.name))
    table.append([.text("status")] + comparison.runs.map { .text($0.status.rawValue) })
    table.append([.text("steps")] + comparison.runs.map { .integer($0.stepsDone) })
    for parameter in comparison.differences {
      table.append([.text(parameter.path)] + parameter.values.map { .text($0) })
    }
    for metric in comparison.metrics {
      table.append([.text(metric.name)] + metric.summaries.map { .number($0?.last) })
    }
    return table
  }

  private func wanted(
    _ comparison: RunComparison, in session: Session
  ) throws -> [RunComparison.Metric] {
    guard let metrics else { return comparison.metrics }
    return try metrics.map { word in
      if let metric = comparison.metrics.first(where: { $0.name == word.text }) { return metric }
      throw Diagnostic(
        "none of these runs has a metric `\(word.text)`", at: word.span,
        help: suggestion(for: word.text, in: comparison.metrics.map(\.name)))
    }
  }
}
