import Foundation
import GRDB
import MetricDescriptions
import Notebook
import TestSupport
import Testing

/// What a metric is, as the notebook keeps it beside the metric's name.
@Suite struct MetricDescriptionTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private let accuracy = MetricDescription(
    "accuracy", label: "acc", family: "accuracy of the classifier", unit: "",
    direction: .highest, format: .percent, meaning: "the share that is told right",
    isListed: true)

  private func log(
    _ metrics: [(MetricDescription, Double)], _ run: String, in notebook: Notebook
  ) throws -> RunRecord {
    let run = try notebook.begin(.sample(run))
    let writer = notebook.metricWriter(for: run)
    writer.describe(metrics.map(\.0))
    try writer.log(metrics.map { ($0.0.name, $0.1) }, step: 1)
    try writer.close()
    return run
  }

  @Test func `a description is kept as it was told, in the order of telling`() throws {
    let distance = MetricDescription("distance", unit: "nats", direction: .lowest)
    let notebook = try Notebook.open(at: folder.path())
    let run = try log([(distance, 3), (accuracy, 0.5)], "base", in: notebook)
    #expect(try notebook.metrics() == [distance, accuracy])
    #expect(try notebook.summaries(run: run.id).map(\.metric) == [distance, accuracy])
    #expect(try notebook.compare(["base"]).metrics.map(\.description) == [distance, accuracy])
  }

  @Test func `what another program says of a metric replaces what was said before`() throws {
    let notebook = try Notebook.open(at: folder.path())
    _ = try log([(accuracy, 0.5)], "one", in: notebook)
    var newer = accuracy
    (newer.direction, newer.meaning, newer.format) = (nil, "something else", .real)
    _ = try log([(newer, 0.25)], "two", in: notebook)
    #expect(try notebook.metrics() == [newer], "one row a name")
    #expect(try notebook.summaries().values.joined().map(\.metric) == [newer, newer])
  }

  @Test func `of a metric that nobody has described there is its name`() throws {
    let notebook = try Notebook.open(at: folder.path())
    let run = try notebook.begin(.sample())
    let writer = notebook.metricWriter(for: run)
    try writer.log("some_number", 1, step: 1)
    try writer.close()
    let metric = try #require(try notebook.metrics().first)
    #expect(metric == MetricDescription("some_number"))
    #expect(metric.label == "some number" && metric.direction == nil && !metric.isListed)
  }

  @Test func `words of a newer program are read as none`() throws {
    let notebook = try Notebook.open(at: folder.path())
    _ = try log([(accuracy, 0.5)], "base", in: notebook)
    let queue = try DatabaseQueue(path: folder.path())
    try queue.write { db in
      try db.execute(sql: "UPDATE metricName SET direction = 'middle', format = 'roman'")
    }
    let metric = try #require(try notebook.metrics().first)
    #expect(metric.direction == nil && metric.format == .real && metric.label == "acc")
  }

  @Test(arguments: ["v1", "v2", "v3"])
  func `metrics of earlier notebooks are described`(_ schema: String) throws {
    let path = folder.path()
    try FileManager.default.copyItem(
      at: Fixture.folder.appendingPathComponent("notebooks/\(schema).sqlite"),
      to: URL(fileURLWithPath: path))
    let notebook = try Notebook.open(at: path)
    let metrics = try notebook.metrics()
    #expect(metrics.named("generator_loss").family == metrics.named("discriminator_loss").family)
    #expect(metrics.named("generator_loss").direction == nil)
    #expect(metrics.named("modes").direction == .highest && metrics.named("modes").isListed)
    #expect(metrics.named("images_per_second").unit == "images/s")
    #expect(metrics.named("probe") == MetricDescription("probe"), "nobody knows what it is")
  }
}
