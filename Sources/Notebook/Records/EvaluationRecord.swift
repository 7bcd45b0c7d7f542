package import Foundation
import GRDB
package import MetricDescriptions

/// What was measured of samples of a checkpoint, to be kept.
package struct Evaluation: Sendable, Hashable {
  package var step: Int
  /// The word of what it was measured by, which the metrics' names have.
  package var protocolWord: String
  /// All that it was measured by, as JSON.
  package var conditions: String
  /// How long it took.
  package var seconds: Double
  /// Under the names that they are ranked by.
  package var readings: [MetricReading]

  package init(
    step: Int, protocolWord: String, conditions: String, seconds: Double, readings: [MetricReading]
  ) {
    (self.step, self.protocolWord, self.conditions) = (step, protocolWord, conditions)
    (self.seconds, self.readings) = (seconds, readings)
  }
}

/// An evaluation as the notebook holds it.
package struct EvaluationRecord: Sendable, Hashable, Identifiable {
  package var id: Int64
  package var run: Int64
  package var step: Int
  package var protocolWord: String
  package var conditions: String
  package var made: Date
  package var seconds: Double
  package var measures: [Measure]

  /// One value of it.
  package struct Measure: Sendable, Hashable {
    package var name: String
    /// May be NaN or infinite.
    package var value: Double
    /// What it may be off by; nil: not known.
    package var error: Double?
  }
}

extension Notebook {
  /// Keeps an evaluation of a run, and its values as the run's metrics of that step, in one transaction. A later one of the
  /// same step and protocol has the last word as a metric.
  package func record(
    _ evaluation: Evaluation, of run: RunRecord, at time: Date = .now
  ) throws(NotebookError) {
    try write { db in
      try Self.insert(db, evaluation, run: run.id, time: time)
      var points = MetricPoints()
      points.describe(evaluation.readings.map(\.description))
      for reading in evaluation.readings {
        points.append(
          MetricPoints.Point(
            step: evaluation.step, value: reading.value,
            time: Int64((run.secondsAtWork * 1000).rounded())),
          to: reading.description.name, expected: 0)
      }
      // Points of this step may be there.
      var pages = MetricPages(run: run, trustsSums: false)
      try pages.write(db, points)
    }
  }

  /// The evaluation and its values.
  static func insert(
    _ db: Database, _ evaluation: Evaluation, run: Int64, time: Date
  ) throws {
    try db.execute(
      sql: """
        INSERT INTO evaluation (run, step, protocol, conditions, made, seconds) VALUES (?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        run, evaluation.step, evaluation.protocolWord, evaluation.conditions, time,
        evaluation.seconds,
      ])
    let id = db.lastInsertedRowID
    for reading in evaluation.readings {
      try db.execute(
        sql: "INSERT INTO measure (evaluation, name, value, kind, error) VALUES (?, ?, ?, ?, ?)",
        arguments: [
          id, reading.description.name, reading.value.isFinite ? reading.value : nil,
          StoredNumber.kind(reading.value), reading.error.flatMap { $0.isFinite ? $0 : nil },
        ])
    }
  }

  /// Whether a run has one of that step and protocol.
  static func isKnown(_ db: Database, _ evaluation: Evaluation, run: Int64) throws -> Bool {
    try Bool.fetchOne(
      db,
      sql: """
        SELECT EXISTS (SELECT 1 FROM evaluation WHERE run = ? AND step = ? AND protocol = ?)
        """,
      arguments: [run, evaluation.step, evaluation.protocolWord]) ?? false
  }

  /// Evaluations of a run, in the order in which they were made.
  package func evaluations(run: Int64) throws(NotebookError) -> [EvaluationRecord] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM evaluation WHERE run = ? ORDER BY id", arguments: [run]
      )
      .map { row in
        let field = Fields(row, of: "evaluation")
        let id: Int64 = try field("id")
        let measures = try Row.fetchAll(
          db, sql: "SELECT * FROM measure WHERE evaluation = ? ORDER BY name", arguments: [id]
        ).map { row in
          let field = Fields(row, of: "measure")
          return EvaluationRecord.Measure(
            name: try field("name"), value: try field.number("value", kind: "kind"),
            error: try field.optional("error"))
        }
        return EvaluationRecord(
          id: id, run: try field("run"), step: try field("step"),
          protocolWord: try field("protocol"), conditions: try field("conditions"),
          made: try field("made"), seconds: try field("seconds"), measures: measures)
      }
    }
  }
}
