import GRDB

/// Runs and cells by what is known of them. All choosing and ordering is done by SQLite, over
/// `metricSummary` where metrics are concerned, so that no run is loaded that is not asked for.
extension Notebook {
  /// The runs that a query asks for.
  package func runs(matching query: RowQuery<RunQuantity>) throws(NotebookError) -> [RunRecord] {
    let sql = query.sql(selecting: SQLFragment("run.*"))
    return try read { db in
      try Row.fetchAll(db, sql: sql.text, arguments: sql.statementArguments).map(RunRecord.init)
    }
  }

  /// Names of the runs that a query asks for.
  package func runNames(
    matching query: RowQuery<RunQuantity>
  ) throws(NotebookError) -> [String] {
    let sql = query.sql(selecting: SQLFragment("run.name"))
    return try read { db in
      try String.fetchAll(db, sql: sql.text, arguments: sql.statementArguments)
    }
  }

  /// What is known of the runs that a query asks for, a row each; the first column is the run's id,
  /// then the quantities follow.
  package func values(
    _ quantities: [RunQuantity], ofRuns query: RowQuery<RunQuantity>
  ) throws(NotebookError) -> [(run: Int64, values: [SQLValue])] {
    let columns = SQLFragment.joined([SQLFragment("run.id")] + quantities.map(\.value), by: ", ")
    let sql = query.sql(selecting: columns)
    return try read { db in
      let rows = try Row.fetchCursor(db, sql: sql.text, arguments: sql.statementArguments)
      var result: [(run: Int64, values: [SQLValue])] = []
      while let row = try rows.next() {
        let values = row.databaseValues.map(SQLValue.init)
        guard case .integer(let id)? = values.first else {
          throw UnexpectedValue(place: "`run.id`")
        }
        result.append((id, Array(values.dropFirst())))
      }
      return result
    }
  }

  /// The newest cells that a query asks for, in the order of the query, else oldest first.
  package func cells(
    matching query: RowQuery<CellQuantity>
  ) throws(NotebookError) -> [CellRecord] {
    var query = query
    // Without an order the limit takes the latest.
    let takesLatest = query.order.isEmpty
    let limit = query.limit
    if takesLatest { query.limit = nil }
    var sql = query.sql(selecting: SQLFragment("cell.*"))
    if takesLatest {
      sql =
        sql + " DESC"
        + (limit.map { SQLFragment(" LIMIT ?", [.integer(Int64($0))]) } ?? SQLFragment(""))
    }
    let cells = try read { [sql] db in
      try Row.fetchAll(db, sql: sql.text, arguments: sql.statementArguments).map(CellRecord.init)
    }
    return takesLatest ? cells.reversed() : cells
  }

  /// All tags that any run has, in alphabetical order.
  package func tagNames() throws(NotebookError) -> [String] {
    try read { db in try String.fetchAll(db, sql: "SELECT DISTINCT name FROM tag ORDER BY name") }
  }
}
