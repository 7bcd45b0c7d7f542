import Foundation
import Language
import MetricDescriptions
import Notebook
import Reports
import Terminal
import Training

/// `expect CONDITION`, over `WHAT(RUN)`.
struct ExpectCommand: Command {
  static let synopsis = Synopsis(
    "expect", "see that runs came out as they should, or end the script",
    parameters: [], takesCondition: true, takesOrder: false,
    discussion: """
      A condition as `runs where` has it, in which the run stands in parentheses: `modes(base)` is the last \
      value of the metric, `modes(base)@5k` that of a step, `status(base)`, `steps(base)` or `lr(base)` what else \
      is known of it. Two runs can be compared: `modes(cured)>modes(base)`. What holds is printed with its numbers. What does \
      not is an error that says them, so that a script ends with status 1. Where a run lacks the metric, or it \
      is no finite number, nothing holds, not even with `not`; `=none` expects that it is missing.
      """,
    examples: [
      Example("It is done.", "expect status(base)=finished and steps(base)>=30", given: .runs),
      Example(
        "Some modes are found.", "expect \(ExampleMetric.count)(base)>=0", given: .runs),
    ],
    searchTerms: ["assert", "check", "test", "require", "fail"])

  private let condition: Condition

  init(parsing statement: Statement) throws(Diagnostic) {
    guard let condition = statement.condition else {
      throw Diagnostic(
        "`expect` needs a condition", at: statement.verb.span,
        help: ["write it like `expect modes(base)>=8`"])
    }
    for quantity in condition.quantities where quantity.function == nil {
      throw Self.needsRun(quantity)
    }
    self.condition = condition
  }

  /// What is said of a quantity without a run; `base.modes` is read as `modes` of the run `base`.
  static func needsRun(_ quantity: Quantity) -> Diagnostic {
    let name = quantity.name.text
    let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
    let step = quantity.step.map { "@\($0.source)" } ?? ""
    let usage = parts.count == 2 ? "\(parts[1])(\(parts[0]))\(step)" : "\(name)(RUN)\(step)"
    return Diagnostic(
      "`\(name)` needs a run in parentheses", at: quantity.span,
      help: ["write it like `\(usage)`"])
  }

  func run(in session: Session) throws {
    let reading = ExpectationReading(session: session, vocabulary: try session.runVocabulary())
    let outcome = try reading.evaluate(condition)
    let told = outcome.findings.map(\.text).joined(separator: ", ")
    guard outcome.holds, outcome.findings.allSatisfy(\.isKnown) else {
      let failed = outcome.findings.filter { !$0.holds }
      throw Diagnostic(
        "not as expected: "
          + (failed.isEmpty ? outcome.findings : failed).map(\.text).joined(separator: ", "),
        at: (failed.first ?? outcome.findings.first)?.place)
    }
    session.output.line("as expected: \(told)")
  }
}

/// A condition over several runs, looked at comparison by comparison.
private struct ExpectationReading {
  struct Finding {
    let text: String
    /// Whether it holds, under `not` the other way round; never where something is missing.
    let holds: Bool
    /// Whether both sides are there and finite.
    let isKnown: Bool
    let place: Span

    var negated: Finding {
      Finding(text: text, holds: isKnown && !holds, isKnown: isKnown, place: place)
    }
  }

  let session: Session
  let vocabulary: Vocabulary<RunQuantity>

  func evaluate(_ condition: Condition) throws -> (holds: Bool, findings: [Finding]) {
    switch condition {
    case .all(let parts):
      let all = try parts.map(evaluate)
      return (all.allSatisfy(\.holds), all.flatMap(\.findings))
    case .any(let parts):
      let all = try parts.map(evaluate)
      return (all.contains(where: \.holds), all.flatMap(\.findings))
    case .not(let inner):
      let (holds, findings) = try evaluate(inner)
      return (!holds, findings.map(\.negated))
    case .test(let test):
      let finding = try look(at: test)
      return (finding.holds, [finding])
    }
  }

  private func look(at test: Condition.Test) throws -> Finding {
    let (run, typed) = try subject(test.quantity)
    if isUnmeasured(typed), test.relation == .equal, case .value(let term) = test.operand,
      case .name("none") = term.value
    {
      return Finding(
        text: "\(test.quantity) is not there", holds: true, isKnown: true, place: test.span)
    }
    let value = try value(of: typed, ofRun: run)
    var operand = test.operand
    var others = ""
    var isKnown = Self.isKnown(value)
    // Somebody may expect just that it is missing.
    if case .value(let term) = operand, case .name("none") = term.value { isKnown = true }
    if case .quantity(let other) = operand {
      let (otherRun, otherTyped) = try subject(other)
      let cell = try self.value(of: otherTyped, ofRun: otherRun)
      operand = .value(Self.term(cell, at: other.span))
      isKnown = isKnown && Self.isKnown(cell)
      others = ", \(other) is \(Self.shown(cell))"
    }
    let inner = Condition.test(
      Condition.Test(typed, test.relation, operand, at: test.span))
    let filter = RowFilter<RunQuantity>.all([
      .compare(.column(.name), .equal, .text(run.name)), try vocabulary.filter(inner),
    ])
    let holds = try !session.notebook().runs(matching: RowQuery(filter)).isEmpty
    return Finding(
      text: "\(test.quantity) is \(Self.shown(value))\(others)", holds: isKnown && holds,
      isKnown: isKnown, place: test.span)
  }

  /// Whether it is a metric that runs can have, and no run of the notebook has.
  private func isUnmeasured(_ typed: Quantity) -> Bool {
    let name = typed.name.text
    return typed.function == nil && !vocabulary.metrics.contains(name)
      && RunHandle.metrics.contains { $0.name == name }
  }

  /// The run in parentheses, and what of it is spoken of.
  private func subject(_ quantity: Quantity) throws -> (run: RunRecord, typed: Quantity) {
    guard let function = quantity.function else {
      throw ExpectCommand.needsRun(quantity)
    }
    let run = try session.run(named: quantity.name)
    return (run, Quantity(function, step: quantity.step, at: function.span))
  }

  private func value(of typed: Quantity, ofRun run: RunRecord) throws -> Table.Cell {
    let listing = try RunListing([typed], in: vocabulary)
    let query = RowQuery<RunQuantity>(.compare(.column(.name), .equal, .text(run.name)))
    return try listing.table(of: query, in: try session.notebook()).table.rows.first?.first ?? .none
  }

  private static func isKnown(_ cell: Table.Cell) -> Bool {
    switch cell {
    case .none: false
    case .number(let number), .measured(let number, _), .percent(let number),
      .duration(let number):
      number.isFinite
    default: true
    }
  }

  private static func shown(_ cell: Table.Cell) -> String {
    if case .none = cell { return "not there" }
    return cell.shown
  }

  private static func term(_ cell: Table.Cell, at place: Span) -> Term {
    switch cell {
    case .integer(let number): Term(.number(Double(number)), at: place, source: "\(number)")
    case .number(let number), .measured(let number, _), .percent(let number),
      .duration(let number):
      number.isFinite
        ? Term(.number(number), at: place, source: printed(number))
        : Term(.name("none"), at: place, source: "none")
    case .none: Term(.name("none"), at: place, source: "none")
    default: Term(.string(cell.exact), at: place, source: quoted(cell.exact))
    }
  }
}
