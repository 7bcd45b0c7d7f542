import GRDB

extension MetricTrack {
  /// Gives a run the points of another up to a step, with the sums over them, so that its curves go on from
  /// there and stay when the other one is deleted. Their times are before 0, the new run's beginning.
  static func copy(_ db: Database, from source: Int64, to run: Int64, upTo step: Int) throws {
    let end = try Int64.fetchOne(
      db, sql: "SELECT max(time) FROM metric WHERE run = ? AND step <= ?",
      arguments: [source, step])
    guard let end else { return }
    try db.execute(
      sql: """
        INSERT INTO metric (run, name, step, value, kind, time)
          SELECT ?1, name, step, value, kind, time - ?2 FROM metric
          WHERE run = ?3 AND step <= ?4 ORDER BY name, step
        """, arguments: [run, end, source, step])
    // Of buckets that reach beyond the step the points are summed up.
    try db.execute(
      sql: """
        INSERT INTO metricBucket
            (run, name, bucket, sum, \(Aggregate.columns))
          SELECT ?1, name, bucket, sum, \(Aggregate.columns) FROM metricBucket
          WHERE run = ?2 AND bucket < ?3 ORDER BY name, bucket
        """, arguments: [run, source, (step + 1) / width])
    let counts = try Row.fetchAll(
      db, sql: "SELECT name, count(*) AS count FROM metric WHERE run = ? GROUP BY name",
      arguments: [run])
    for row in counts {
      let field = Fields(row, of: "metric")
      var track = try MetricTrack(
        db, run: run, name: try field("name"), count: try field("count"))
      try track.writeAll(db)
    }
  }
}
