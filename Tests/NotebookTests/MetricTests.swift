import Foundation
import GRDB
import Notebook
import Testing

@Suite struct MetricTests {
  let folder: TemporaryFolder
  let notebook: Notebook
  init() throws {
    folder = try TemporaryFolder()
    notebook = try Notebook.open(at: folder.path())
  }

  @Test func `NaN and infinities come back as they went in`() throws {
    let run = try notebook.begin(.sample())
    let writer = notebook.metricWriter(for: run)
    let values = [1.5, .nan, .infinity, -.infinity, -0.25, 3, .leastNonzeroMagnitude]
    for (index, value) in values.enumerated() { try writer.log("loss", value, step: index + 1) }
    try writer.close()
    let points = try notebook.series(run: run.id, metric: "loss").points
    #expect(points.map { "\($0.value)" } == values.map { "\($0)" })
    #expect(points.map(\.step) == Array(1...7))
    let summary = try #require(try notebook.summaries(run: run.id).first)
    #expect(
      summary.count == 7 && summary.finiteCount == 4 && summary.last == .leastNonzeroMagnitude)
    #expect(summary.minimum == -0.25 && summary.minimumStep == 5)
    #expect(summary.maximum == 3 && summary.maximumStep == 6)
    #expect(try notebook.run(run.id).stepsDone == 7)
  }

  @Test func `a metric that is never finite has no extremes and a last value`() throws {
    let run = try notebook.begin(.sample())
    let writer = notebook.metricWriter(for: run)
    try writer.log([("a", .nan), ("b", 1e308)], step: 1)
    try writer.log([("a", .infinity), ("b", 1e308)], step: 2)
    try writer.close()
    let summaries = try notebook.summaries(run: run.id)
    #expect(summaries.map(\.name) == ["a", "b"])
    #expect(summaries[0].mean == nil && summaries[0].minimum == nil)
    #expect(summaries[0].first.isNaN && summaries[0].last == .infinity)
    #expect(summaries[1].mean != nil, "a sum beyond all doubles must not stop the writer")
  }

  /// What a summary must be, reckoned from the points.
  private func expect(_ summary: MetricSummary, sums points: [Int: Double], seed: UInt64) {
    let steps = points.keys.sorted()
    let finite = steps.filter { points[$0]?.isFinite == true }
    let values = finite.compactMap { points[$0] }
    let smallest = values.min()
    let largest = values.max()
    #expect(summary.count == points.count, "seed \(seed)")
    #expect(summary.finiteCount == values.count, "seed \(seed)")
    #expect(summary.firstStep == steps.first && summary.lastStep == steps.last, "seed \(seed)")
    #expect("\(summary.first)" == "\(points[steps[0]] ?? 0)", "seed \(seed)")
    #expect("\(summary.last)" == "\(points[steps[steps.count - 1]] ?? 0)", "seed \(seed)")
    #expect(summary.minimum == smallest && summary.maximum == largest, "seed \(seed)")
    #expect(summary.minimumStep == finite.first { points[$0] == smallest }, "seed \(seed)")
    #expect(summary.maximumStep == finite.first { points[$0] == largest }, "seed \(seed)")
    if values.isEmpty {
      #expect(summary.mean == nil, "seed \(seed)")
    } else {
      let mean = values.reduce(0, +) / Double(values.count)
      // Another order of adding up: a few units in the last place of the largest summand.
      #expect(abs((summary.mean ?? .nan) - mean) < 1e-9, "seed \(seed)")
    }
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `summaries stay right however points are replaced`(_ seed: UInt64) throws {
    var dice = Dice(seed: seed)
    let run = try notebook.begin(.sample())
    var truth: [Int: Double] = [:]
    for _ in 0..<4 {
      // A new writer for each stretch, as after a resume.
      let writer = notebook.metricWriter(for: run)
      for _ in 0..<6 {
        for _ in 0..<Int.random(in: 1...80, using: &dice) {
          let step = Int.random(in: 1...1200, using: &dice)
          let value =
            Int.random(in: 0..<10, using: &dice) == 0
            ? [.nan, .infinity, -.infinity].randomElement(using: &dice) ?? .nan
            : (Double.random(in: -5...5, using: &dice) * 4).rounded() / 4 + 0  // SQLite has no -0
          truth[step] = value
          try writer.log("loss", value, step: step)
        }
        try writer.flush()
        let summary = try #require(try notebook.summaries(run: run.id).first)
        expect(summary, sums: truth, seed: seed)
      }
      try writer.close()
    }
    let points = try notebook.series(run: run.id, metric: "loss").points
    #expect(points.map(\.step) == truth.keys.sorted())
    #expect(points.allSatisfy { "\($0.value)" == "\(truth[$0.step] ?? 0)" })
  }

  @Test func `passing over steps a second time changes nothing`() throws {
    let run = try notebook.begin(.sample())
    func pass(_ steps: ClosedRange<Int>) throws {
      let writer = notebook.metricWriter(for: run)
      for step in steps { try writer.log("loss", sin(Double(step)), step: step) }
      try writer.close()
    }
    try pass(1...700)
    try pass(401...1000)
    let points = try notebook.series(run: run.id, metric: "loss").points
    #expect(points.map(\.step) == Array(1...1000))
    #expect(points.map(\.value) == (1...1000).map { sin(Double($0)) })
    #expect(try notebook.summaries(run: run.id).first?.count == 1000)
  }

  @Test func `sums that know nothing of points do not keep others from being written`() throws {
    let run = try notebook.begin(.sample())
    func pass(_ steps: ClosedRange<Int>) throws {
      let writer = notebook.metricWriter(for: run)
      defer { try? writer.close() }
      for step in steps { try writer.log("loss", Double(step), step: step) }
      for _ in 0..<20 where (try? writer.flush()) == nil {}
      try writer.flush()
    }
    try pass(1...10)
    let vandal = try DatabaseQueue(path: folder.path())
    try vandal.write { try $0.execute(sql: "DELETE FROM metricBucket") }
    try pass(5...20)
    #expect(
      try notebook.series(run: run.id, metric: "loss").points.map(\.step) == Array(1...20))
  }

  @Test func `what was logged is in the file soon, without a flush`() throws {
    let run = try notebook.begin(.sample())
    let writer = notebook.metricWriter(for: run)
    try writer.log("loss", 1, step: 1)
    var count = 0
    for _ in 0..<500 where count == 0 {
      Thread.sleep(forTimeInterval: 0.02)
      count = try notebook.series(run: run.id, metric: "loss").count
    }
    #expect(count == 1)
    try writer.close()
  }

  @Test func `a copy taken in the middle of writing holds all that was flushed`() throws {
    let run = try notebook.begin(.sample())
    let writer = notebook.metricWriter(for: run)
    for step in 1...2000 { try writer.log([("a", 1), ("b", Double(step))], step: step) }
    try writer.flush()
    // As a kill would leave it: the file and its WAL, nobody having closed them.
    for step in 2001...4000 { try writer.log([("a", 1), ("b", Double(step))], step: step) }
    let copy = folder.path("copy.sqlite")
    for suffix in ["", "-wal"] {
      try FileManager.default.copyItem(
        atPath: folder.path() + suffix, toPath: copy + suffix)
    }
    try writer.close()
    let crashed = try Notebook.open(at: copy)
    #expect(try crashed.integrityProblems().isEmpty)
    let series = try crashed.series(run: run.id, metric: "b")
    #expect(series.count >= 2000 && series.points.count == series.count)
    #expect(series.points.map(\.step) == Array(1...series.count))
  }

  @Test func `two connections write at once and every row is there`() async throws {
    let path = folder.path()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<4 {
        group.addTask {
          let notebook = try Notebook.open(at: path)
          let run = try notebook.begin(.sample("run\(index)"))
          let writer = notebook.metricWriter(for: run)
          for step in 1...1000 {
            try writer.log((0..<4).map { ("metric\($0)", Double(step)) }, step: step)
            if step % 100 == 0 {
              try writer.flush()
              try notebook.record(event: "tick", run: run.id, step: step, message: "")
            }
          }
          try writer.close()
        }
      }
      try await group.waitForAll()
    }
    #expect(try notebook.query("select count(*) from metric").rows == [[.integer(16_000)]])
    #expect(try notebook.query("select count(*) from event").rows == [[.integer(40)]])
    #expect(try notebook.summaries().values.map(\.count) == [4, 4, 4, 4])
  }

  @Test func `a point takes at most thirty-five bytes`() throws {
    let run = try notebook.begin(.sample())
    let before = notebook.size
    let writer = notebook.metricWriter(for: run)
    var dice = Dice(seed: 3)
    for step in 1...6000 {
      try writer.log(
        (0..<8).map { ("metric\($0)", Double.random(in: 0...1, using: &dice)) }, step: step)
      if step % 20 == 0 { try writer.flush() }
    }
    try writer.close()
    try notebook.close()
    let bytes = Double(notebook.size - before) / 48_000
    #expect(bytes < 35, "\(bytes) bytes a point")
  }

  @Test func `sparse points take no more, and a run that goes on has their sums`() throws {
    let run = try notebook.begin(.sample())
    let before = notebook.size
    for part in 0..<4 {
      let writer = notebook.metricWriter(for: run)
      for index in part * 2000..<(part + 1) * 2000 {
        try writer.log([("fid", Double(index)), ("kid", -Double(index))], step: index * 100 + 1)
      }
      try writer.close()
    }
    let summaries = try notebook.summaries(run: run.id)
    #expect(summaries.map(\.count) == [8000, 8000])
    #expect(summaries.map(\.mean) == [3999.5, -3999.5])
    #expect(summaries[0].minimumStep == 1 && summaries[1].minimumStep == 799_901)
    try notebook.close()
    let bytes = Double(notebook.size - before) / 16_000
    #expect(bytes < 35, "\(bytes) bytes a point")
  }

  @Test func `a failing write is told, and nothing is lost once it can be made good`() throws {
    let run = try notebook.begin(.sample())
    let writer = notebook.metricWriter(for: run)
    try writer.log("loss", 1, step: 1)
    try writer.flush()
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    let vandal = try DatabaseQueue(path: folder.path(), configuration: configuration)
    try vandal.write { db in
      try db.execute(
        sql: """
          CREATE TRIGGER refuse BEFORE INSERT ON metric BEGIN SELECT raise(ABORT, 'no room'); END
          """)
    }
    try writer.log("loss", 2, step: 2)
    #expect(throws: NotebookError.self) { try writer.flush() }
    #expect(throws: NotebookError.self) { try writer.log("loss", 3, step: 3) }
    try vandal.write { try $0.execute(sql: "DROP TRIGGER refuse") }
    try writer.flush()
    try writer.log("loss", 4, step: 4)
    try writer.close()
    #expect(throws: NotebookError.closed(run: "base")) { try writer.log("loss", 5, step: 5) }
    let points = try notebook.series(run: run.id, metric: "loss").points
    #expect(points.map(\.value) == [1, 2, 3, 4])
    #expect(try notebook.summaries(run: run.id).first?.mean == 2.5)
  }

  /// Dense points are read from their buckets, sparse ones as they are.
  @Test(arguments: [1, 100])
  func `a long series is thinned to its extremes`(_ interval: Int) throws {
    let run = try notebook.begin(.sample())
    let writer = notebook.metricWriter(for: run)
    for step in 1...39_945 {
      let value: Double = step == 777 ? 99 : step == 30_001 ? -99 : sin(Double(step) / 50)
      try writer.log("loss", value, step: step * interval)
    }
    try writer.close()
    for limit in [10, 200, 1000] {
      let series = try notebook.series(run: run.id, metric: "loss", limit: limit)
      #expect(series.count == 39_945 && series.isThinned)
      #expect(series.points.count <= limit * 3 / 2)
      #expect(series.points.map(\.value).max() == 99 && series.points.map(\.value).min() == -99)
      #expect(series.points.map(\.step) == series.points.map(\.step).sorted())
    }
    #expect(try notebook.series(run: run.id, metric: "loss", limit: 50_000).points.count == 39_945)
    let means = try notebook.means(run: run.id, metric: "loss")
    #expect(means.points.last?.step == 39_945 * interval)
    #expect(interval > 1 ? means.points.count == 39_945 : means.points.count < 200)
    #expect(try notebook.series(run: run.id, metric: "nothing").points.isEmpty)
  }
}
