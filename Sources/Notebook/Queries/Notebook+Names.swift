import GRDB

/// A run by name and standing, without its specification.
package struct RunName: Sendable, Hashable {
  package var name: String
  package var status: RunStatus
  package var stepsDone: Int
}

extension Notebook {
  /// Runs whose name begins so, oldest first.
  package func runNames(beginning prefix: String = "") throws(NotebookError) -> [RunName] {
    try read { db in
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT name, \(RunColumn.status.sql) AS status, stepsDone FROM run
          WHERE substr(name, 1, length(?1)) = ?1 ORDER BY id
          """,
        arguments: [prefix])
      var names: [RunName] = []
      while let row = try rows.next() {
        let field = Fields(row, of: "run")
        names.append(
          RunName(
            name: try field("name"), status: try field.choice("status"),
            stepsDone: try field("stepsDone")))
      }
      return names
    }
  }

  /// Names of the metrics that any of these runs has logged; nil: any run at all.
  package func metricNames(ofRuns runs: [String]? = nil) throws(NotebookError) -> [String] {
    try read { db in
      guard let runs else {
        return try String.fetchAll(db, sql: "SELECT name FROM metricName ORDER BY name")
      }
      return try String.fetchAll(
        db,
        sql: """
          SELECT DISTINCT n.name FROM metricName n JOIN metricSummary s ON s.name = n.id
          JOIN run r ON r.id = s.run WHERE r.name IN (\(databaseQuestionMarks(count: runs.count)))
          ORDER BY n.name
          """,
        arguments: StatementArguments(runs))
    }
  }
}
