import GRDB

extension Notebook {
  /// The course of a metric in a few numbers, for each of some runs: the run is cut into equal
  /// stretches, and of each the mean of its first few finite values is taken. What it costs follows the
  /// number of stretches and not the number of points.
  ///
  /// - Returns: by run; nil where a stretch has no finite value. Runs without the metric are left out.
  package func outlines(
    ofRuns runs: [Int64], metric: String, stretches: Int
  ) throws(NotebookError) -> [Int64: [Double?]] {
    try read { db in
      guard stretches > 0,
        let name = try Int64.fetchOne(
          db, sql: "SELECT id FROM metricName WHERE name = ?", arguments: [metric])
      else { return [:] }
      let ends = try db.cachedStatement(
        sql: "SELECT firstStep, lastStep FROM metricSummary WHERE run = ? AND name = ?")
      let mean = try db.cachedStatement(
        sql: """
          SELECT avg(value) FROM (SELECT value FROM metric
            WHERE run = ? AND name = ? AND step >= ? AND step < ? ORDER BY step LIMIT 8)
          """)
      var outlines: [Int64: [Double?]] = [:]
      for run in runs {
        guard let row = try Row.fetchOne(ends, arguments: [run, name]),
          let first = Place(row).integer(0), let last = Place(row).integer(1)
        else { continue }
        let width = (Double(last) - Double(first) + 1) / Double(stretches)
        func start(of stretch: Int) -> Int { first + Int((Double(stretch) * width).rounded(.up)) }
        outlines[run] = try (0..<stretches).map { stretch in
          try Double.fetchOne(
            mean, arguments: [run, name, start(of: stretch), start(of: stretch + 1)])
        }
      }
      return outlines
    }
  }
}
