import Foundation
import MetricDescriptions
import Notebook
import TestSupport
import Testing
import Training

/// Metrics in the shell: all that is known of one is what its description says.
@Suite struct MetricTests {
  private static let wobble = MetricDescription(
    "wobble", label: "W", family: "wobbling", unit: "mm", direction: .lowest,
    meaning: "how far the samples wobble", isListed: true)

  /// Runs that have logged these values of a metric that gansh itself never tells; nil: none of it.
  private func withRuns(
    _ values: [(name: String, value: Double?, status: RunStatus)], _ body: (String) throws -> Void
  ) throws {
    try Program.withFolder { folder in
      let notebook = try Notebook.open(at: folder + "/gansh.sqlite")
      for (name, value, status) in values {
        let run = try notebook.begin(
          RunStart(
            name: name, text: "recipe r lr=0.1 batch=\(name.count)\nrun a on b with r as \(name)",
            seed: 1, stepsPlanned: 2, build: "b", threads: 1, kernels: "k"))
        let writer = notebook.metricWriter(for: run)
        if let value {
          writer.describe([Self.wobble])
          for step in 1...2 { try writer.log("wobble", value / Double(3 - step), step: step) }
        }
        try writer.finish(status, stepsDone: 2)
      }
      try notebook.close()
      try body(folder)
    }
  }

  private func answer(_ line: String, _ folder: String) throws -> Program.Result {
    let result = try Program.run(["-c", line], in: folder)
    #expect(result.status == 0, "\(line): \(result.errors)")
    return result
  }

  @Test func `a metric that only a notebook knows is ranked, drawn, compared and explained`() throws
  {
    try withRuns([("one", 3, .finished), ("three", 1, .finished)]) { folder in
      let best = try answer("best by wobble", folder).output.split(separator: "\n")
      #expect(best[0].contains("min(wobble)"), "\(best)")
      #expect(best[1].hasPrefix("three") && best[1].contains("0.5 mm"), "\(best)")
      #expect(try answer("runs", folder).output.contains("  W"), "it is listed")
      #expect(try answer("plot one three", folder).output.hasPrefix("wobbling: W (mm)\n"))
      #expect(try answer("compare one three", folder).output.contains("3 mm"))
      #expect(try answer("show one", folder).output.contains("1.5 mm"))
      _ = try answer("export one three to page.html", folder)
      let page = try String(contentsOfFile: folder + "/page.html", encoding: .utf8)
      #expect(page.contains(">3 mm<") && page.contains("curves of wobbling: W"))
      _ = try answer("export runs to runs.csv", folder)
      #expect(
        try String(contentsOfFile: folder + "/runs.csv", encoding: .utf8).contains("wobble\n"))
      let help = try answer("help wobble", folder).output
      #expect(help.hasPrefix("wobble: how far the samples wobble (metrics)"), "\(help)")
      #expect(help.contains("The lowest is best. In mm."))
      #expect(try answer("help metrics", folder).output.contains("\n  wobble "))
      #expect(try Program.run(["-c", "best by W"], in: folder).errors.contains("`wobble`"))
    }
  }

  @Test func `runs that lack the metric stand below, diverged and NaN ones are told of`() throws {
    try withRuns([
      ("a", nil, .finished), ("bb", 2, .finished), ("ccc", 1, .diverged),
      ("dddd", .nan, .finished), ("eeeee", 1, .finished), ("ffffff", nil, .diverged),
    ]) { folder in
      let result = try answer("best by wobble | csv", folder)
      let rows = result.output.split(separator: "\n").dropFirst().map {
        $0.split(separator: ",", omittingEmptySubsequences: false).prefix(2).joined(separator: " ")
      }
      #expect(rows == ["eeeee 0.5", "bb 1.0", "a "])
      #expect(result.errors.contains("`ccc` and 2 more diverged or ended as no number"))
      #expect(result.errors.contains("note: `a` lacks `wobble`, and is not ranked"))
      let first = try answer("best by wobble limit 1 | csv", folder)
      #expect(first.output.split(separator: "\n").count == 2, "\(first.output)")
      // Those that lack it stand where the limit leaves room, and are told in any case.
      #expect(first.errors.contains("note: `a` lacks `wobble`, and is not ranked"))
    }
  }

  @Test func `a metric without a better end is not ranked, and those that have one are named`()
    throws
  {
    try withRuns([("one", 3, .finished)]) { folder in
      let notebook = try Notebook.open(at: folder + "/gansh.sqlite")
      let run = try #require(try notebook.run(named: "one"))
      let writer = notebook.metricWriter(for: run)
      let loss = try #require(RunHandle.metrics.first)
      writer.describe([loss])
      try writer.log(loss.name, 1, step: 1)
      try writer.close()
      try notebook.close()
      let refused = try Program.run(["-c", "best by \(loss.name)"], in: folder)
      #expect(refused.status == 1)
      #expect(refused.errors.contains("error: neither end of `\(loss.name)` is best: "))
      #expect(refused.errors.contains("help: measures with a better end: wobble"))
      #expect(refused.errors.contains("`best by \(loss.name) highest` or `lowest`"))
      #expect(try answer("best by max(\(loss.name))", folder).output.contains("one"))
    }
  }

  @Test func `the name of a metric is spelled where it is told, and in no other source`() throws {
    let sources = Fixture.folder.deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources")
    let files = try #require(
      FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    var places: [String: [String]] = [:]
    for case let file as URL in files where file.pathExtension == "swift" {
      // What was told before there were descriptions is history.
      if file.lastPathComponent == "Migrations.swift" { continue }
      let text = try String(contentsOf: file, encoding: .utf8)
      for metric in RunHandle.metrics where text.contains(metric.name) {
        places[metric.name, default: []].append(file.lastPathComponent)
      }
    }
    // A name that is a plain word, such as `recall`, stands in other sentences too.
    for metric in RunHandle.metrics where metric.name.contains("_") {
      #expect(places[metric.name]?.count == 1, "\(metric.name): \(places[metric.name] ?? [])")
    }
    #expect(Set(RunHandle.metrics.map(\.name)).count == RunHandle.metrics.count)
    // `modes` is also an option of the data.
    let rooms = Set(places["modes"] ?? [])
    #expect(rooms.isDisjoint(with: ["MetricHeading.swift", "RunProgress.swift", "RunView.swift"]))
  }
}
