/// What runs can be chosen, ordered and listed by.
package enum RunQuantity: SQLQuantity {
  case column(RunColumn)
  case member(RunMember)
  /// An entry of the specification, by its key in `parameter`; a dial as it stands now.
  case parameter(String)
  /// The same as a number; of `gp:10`, the 10. Missing where it is no number.
  case numericParameter(String)
  /// A metric as it was over the whole run.
  case metric(String, MetricAspect)
  /// 1 where the last value of a metric is NaN, 0 where it is another.
  case metricIsNaN(String)
  /// A metric's value at a step, or at the last one before it that has one; missing when the run did
  /// not come so far.
  case metricAt(String, step: Int)
  /// The step at which a metric had its smallest or largest value.
  case metricStep(String, MetricAspect)

  package static let table = "run"

  package var value: SQLFragment {
    switch self {
    case .column(let column): SQLFragment(column.sql)
    case .member(let member):
      SQLFragment("(SELECT group_concat(\(member.column), ', ') FROM \(member.table))")
    case .parameter(let key): Self.entry(key, ParameterEntry.value(of: "p"), isNumeric: 0)
    case .numericParameter(let key): Self.entry(key, "p.number", isNumeric: 1)
    case .metric(let name, let aspect):
      Self.summary(name, aspect.sql)
    case .metricIsNaN(let name): Self.summary(name, "s.lastKind = 1")
    case .metricStep(let name, let aspect): Self.summary(name, aspect.stepSQL)
    case .metricAt(let name, let step):
      SQLFragment("CASE WHEN ") + Self.summary(name, "s.lastStep")
        + SQLFragment(
          " >= ? THEN (SELECT \(Self.number("m.value", "m.kind")) FROM metric m WHERE m.run = run.id "
            + "AND m.name = (SELECT id FROM metricName WHERE name = ?) AND m.step <= ? "
            + "ORDER BY m.step DESC LIMIT 1) END",
          [.integer(Int64(step)), .text(name), .integer(Int64(step))])
    }
  }

  package func holds(_ test: (SQLFragment) -> SQLFragment) -> SQLFragment {
    guard case .member(let member) = self else { return test(value) }
    return "EXISTS (SELECT 1 FROM \(member.table) AND " + test(SQLFragment(member.column)) + ")"
  }

  /// An entry as the run began with it, or as it stands now where a dial that changes it was turned.
  private static func entry(_ key: String, _ value: String, isNumeric: Int) -> SQLFragment {
    SQLFragment(
      "CASE WHEN EXISTS (SELECT 1 FROM tweak t WHERE t.run = run.id AND t.step IS NOT NULL "
        + "AND touches(t.dial, ?)) "
        + "THEN parameterNow(run.text, run.stepsDone, \(DialTurn.lines), ?, \(isNumeric)) "
        + "ELSE (SELECT \(value) FROM parameter p WHERE p.run = run.id AND p.key = ?) END",
      [.text(key), .text(key), .text(key)])
  }

  private static func summary(_ name: String, _ expression: String) -> SQLFragment {
    SQLFragment(
      "(SELECT \(expression) FROM metricSummary s WHERE s.run = run.id "
        + "AND s.name = (SELECT id FROM metricName WHERE name = ?))",
      [.text(name)])
  }

  /// A number of two columns, with infinities as SQLite's own; NaN is missing.
  static func number(_ value: String, _ kind: String) -> String {
    "CASE \(kind) WHEN 0 THEN \(value) WHEN 2 THEN 9e999 WHEN 3 THEN -9e999 END"
  }
}

/// What every run has one of.
package enum RunColumn: String, Sendable, Hashable, CaseIterable {
  case name, status, architecture, dataset, recipe, seed
  /// Updates done and wanted.
  case steps, planned
  case started, ended
  /// Seconds at work: from each time it was begun to when it ended, or was last heard of.
  case took
  case host, build, threads, kernels, commit, message
  /// What is wrong by its last alarm: `collapsed`; missing where there was none, and where it has ended.
  case alarm
  /// The sweep that asked for it.
  case sweep

  var sql: String {
    switch self {
    case .architecture, .dataset, .recipe:
      "(SELECT d.name FROM declaration d WHERE d.id = run.\(rawValue))"
    case .steps: "run.stepsDone"
    case .planned: "run.stepsPlanned"
    case .took:
      """
      (run.worked + (julianday(ifnull(run.ended, run.heartbeat))
        - julianday(ifnull(run.resumed, run.started))) * 86400.0)
      """
    case .alarm:
      """
      (SELECT CASE e.kind WHEN 'alarm' THEN
          ifnull(CASE WHEN json_valid(e.json) THEN CAST(json_extract(e.json, '$.failure') AS TEXT) END, 'unknown')
        END
        FROM event e WHERE e.run = run.id AND e.kind IN ('alarm', 'recovered') ORDER BY e.id DESC LIMIT 1)
      """
    case .commit: "run.gitCommit"
    case .sweep:
      "(SELECT sweep.name FROM trial JOIN sweep ON sweep.id = trial.sweep WHERE trial.run = run.id)"
    case .status:
      // Of a run that waits after a `pause` the row says that it is running.
      """
      CASE WHEN run.status = 'running'
        AND standing(run.status, run.host, run.pid, run.processStart) = 'running'
        AND (SELECT e.kind FROM event e WHERE e.run = run.id
          AND e.kind IN ('paused', 'proceeded', 'resumed') ORDER BY e.id DESC LIMIT 1) = 'paused'
        THEN 'paused' ELSE standing(run.status, run.host, run.pid, run.processStart) END
      """
    case .name, .seed, .started, .ended, .host, .build, .threads, .kernels, .message:
      "run.\(rawValue)"
    }
  }
}

/// What a run may have several of.
package enum RunMember: String, Sendable, Hashable, CaseIterable {
  case tag, note
  /// Kinds of what happened to it: `warning`, `diverged`, `resumed`.
  case event

  fileprivate var table: String { "\(rawValue) WHERE \(rawValue).run = run.id" }

  fileprivate var column: String {
    switch self {
    case .tag: "tag.name"
    case .note: "note.text"
    case .event: "event.kind"
    }
  }
}

/// What a metric is over a run.
package enum MetricAspect: String, Sendable, Hashable, CaseIterable {
  case last, first
  /// Of the finite values.
  case minimum, maximum, mean

  fileprivate var sql: String {
    switch self {
    case .last: RunQuantity.number("s.last", "s.lastKind")
    case .first: RunQuantity.number("s.first", "s.firstKind")
    case .minimum, .maximum, .mean: "s.\(rawValue)"
    }
  }

  fileprivate var stepSQL: String {
    switch self {
    case .last: "s.lastStep"
    case .first: "s.firstStep"
    case .minimum, .maximum: "s.\(rawValue)Step"
    case .mean: "NULL"
    }
  }
}
