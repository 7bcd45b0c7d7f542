import Foundation
import MetricDescriptions
import Notebook
import Reports
import Testing

/// Tables and plots know of a metric what its description says; none is known by its name.
@Suite struct InventedMetricTests {
  private static let metrics = [
    MetricDescription(
      "wobble", label: "W", family: "wobbling", unit: "mm", direction: .lowest, meaning: "m"),
    MetricDescription("wobble_mean", label: "mean", family: "wobbling", unit: "mm"),
    MetricDescription("wobble_share", label: "share", family: "wobbling", format: .percent),
    MetricDescription("sightings", direction: .highest, format: .count),
  ]

  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("gansh-invented-\(UUID().uuidString)")

  private func withNotebook(_ body: (Notebook) throws -> Void) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let notebook = try Notebook.open(at: folder.appendingPathComponent("n.sqlite").path)
    for (name, values) in [("one", [3.5, 0.25, 0.931, 1200.0]), ("two", [2, 4, 0.5, 7])] {
      let run = try notebook.begin(
        RunStart(
          name: name, text: "run a on b as \(name)", seed: 1, stepsPlanned: 2,
          build: "b", threads: 1, kernels: "k"))
      let writer = notebook.metricWriter(for: run)
      writer.describe(Self.metrics)
      for step in 1...2 {
        try writer.log(
          zip(Self.metrics, values).map { metric, value in
            (metric.name, metric.format == .percent ? value : value + Double(step))
          }, step: step)
      }
      try writer.finish(.finished, stepsDone: 2)
    }
    try body(notebook)
  }

  @Test func `what is of one family and unit shares a plot`() throws {
    try withNotebook { notebook in
      let runs = try notebook.runs()
      let one = try Figure.curves(of: [runs[0]], in: notebook)
      #expect(one.plots.map(\.title) == ["wobbling", "wobbling: share", "sightings"])
      #expect(one.plots.map(\.unit) == ["mm", "", ""])
      #expect(one.plots[0].curves.map(\.label) == ["W", "mean"])
    }
  }

  @Test func `tables have its format and unit, and the better end where there is one`() throws {
    try withNotebook { notebook in
      let comparison = try notebook.compare(["one", "two"])
      #expect(
        comparison.metrics.map(\.bestHeading)
          == ["min(wobble)", nil, nil, "max(sightings)"])
      #expect(comparison.metrics[0].best(of: 0) == 4.5)
      #expect(comparison.metrics[3].best(of: 0) == 1202)
      let table = Table.metrics(of: comparison, aspects: [.last, .best])
      #expect(
        table.rows.map { $0.map(\.shown) } == [
          ["wobble", "5.5 mm", "4 mm", "4.5 mm", "3 mm"],
          ["wobble_mean", "2.25 mm", "6 mm", "", ""],
          ["wobble_share", "93.1%", "50%", "", ""],
          ["sightings", "1,202", "9", "1,202", "9"],
        ])
      let joined = Table.joined(comparison)
      for row in ["wobble,5.5,4.0", "min(wobble),4.5,3.0", "wobble_share,0.931,0.5"] {
        #expect(joined.csv.contains(row), "\(joined.csv)")
      }
      let listing = try Table.runs(notebook.runs(), in: notebook).json
      #expect(listing.contains("\"wobble_share\": 0.931"))
      #expect(table.latex.contains("5.5 mm") && table.latex.contains("93.1\\%"))
      #expect(try Table.metrics(of: notebook.runs()[0], in: notebook).markdown.contains("93.1%"))
    }
  }
}
