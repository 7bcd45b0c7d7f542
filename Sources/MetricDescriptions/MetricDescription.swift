/// What a metric is. It stands where the metric is emitted and is kept with its name in the notebook; tables,
/// plots, rankings and help know of metrics what stands here, and nothing else.
package struct MetricDescription: Sendable, Hashable, Codable {
  /// Under which it is typed and kept: `critic_loss`.
  package var name: String
  /// What it is called at a curve and, if `isListed`, over a column: `D`.
  package var label: String
  /// The plot that it belongs to; metrics of one family and unit share it.
  package var family: String
  /// What it is measured in; empty for pure numbers.
  package var unit: String
  /// Which end is better; nil where neither is.
  package var direction: MetricDirection?
  package var format: MetricFormat
  /// One sentence for `help`, without its full stop; what stands before a semicolon is short enough for a
  /// list. Empty where nobody has described the metric.
  package var meaning: String
  /// Whether listings, the line of progress and `watch` show it unasked.
  package var isListed: Bool

  /// - Parameters:
  ///   - label: nil: the name in words.
  ///   - family: nil: the label, so that the metric has a plot of its own.
  package init(
    _ name: String, label: String? = nil, family: String? = nil, unit: String = "",
    direction: MetricDirection? = nil, format: MetricFormat = .real, meaning: String = "",
    isListed: Bool = false
  ) {
    let label = label ?? String(name.map { $0 == "_" ? " " : $0 })
    self.name = name
    self.label = label
    self.family = family ?? label
    self.unit = unit
    self.direction = direction
    self.format = format
    self.meaning = meaning
    self.isListed = isListed
  }
}

/// Which end of a metric is better.
package enum MetricDirection: String, Sendable, Hashable, Codable, CaseIterable {
  case lowest, highest
}

/// How a metric's values are written for people.
package enum MetricFormat: String, Sendable, Hashable, Codable, CaseIterable {
  /// Significant digits; in the line of progress decimals, so that it does not jump.
  case real
  /// A number of things, written whole.
  case count
  /// A share from 0 to 1, written as percent. It is typed and exported as the share that it is.
  case percent
}

/// What was measured at one step, and what it is.
package struct MetricReading: Sendable, Hashable, Codable {
  package var description: MetricDescription
  /// May be NaN or infinite.
  package var value: Double
  /// What it may be off by: a standard error, or what the measure publishes in its place; nil: not known.
  package var error: Double?

  package init(_ description: MetricDescription, _ value: Double, error: Double? = nil) {
    self.description = description
    self.value = value
    self.error = error
  }
}

extension MetricReading {
  /// A mean with its standard error.
  package init(_ description: MetricDescription, meanOf values: [Double]) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.init(description, mean, error: n > 1 ? (squares / (n - 1) / n).squareRoot() : nil)
  }

  /// The standard error of a share, with two hits and two misses more than there were, so that it is not 0 where all are alike (Agresti and
  /// Coull 1998).
  package static func standardError(ofShare share: Double, of count: Int) -> Double {
    let n = Double(count) + 4
    let near = (share * Double(count) + 2) / n
    return (near * (1 - near) / n).squareRoot()
  }
}

extension [MetricDescription] {
  /// The description of a name; of one that nobody has described, its name in words and no more.
  package func named(_ name: String) -> MetricDescription {
    first { $0.name == name } ?? MetricDescription(name)
  }
}
