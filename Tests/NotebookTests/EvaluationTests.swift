import Foundation
import MetricDescriptions
import Notebook
import Testing

@Suite struct EvaluationTests {
  let folder: TemporaryFolder
  let notebook: Notebook
  init() throws {
    folder = try TemporaryFolder()
    notebook = try Notebook.open(at: folder.path())
  }

  private func run(_ name: String) throws -> RunRecord {
    let run = try notebook.begin(
      RunStart(
        name: name, text: "run", seed: 1, stepsPlanned: 10, build: "b", threads: 1, kernels: "k"))
    try notebook.finish(run: run.id, status: .finished, stepsDone: 10)
    return try notebook.run(run.id)
  }

  private func evaluation(_ values: [(String, Double, Double?)], step: Int = 10) -> Evaluation {
    Evaluation(
      step: step, protocolWord: "random-5k-1f3a", conditions: #"{"samples":5000}"#, seconds: 1.5,
      readings: values.map {
        MetricReading(
          MetricDescription($0.0, direction: .lowest, meaning: "m"), $0.1, error: $0.2)
      })
  }

  @Test func `an evaluation and the metrics by which it is ranked are kept as one`() throws {
    let base = try run("base")
    try notebook.record(
      evaluation([("kid", 0.25, 0.01), ("fid", .infinity, nil), ("x", .nan, .nan)]), of: base)
    let kept = try notebook.evaluations(run: base.id)
    #expect(kept.count == 1 && kept[0].step == 10 && kept[0].protocolWord == "random-5k-1f3a")
    #expect(kept[0].conditions == #"{"samples":5000}"# && kept[0].seconds == 1.5)
    let measures = kept[0].measures
    #expect(measures.map(\.name) == ["fid", "kid", "x"])
    #expect(measures[0].value == .infinity && measures[0].error == nil)
    #expect(measures[1].value == 0.25 && measures[1].error == 0.01)
    #expect(measures[2].value.isNaN && measures[2].error == nil)
    let summaries = try notebook.summaries(run: base.id)
    #expect(summaries.map(\.name).sorted() == ["fid", "kid", "x"])
    #expect(summaries.first { $0.name == "kid" }?.metric.direction == .lowest)
    // How far the run is, and when it was last heard of, is as it was.
    #expect(try notebook.run(base.id) == base)
  }

  @Test func `a later one of the same step has the last word, and both are kept`() throws {
    let base = try run("base")
    for (value, step) in [(1.0, 10), (2.0, 5), (3.0, 10)] {
      try notebook.record(evaluation([("kid", value, nil)], step: step), of: base)
    }
    #expect(try notebook.evaluations(run: base.id).map { $0.measures[0].value } == [1, 2, 3])
    let points = try notebook.series(run: base.id, metric: "kid").points
    #expect(points.map(\.step) == [5, 10] && points.map(\.value) == [2, 3])
  }

  @Test func `it goes with its run, and damaged rows are named`() throws {
    let (base, other) = (try run("base"), try run("other"))
    for run in [base, other] {
      try notebook.record(evaluation([("kid", 1, nil)]), of: run)
    }
    _ = try notebook.delete(run: "base")
    #expect(try notebook.evaluations(run: base.id).isEmpty)
    #expect(
      try notebook.query("select (select count(*) from evaluation), (select count(*) from measure)")
        .rows == [[.integer(1), .integer(1)]])
    #expect(
      try notebook.query("select run, measure, value from evaluations").rows
        == [[.text("other"), .text("kid"), .real(1)]])
  }
}
