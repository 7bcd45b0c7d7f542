import GRDB

/// One value of a metric.
package struct MetricPoint: Sendable, Hashable, Codable {
  package var step: Int
  /// May be NaN or infinite.
  package var value: Double
  /// Seconds since the run's start, by the clock on the wall.
  package var time: Double

  package init(step: Int, value: Double, time: Double) {
    self.step = step
    self.value = value
    self.time = time
  }
}

/// A metric of a run in one row, kept right with every write.
package struct MetricSummary: Sendable, Hashable {
  package var name: String
  /// All points, NaN and infinities among them.
  package var count: Int
  /// Those that are numbers.
  package var finiteCount: Int
  /// Of the finite values; nil when there are none, as are the extremes.
  package var mean: Double?
  package var firstStep: Int
  package var first: Double
  package var lastStep: Int
  /// May be NaN or infinite.
  package var last: Double
  /// Of the finite values, with the first step at which it occurs.
  package var minimum: Double?
  package var minimumStep: Int?
  package var maximum: Double?
  package var maximumStep: Int?
}

extension MetricSummary {
  /// From a row of `metricSummary` joined with the metric's name as `metricName`.
  init(_ row: Row) throws {
    let field = Fields(row, of: "metricSummary")
    name = try field("metricName")
    count = try field("count")
    finiteCount = try field("finite")
    mean = try field.optional("mean")
    firstStep = try field("firstStep")
    first = try field.number("first", kind: "firstKind")
    lastStep = try field("lastStep")
    last = try field.number("last", kind: "lastKind")
    minimum = try field.optional("minimum")
    minimumStep = try field.optional("minimumStep")
    maximum = try field.optional("maximum")
    maximumStep = try field.optional("maximumStep")
  }
}
