import Language
import MetricDescriptions
import Notebook
import Reports
import Specification
import Terminal
import TerminalText

/// `time-to(kid<0.05)`: how long runs take until a metric is so, by which `best` ranks them.
struct TimeTo {
  private let goal: RunGoal
  private let bound: RunGoal.Bound
  private let place: Span

  static let function = "time-to"

  /// - Returns: nil for anything else.
  /// - Throws: where what is in parentheses is no metric with a bound.
  init?(parsing term: Term) throws(Diagnostic) {
    let text = term.text
    guard text.hasPrefix(Self.function + "("), text.hasSuffix(")") else { return nil }
    let inner = text.dropFirst(Self.function.count + 1).dropLast()
    guard let goal = RunGoal(text: String(inner)), let bound = goal.bound else {
      throw Diagnostic(
        "`\(inner)` does not say what a metric is to come to", at: term.span,
        help: ["like `best by \(Self.function)(kid<0.05)`"])
    }
    (self.goal, self.bound, place) = (goal, bound, term.span)
  }

  private struct Reached {
    let run: RunRecord
    let point: MetricPoint
  }

  /// The runs that came there, the one with the fewest steps first; of the others it is noted who they are.
  func table(of asked: [RowFilter<RunQuantity>], limit: Int, in session: Session) throws -> Table {
    guard let notebook = try session.existingNotebook() else {
      throw ShellError.failed("there are no runs yet to choose from")
    }
    let known = session.metrics
    let metric = try known.measured(Word(goal.metric, at: place)).text
    guard known.contains(where: { $0.name == metric }) else {
      throw Diagnostic(
        "no run has a metric `\(goal.metric)`", at: place,
        help: known.suggestion(for: goal.metric, kind: "metrics"))
    }
    let comparison: RowFilter<RunQuantity>.Comparison =
      switch bound.comparison {
      case .below: .less
      case .atMost: .lessOrEqual
      case .above: .greater
      case .atLeast: .greaterOrEqual
      }
    var (reached, missed) = ([Reached](), [String]())
    for run in try notebook.runs(matching: RowQuery(.all(asked))) {
      if let point = try notebook.firstPoint(of: metric, run: run.id, comparison, bound.value) {
        reached.append(Reached(run: run, point: point))
      } else {
        missed.append(run.name)
      }
    }
    if let first = missed.first {
      let names =
        "`\(first)`" + (missed.count == 1 ? "" : " and \(grouped(missed.count - 1)) more")
      session.errors.line(
        "note: \(names) never had \(metric)\(bound.comparison.rawValue)\(printed(bound.value)), "
          + "and \(missed.count == 1 ? "is" : "are") not ranked")
    }
    reached.sort {
      ($0.point.step, $0.point.time, $0.run.name) < ($1.point.step, $1.point.time, $1.run.name)
    }
    var table = Table(["run", "steps to it", "processor time", "images", "value then", "status"])
    for one in reached.prefix(limit) {
      table.append([
        .text(one.run.name), .integer(one.point.step),
        .duration(one.point.time * Double(one.run.threads)),
        Self.images(of: one.run, steps: one.point.step).map(Table.Cell.integer) ?? .none,
        Table.Cell(one.point.value, of: known.named(metric)), .text(one.run.status.rawValue),
      ])
    }
    return table
  }

  /// Examples that a run has taken in so many steps; nil where its text cannot be read.
  private static func images(of run: RunRecord, steps: Int) -> Int? {
    guard let recipe = try? run.specification().recipe else { return nil }
    return steps * recipe.batch * recipe.discriminatorSteps
  }
}
