import Glibc
package import MetricDescriptions

/// Configurations of a sweep set side by side: means over seeds, and differences to the first one.
package struct SweepComparison: Sendable, Hashable {
  /// What is known of one configuration.
  package struct Configuration: Sendable, Hashable {
    package var number: Int
    /// What it was given of what differs.
    package var settings: [String?]
    /// The metric by seed, of runs that finished.
    package var values: [UInt64: Double]
    /// Steps that they have done.
    package var steps: Int
    /// Runs that diverged, at whose end an alarm stands, that failed, and that there are.
    package var diverged: Int
    package var alarmed: Int
    package var failed: Int
    package var runs: Int

    package init(
      number: Int, settings: [String?], values: [UInt64: Double], steps: Int, diverged: Int = 0,
      alarmed: Int = 0, failed: Int = 0, runs: Int
    ) {
      self.number = number
      self.settings = settings
      self.values = values
      self.steps = steps
      self.diverged = diverged
      self.alarmed = alarmed
      self.failed = failed
      self.runs = runs
    }
  }

  /// A mean with its standard error, s / √n with s² = Σ(x - x̄)² / (n - 1); nil where n < 2.
  package struct Mean: Sendable, Hashable {
    package var value: Double
    package var error: Double?
    package var count: Int

    package init?(_ values: some Collection<Double>) {
      guard !values.isEmpty else { return nil }
      count = values.count
      let n = Double(count)
      let mean = values.reduce(0, +) / n
      value = mean
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      error = count > 1 ? (squares / (n - 1) / n).squareRoot() : nil
    }
  }

  /// How a configuration stands to another one.
  package enum Verdict: String, Sendable, Hashable {
    case better, worse
    /// The paired difference is within two standard errors.
    case tie
    /// Fewer than two seeds in common.
    case unknown
  }

  /// Keys of what differs.
  package var keys: [String]
  /// What is compared; nil where the runs have nothing that has a better end.
  package var metric: MetricDescription?
  /// By number; the first is what the others are compared with.
  package var configurations: [Configuration]

  package init(keys: [String], metric: MetricDescription?, configurations: [Configuration]) {
    self.keys = keys
    self.metric = metric
    self.configurations = configurations.sorted { $0.number < $1.number }
  }

  /// The difference of two configurations over the seeds that both have, by pairs.
  package func difference(_ one: Configuration, _ other: Configuration) -> Mean? {
    let common = one.values.keys.filter { other.values[$0] != nil }.sorted()
    return Mean(
      common.compactMap { seed in
        one.values[seed].flatMap { a in other.values[seed].map { a - $0 } }
      })
  }

  /// Whether one configuration is better than another, by the metric's direction.
  package func verdict(_ one: Configuration, _ other: Configuration) -> Verdict {
    guard let difference = difference(one, other), let error = difference.error,
      let direction = metric?.direction
    else { return .unknown }
    if abs(difference.value) <= 2 * error { return .tie }
    return (difference.value > 0) == (direction == .highest) ? .better : .worse
  }

  /// Best first by the mean; those without a value last, by number.
  package var ranked: [Configuration] {
    func score(_ configuration: Configuration) -> Double {
      guard let mean = Mean(configuration.values.values.sorted())?.value, mean.isFinite else {
        return .infinity
      }
      return metric?.direction == .lowest ? mean : -mean
    }
    return configurations.sorted { (score($0), $0.number) < (score($1), $1.number) }
  }
}

extension Table {
  /// A row for each configuration, best first: mean and standard error over seeds, and the difference to the
  /// first configuration over the seeds that both have.
  package static func configurations(_ comparison: SweepComparison) -> Table {
    var columns = ["configuration"] + comparison.keys + ["steps", "n"]
    if let metric = comparison.metric {
      columns += ["rank", metric.name, "s.e.", "difference", "its s.e.", "against the first"]
    }
    let counts = [
      ("diverged", \SweepComparison.Configuration.diverged), ("alarms", \.alarmed),
      ("failed", \.failed),
    ]
    .filter { count in comparison.configurations.contains { $0[keyPath: count.1] > 0 } }
    var table = Table(columns + counts.map(\.0))
    let ranked = comparison.ranked
    for (index, configuration) in ranked.enumerated() {
      var row: [Cell] = [.integer(configuration.number)]
      row += configuration.settings.map { Cell(setting: $0) }
      row += [.integer(configuration.steps), .integer(configuration.values.count)]
      if let metric = comparison.metric {
        row += cells(configuration, at: index, ranked, metric, comparison)
      }
      table.append(row + counts.map { .integer(configuration[keyPath: $0.1]) })
    }
    return table
  }

  private static func cells(
    _ configuration: SweepComparison.Configuration, at index: Int,
    _ ranked: [SweepComparison.Configuration], _ metric: MetricDescription,
    _ comparison: SweepComparison
  ) -> [Cell] {
    func cell(_ value: Double?) -> Cell { Cell(value, of: metric) }
    let mean = SweepComparison.Mean(configuration.values.values.sorted())
    let base = comparison.configurations[0]
    let isBase = configuration.number == base.number
    let difference = isBase ? nil : comparison.difference(configuration, base)
    var rank = Cell.none
    if mean != nil {
      // What cannot be told from the best has its rank.
      let isTie = index > 0 && comparison.verdict(configuration, ranked[0]) == .tie
      rank = .text(isTie ? "1=" : "\(index + 1)")
    }
    return [
      rank, cell(mean?.value), cell(mean?.error), cell(difference?.value),
      cell(difference?.error),
      mean == nil
        ? .none
        : .text(isBase ? "the first" : comparison.verdict(configuration, base).rawValue),
    ]
  }
}
