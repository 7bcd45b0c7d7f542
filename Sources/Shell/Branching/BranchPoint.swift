import Language
import MetricDescriptions
import Metrics
import Notebook
import Reports
import Specification
import Terminal
import TerminalText
import Training

/// From which of a run's checkpoints a branch begins.
enum BranchPoint {
  /// The newest that is whole.
  case last
  case step(Int, place: Span)
  /// None: the run's way is gone anew, from its first step.
  case beginning(place: Span)
  /// The one at which a metric was best.
  case best(metric: String, place: Span)
  /// The newest from before the first suspicious check that led to the last alarm.
  case beforeAlarm(place: Span)

  /// - Parameter term: what stands after `at`; nil: nothing does.
  init(_ term: Term?) throws(Diagnostic) {
    guard let term else {
      self = .last
      return
    }
    switch term.value {
    case .name("last"): self = .last
    case .name("before-alarm"): self = .beforeAlarm(place: term.span)
    case .tagged(let word, let metric) where word.text == "best":
      self = .best(metric: metric.text, place: term.span)
    case .number(0): self = .beginning(place: term.span)
    case .number:
      self = .step(try term.integer(in: Limits.steps, for: "a step"), place: term.span)
    default:
      throw Diagnostic(
        "`\(term.brief)` is no checkpoint", at: term.span,
        help: ["a step (`at 2000`), `at 0`, `at best:METRIC`, `at before-alarm` or `at last`"])
    }
  }

  /// The checkpoint, with its file.
  ///
  /// - Parameters:
  ///   - name: where the run is named.
  ///   - warn: told of newer ones that are passed over since they are damaged.
  /// - Throws: a `Diagnostic` that names the checkpoints that there are.
  func find(
    of run: RunRecord, namedBy name: Word, in session: Session, warn: (String) -> Void
  ) throws -> (row: CheckpointRecord, checkpoint: Checkpoint) {
    let notebook = try session.notebook()
    let rows = try notebook.checkpoints(run: run.id).filter(\.isGood)
    guard let first = rows.first, let last = rows.last else {
      throw Diagnostic(
        "run `\(run.name)` has kept no checkpoint to branch from", at: name.span,
        help: ["a run keeps one at its end, and every `checkpoint-every=` steps"])
    }
    switch self {
    case .last:
      for row in rows.reversed() {
        do throws(Diagnostic) {
          return (row, try Self.read(row, in: notebook, at: name.span))
        } catch { warn(error.message) }
      }
      throw Diagnostic(
        "no checkpoint of run `\(run.name)` can be read", at: name.span,
        help: ["`show \(run.name)` lists them"])
    case .step(let step, let place):
      guard let row = rows.first(where: { $0.step == step }) else {
        throw Self.missing(step, of: run, among: rows, place)
      }
      return (row, try Self.read(row, in: notebook, at: place))
    case .beginning(let place):
      // Of a run that began with weights there is one.
      guard first.step == 0 else { throw Self.missing(0, of: run, among: rows, place) }
      return (first, try Self.read(first, in: notebook, at: place))
    case .beforeAlarm(let place):
      let row = try Self.row(
        before: notebook.events(run: run.id, kind: "alarm").last, of: run, among: rows,
        in: notebook, at: place)
      return (row, try Self.read(row, in: notebook, at: place))
    case .best(let typed, let place):
      let own = Set(try notebook.metricNames(ofRuns: [run.name]))
      let metric = try session.metrics.filter { own.contains($0.name) }
        .measured(Word(typed, at: place)).text
      // Refuses what is no metric, or has no better end.
      try session.check(Retention(newest: 1, metrics: [metric]), of: .neutral, at: place)
      var whole = rows
      while true {
        guard
          let best = try notebook.bestCheckpoint(
            of: metric, run: run.id, among: whole.map(\.step)),
          let row = whole.first(where: { $0.step == best })
        else {
          throw Diagnostic(
            "run `\(run.name)` has no \(metric) at any of its checkpoints that can be read, of steps "
              + "\(grouped(first.step)) to \(grouped(last.step))", at: place)
        }
        let checkpoint: Checkpoint
        do throws(Diagnostic) { checkpoint = try Self.read(row, in: notebook, at: place) } catch {
          warn(error.message)
          whole.removeAll { $0.id == row.id }
          continue
        }
        let value = try notebook.series(run: run.id, metric: metric).points
          .last { $0.step <= best }?.value
        session.errors.line(
          "note: \(metric) was best at the checkpoint of step \(grouped(best))"
            + (value.map { ", \(Readable.number($0, digits: 3))" } ?? ""))
        return (row, checkpoint)
      }
    }
  }

  private static func row(
    before alarm: EventRecord?, of run: RunRecord, among rows: [CheckpointRecord],
    in notebook: Notebook, at place: Span
  ) throws -> CheckpointRecord {
    guard let since = try failure(before: alarm, of: run, in: notebook) else {
      throw Diagnostic(
        "run `\(run.name)` has had no alarm", at: place,
        help: ["`diagnose \(run.name)` says how it stands"])
    }
    guard let row = rows.last(where: { $0.step < since }) else {
      throw Diagnostic(
        "run `\(run.name)` has no checkpoint from before step \(grouped(since)), since which it fails",
        at: place, help: ["`branch \(run.name) at 0 …` begins it anew"])
    }
    return row
  }

  /// The first of the checks that led to an alarm, as it says; nil: there was none.
  private static func failure(
    before alarm: EventRecord?, of run: RunRecord, in notebook: Notebook
  ) throws -> Int? {
    guard let alarm, let raised = alarm.step else { return nil }
    if let since = Alarm(json: alarm.json)?.since, since <= raised { return since }
    return try notebook.suspicions(run: run.id).last { $0 <= raised } ?? raised
  }

  /// Whether a run has a checkpoint from before its last alarm.
  static func isBeforeAlarmKept(of run: RunRecord, in notebook: Notebook) throws -> Bool {
    let alarm = try notebook.events(run: run.id, kind: "alarm").last
    guard let since = try failure(before: alarm, of: run, in: notebook) else { return false }
    return try notebook.checkpoints(run: run.id).contains { $0.isGood && $0.step < since }
  }

  private static func missing(
    _ step: Int, of run: RunRecord, among rows: [CheckpointRecord], _ place: Span
  ) -> Diagnostic {
    let before = rows.last { $0.step < step }?.step
    let after = rows.first { $0.step > step }?.step
    let nearest = [before, after].compactMap(\.self)
    let steps = nearest.map { grouped($0) }.joined(separator: " and ")
    let ways = nearest.map { "`at \($0)`" }.joined(separator: " or ")
    return Diagnostic(
      "run `\(run.name)` has no checkpoint of step \(grouped(step))", at: place,
      help: [
        nearest.isEmpty
          ? "it keeps one at its end, and every `checkpoint-every=` steps"
          : nearest.count == 1
            ? "the nearest is that of step \(steps): \(ways)"
            : "the nearest are those of steps \(steps): \(ways)",
        "`show \(run.name)` lists all of them",
      ])
  }

  private static func read(
    _ row: CheckpointRecord, in notebook: Notebook, at place: Span
  ) throws(Diagnostic) -> Checkpoint {
    let checkpoint: Checkpoint
    do { checkpoint = try row.read(in: notebook) } catch { throw Diagnostic("\(error)", at: place) }
    guard checkpoint.step == row.step else {
      throw Diagnostic(
        "\(row.path) is of step \(grouped(checkpoint.step)), and the notebook has it as one of step "
          + grouped(row.step), at: place)
    }
    return checkpoint
  }
}
