import Glibc
package import MetricDescriptions
import Metrics

/// Configurations of a sweep set side by side: means over seeds, and differences to the first one, those that are measured against
/// the same examples with each other.
package struct SweepComparison: Sendable, Hashable {
  /// What is known of one configuration.
  package struct Configuration: Sendable, Hashable {
    package var number: Int
    /// What it was given of what differs.
    package var settings: [String?]
    /// The data set that it is measured against: a mode of eight is no mode of twenty-five.
    package var examples: String
    /// The metric by seed, of runs that finished.
    package var values: [UInt64: Double]
    /// Steps that they have done.
    package var steps: Int
    /// The steps after which its values were measured, where the sweep gives lengths out (halving); nil where each run
    /// has the length that the statement gives it.
    package var length: Int?
    /// Runs that diverged, at whose end an alarm stands, that failed, and that there are.
    package var diverged: Int
    package var alarmed: Int
    package var failed: Int
    package var runs: Int

    package init(
      number: Int, settings: [String?], examples: String = "", values: [UInt64: Double],
      steps: Int, length: Int? = nil, diverged: Int = 0, alarmed: Int = 0, failed: Int = 0,
      runs: Int
    ) {
      self.number = number
      self.settings = settings
      self.examples = examples
      self.values = values
      self.steps = steps
      self.length = length
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

    /// Half of the interval that holds the mean of all with 95 parts in 100: t · s / √n with Student's t of n - 1
    /// degrees of freedom (12.7 of two values, 4.3 of three, 2.8 of five); nil where n < 2.
    package var half: Double? {
      error.map { StudentInterval.quantile(ofFreedom: count - 1) * $0 }
    }
  }

  /// How a configuration stands to another one.
  package enum Verdict: String, Sendable, Hashable {
    case better, worse
    /// 0 is within the 95% interval of the paired difference (a paired t test at 5%).
    case tie
    /// Fewer than two seeds in common.
    case unknown
    /// It was measured after more steps, or after fewer: no difference is taken.
    case longer, shorter
  }

  /// Keys of what differs.
  package var keys: [String]
  /// What is compared; nil where the runs have nothing that has a better end.
  package var metric: MetricDescription?
  /// By number; the first of each data set is what the others of the same are compared with.
  package var configurations: [Configuration]

  package init(keys: [String], metric: MetricDescription?, configurations: [Configuration]) {
    self.keys = keys
    self.metric = metric
    self.configurations = configurations.sorted { $0.number < $1.number }
  }

  /// The difference of two configurations over the seeds that both have, by pairs; nil where they were measured
  /// after different steps.
  package func difference(_ one: Configuration, _ other: Configuration) -> Mean? {
    guard one.length == other.length else { return nil }
    let common = one.values.keys.filter { other.values[$0] != nil }.sorted()
    return Mean(
      common.compactMap { seed in
        one.values[seed].flatMap { a in other.values[seed].map { a - $0 } }
      })
  }

  /// Whether one configuration is better than another, by the metric's direction.
  package func verdict(_ one: Configuration, _ other: Configuration) -> Verdict {
    if let own = one.length, let others = other.length, own != others {
      return own > others ? .longer : .shorter
    }
    guard let difference = difference(one, other), let half = difference.half,
      let direction = metric?.direction
    else { return .unknown }
    if abs(difference.value) <= half { return .tie }
    return (difference.value > 0) == (direction == .highest) ? .better : .worse
  }

  /// Whether configurations were measured after different steps.
  package var differInLength: Bool {
    Set(configurations.filter { !$0.values.isEmpty }.map(\.length)).count > 1
  }

  /// A group for each data set, in the order of their first configurations, and in it those first that went furthest, and of
  /// the same length the best by the mean; those without a value last, by number.
  package var ranked: [[Configuration]] {
    func score(_ configuration: Configuration) -> Double {
      guard let mean = Mean(configuration.values.values.sorted())?.value, mean.isFinite else {
        return .infinity
      }
      return metric?.direction == .lowest ? mean : -mean
    }
    func place(_ configuration: Configuration) -> (Int, Int, Double, Int) {
      let own = score(configuration)
      return (own < .infinity ? 0 : 1, -(configuration.length ?? 0), own, configuration.number)
    }
    return Dictionary(grouping: configurations, by: \.examples).values
      .sorted { $0[0].number < $1[0].number }
      .map { group in group.sorted { place($0) < place($1) } }
  }
}

extension Table {
  /// A row for each configuration, best first: mean and standard error over seeds, and the difference to the
  /// first configuration over the seeds that both have, where both are of the same length. Data sets stand one after
  /// the other, each with ranks of its own.
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
    for group in comparison.ranked {
      for (index, configuration) in group.enumerated() {
        var row: [Cell] = [.integer(configuration.number)]
        row += configuration.settings.map { Cell(setting: $0) }
        row += [.integer(configuration.steps), .integer(configuration.values.count)]
        if let metric = comparison.metric {
          row += cells(configuration, at: index, of: group, metric, comparison)
        }
        table.append(row + counts.map { .integer(configuration[keyPath: $0.1]) })
      }
    }
    return table
  }

  private static func cells(
    _ configuration: SweepComparison.Configuration, at index: Int,
    of group: [SweepComparison.Configuration], _ metric: MetricDescription,
    _ comparison: SweepComparison
  ) -> [Cell] {
    func cell(_ value: Double?) -> Cell { Cell(value, of: metric) }
    let mean = SweepComparison.Mean(configuration.values.values.sorted())
    let base = group.min { $0.number < $1.number } ?? configuration
    let isBase = configuration.number == base.number
    let difference = isBase ? nil : comparison.difference(configuration, base)
    var rank = Cell.none
    if mean != nil {
      // What cannot be told from the best has its rank.
      let isTie = index > 0 && comparison.verdict(configuration, group[0]) == .tie
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
