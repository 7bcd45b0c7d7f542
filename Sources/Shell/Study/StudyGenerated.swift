import MetricDescriptions
import Metrics
import Reports

/// What is known of the examples that generators of a study have made.
struct StudyGenerated {
  struct Row {
    let size: Int
    /// Generated examples for each other.
    let ratio: Double
    /// How many a classifier of all examples tells as they were asked for (GAN-test), of each seed.
    var told: [Double] = []
    /// How near they lie to what their generator has seen, of each seed.
    var nearness: [MetricDescription: [Double]] = [:]
  }

  var rows: [Row] = []

  private var metrics: [MetricDescription] {
    Set(rows.flatMap(\.nearness.keys)).sorted { $0.name < $1.name }
  }

  var columns: [String] { ["GAN-test", "GAN-test ±"] + metrics.map(\.label) }

  /// As many as there are columns.
  private func cells(_ row: Row) -> [Table.Cell] {
    let interval = StudentInterval(row.told)
    return [
      interval.map { .percent($0.mean) } ?? .none,
      (interval?.half).map { .percent($0) } ?? .none,
    ]
      + metrics.map { metric in
        guard let values = row.nearness[metric], !values.isEmpty else { return .none }
        return Table.Cell(values.reduce(0, +) / Double(values.count), of: metric)
      }
  }

  /// Of so many generated for each of so many examples; nil: there are none such.
  func cells(_ size: Int, _ ratio: Double) -> [Table.Cell]? {
    rows.first { $0.size == size && $0.ratio == ratio }.map(cells)
  }

  var table: Table {
    Table(
      ["of each class", "generated for each"] + columns,
      rows: rows.map { [.integer($0.size), .number($0.ratio)] + cells($0) })
  }
}
