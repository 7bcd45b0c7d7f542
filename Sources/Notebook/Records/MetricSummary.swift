import GRDB
package import MetricDescriptions

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
  /// What it is.
  package var metric: MetricDescription
  package var name: String { metric.name }
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
  /// What is selected for it, `metricSummary` being `s`, after the run.
  static let columns = """
    s.name, s.count, s.finite, s.mean, s.firstStep, s.first, s.firstKind, s.lastStep, s.last,
    s.lastKind, s.minimum, s.minimumStep, s.maximum, s.maximumStep
    """

  /// - Parameter metrics: what they are, by the ids of their names.
  init(_ row: Row, _ metrics: [Int64: MetricDescription]) throws {
    let place = Place(row)
    guard let metric = place.integer(1).flatMap({ metrics[Int64($0)] }),
      let count = place.integer(2), let finite = place.integer(3),
      let firstStep = place.integer(5), let first = place.numberAndKind(6),
      let lastStep = place.integer(8), let last = place.numberAndKind(9)
    else { throw UnexpectedValue(place: "a row of `metricSummary`") }
    (self.metric, self.count, finiteCount, mean) = (metric, count, finite, place.number(4))
    (self.firstStep, self.first, self.lastStep, self.last) = (firstStep, first, lastStep, last)
    (minimum, minimumStep) = (place.number(11), place.integer(12))
    (maximum, maximumStep) = (place.number(13), place.integer(14))
  }
}

extension Sequence<MetricSummary> {
  /// What the metrics are, each once, in the order in which they first appear.
  package var metrics: [MetricDescription] {
    var names = Set<String>()
    return compactMap { names.insert($0.name).inserted ? $0.metric : nil }
  }
}
