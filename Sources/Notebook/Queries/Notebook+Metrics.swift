import GRDB

/// A metric of a run, whole or thinned out.
package struct MetricSeries: Sendable, Hashable {
  package var run: Int64
  package var name: String
  /// By step; NaN and infinities are kept, so that a curve can show its gaps.
  package var points: [MetricPoint]
  /// How many points the notebook holds.
  package var count: Int
  /// Whether `points` are the extremes of stretches and not every point.
  package var isThinned: Bool { points.count < count }
}

extension Notebook {
  /// The summary of every metric of each of the runs; runs without metrics are left out.
  ///
  /// - Parameters:
  ///   - runs: nil: all of them.
  ///   - metrics: those that are wanted; nil: all.
  package func summaries(
    runs: [Int64]? = nil, metrics: [String]? = nil
  ) throws(NotebookError) -> [Int64: [MetricSummary]] {
    try read { db in
      var (conditions, arguments): ([String], StatementArguments) = (["1"], [])
      if let runs {
        conditions.append("s.run IN (\(runs.map(String.init).joined(separator: ",")))")
      }
      if let metrics {
        let places = metrics.map { _ in "?" }.joined(separator: ", ")
        conditions.append("s.name IN (SELECT id FROM metricName WHERE name IN (\(places)))")
        arguments += StatementArguments(metrics)
      }
      let described = Dictionary(
        uniqueKeysWithValues: try Self.metricRows(db).map { ($0.id, $0.description) })
      var summaries: [Int64: [MetricSummary]] = [:]
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT s.run, \(MetricSummary.columns) FROM metricSummary s
          WHERE \(conditions.joined(separator: " AND "))
          ORDER BY s.run, s.name
          """,
        arguments: arguments)
      while let row = try rows.next() {
        guard let run = Place(row).integer(0) else {
          throw UnexpectedValue(place: "`metricSummary.run`")
        }
        summaries[Int64(run), default: []].append(try MetricSummary(row, described))
      }
      return summaries
    }
  }

  /// The summaries of one run's metrics, in the order in which the metrics first appeared.
  package func summaries(run: Int64) throws(NotebookError) -> [MetricSummary] {
    try summaries(runs: [run])[run] ?? []
  }

  /// One metric of a run, by step.
  ///
  /// With `limit`, a longer series is thinned to about that many points: of each stretch the
  /// smallest and the largest value stay, and of a stretch with NaN or infinities one of those
  /// as well. What that costs follows the limit and not the series.
  ///
  /// - Returns: a series without points when the run has no such metric.
  package func series(
    run: Int64, metric name: String, limit: Int? = nil
  ) throws(NotebookError) -> MetricSeries {
    try read { db in
      let found = try Row.fetchOne(
        db,
        sql: """
          SELECT s.name AS id, s.count AS count FROM metricSummary s
          JOIN metricName n ON n.id = s.name WHERE s.run = ? AND n.name = ?
          """,
        arguments: [run, name])
      guard let found else { return MetricSeries(run: run, name: name, points: [], count: 0) }
      let field = Fields(found, of: "metricSummary")
      let (id, count): (Int64, Int) = (try field("id"), try field("count"))
      guard let limit, count > max(limit, 4) else {
        let points = try Self.points(db, run: run, name: id)
        return MetricSeries(run: run, name: name, points: points, count: count)
      }
      var points: [MetricPoint]?
      if count > Self.longSeries {
        points = try Self.bucketExtremes(db, run: run, name: id, count: count)
      }
      let shown = try points ?? Self.points(db, run: run, name: id)
      return MetricSeries(
        run: run, name: name, points: Self.thinned(shown, to: max(limit, 4)), count: count)
    }
  }

  /// The first point of a run at which a metric was so.
  ///
  /// - Parameter comparison: of values with the bound; infinities hold in none.
  package func firstPoint(
    of name: String, run: Int64, _ comparison: RowFilter<RunQuantity>.Comparison, _ bound: Double
  ) throws(NotebookError) -> MetricPoint? {
    try read { db in
      try Row.fetchOne(
        db,
        sql: """
          SELECT step, value, time FROM metric
          WHERE run = ? AND name = (SELECT id FROM metricName WHERE name = ?) AND kind = 0
            AND value \(comparison.rawValue) ?
          ORDER BY step LIMIT 1
          """, arguments: [run, name, bound]
      ).map { row in
        let field = Fields(row, of: "metric")
        let milliseconds: Int64 = try field("time")
        return MetricPoint(
          step: try field("step"), value: try field("value"), time: Double(milliseconds) / 1000)
      }
    }
  }

  /// Points beyond which buckets are read instead of points.
  static let longSeries = 32_768

  /// Points of a step and later ones, by step.
  static func points(
    _ db: Database, run: Int64, name: Int64, from first: Int = .min
  ) throws -> [MetricPoint] {
    var points: [MetricPoint] = []
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT step, value, kind, time FROM metric
        WHERE run = ? AND name = ? AND step >= ? ORDER BY step
        """,
      arguments: [run, name, first])
    while let row = try rows.next() {
      let place = Place(row)
      guard let step = place.integer(0), let kind = place.integer(2),
        let number = StoredNumber.decode(place.number(1), kind: kind), let time = place.integer(3)
      else { throw UnexpectedValue(place: "a row of `metric`") }
      points.append(MetricPoint(step: step, value: number, time: Double(time) / 1000))
    }
    return points
  }

  /// The points after the last bucket that has a row; nil where other points are in no row either, since
  /// they are sparse.
  private static func pointsBeyondBuckets(
    _ db: Database, run: Int64, name: Int64, count: Int
  ) throws -> [MetricPoint]? {
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT sum(count) AS count, max(bucket) AS last FROM metricBucket WHERE run = ? AND name = ?
        """,
      arguments: [run, name])
    guard let field = row.map({ Fields($0, of: "metricBucket") }),
      let last: Int = try field.optional("last")
    else { return nil }
    let points = try points(db, run: run, name: name, from: (last + 1) * MetricTrack.width)
    return try field("count") + points.count == count ? points : nil
  }

  /// The first, the extreme and the last point of each bucket of 256 steps, and every point after them;
  /// nil where the buckets do not hold all others.
  private static func bucketExtremes(
    _ db: Database, run: Int64, name: Int64, count: Int
  ) throws -> [MetricPoint]? {
    guard let rest = try pointsBeyondBuckets(db, run: run, name: name, count: count) else {
      return nil
    }
    var points: [MetricPoint] = []
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT b.*, f.time AS time FROM metricBucket b
        JOIN metric f ON f.run = b.run AND f.name = b.name AND f.step = b.firstStep
        WHERE b.run = ? AND b.name = ? ORDER BY b.bucket
        """,
      arguments: [run, name])
    while let row = try rows.next() {
      let field = Fields(row, of: "metricBucket")
      let bucket = try Aggregate(field)
      let time = try field("time") as Double / 1000
      var steps = [bucket.firstStep: bucket.first, bucket.lastStep: bucket.last]
      if let step = bucket.minimumStep, let value = bucket.minimum { steps[step] = value }
      if let step = bucket.maximumStep, let value = bucket.maximum { steps[step] = value }
      for (step, value) in steps.sorted(by: { $0.key < $1.key }) {
        points.append(MetricPoint(step: step, value: value, time: time))
      }
    }
    return points + rest
  }

  /// Cuts the range of steps into equal stretches and keeps the extremes of each.
  static func thinned(_ points: [MetricPoint], to limit: Int) -> [MetricPoint] {
    guard points.count > limit, let first = points.first?.step, let last = points.last?.step
    else { return points }
    let stretches = Double(max(1, limit / 2))
    let width = (Double(last) - Double(first) + 1) / stretches
    var thinned: [MetricPoint] = []
    var start = 0
    while start < points.count {
      let stretch = ((Double(points[start].step) - Double(first)) / width).rounded(.down)
      var end = start
      var (low, high, gap) = (-1, -1, -1)
      while end < points.count,
        ((Double(points[end].step) - Double(first)) / width).rounded(.down) <= stretch
      {
        if !points[end].value.isFinite {
          gap = end
        } else {
          if low < 0 || points[end].value < points[low].value { low = end }
          if high < 0 || points[end].value > points[high].value { high = end }
        }
        end += 1
      }
      for index in Set([low, high, gap]).sorted() where index >= 0 {
        thinned.append(points[index])
      }
      start = end
    }
    return thinned
  }
}

extension Notebook {
  /// One metric of a run, by step: every point of it, or of a long series (more than 32,768
  /// points) the means of its finite values over 256 steps each, at the last of the steps.
  package func means(run: Int64, metric name: String) throws(NotebookError) -> MetricSeries {
    let count = try summaries(run: run).first { $0.name == name }?.count ?? 0
    guard count > Self.longSeries else { return try series(run: run, metric: name) }
    let points: [MetricPoint]? = try read { db in
      let id = try Int64.fetchOne(
        db, sql: "SELECT id FROM metricName WHERE name = ?", arguments: [name])
      guard let id,
        let rest = try Self.pointsBeyondBuckets(db, run: run, name: id, count: count)
      else { return nil }
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT b.lastStep AS step, b.sum AS sum, b.finite AS finite, m.time AS time
          FROM metricBucket b
          JOIN metric m ON m.run = b.run AND m.name = b.name AND m.step = b.lastStep
          WHERE b.run = ? AND b.name = ? ORDER BY b.bucket
          """,
        arguments: [run, id])
      var points: [MetricPoint] = []
      while let row = try rows.next() {
        let field = Fields(row, of: "metricBucket")
        let finite: Int = try field("finite")
        let value = finite == 0 ? .nan : try field("sum") as Double / Double(finite)
        points.append(
          MetricPoint(step: try field("step"), value: value, time: try field("time") / 1000))
      }
      return points + rest
    }
    guard let points else { return try series(run: run, metric: name) }
    return MetricSeries(run: run, name: name, points: points, count: count)
  }
}
