import Foundation
import GRDB
import Notebook
import Testing

/// The points that a run takes over from another one.
@Suite struct BranchCurveTests {
  let folder: TemporaryFolder
  let notebook: Notebook
  init() throws {
    folder = try TemporaryFolder()
    notebook = try Notebook.open(at: folder.path())
  }

  /// A loss at each step, some of them no numbers, and a measure that is taken rarely.
  private func log(_ steps: ClosedRange<Int>, of run: RunRecord) throws {
    let writer = notebook.metricWriter(for: run)
    for step in steps {
      try writer.log("loss", step % 97 == 0 ? .nan : Double(step * 7919 % 1013), step: step)
      if step % 100 == 0 { try writer.log("fid", Double(1000 - step % 331), step: step) }
    }
    try writer.close()
  }

  private func branch(
    _ name: String, of parent: RunRecord, at step: Int, process: ProcessIdentity = .current
  ) throws -> RunRecord {
    var start = RunStart.sample(name, process: process)
    start.parent = RunParent(run: parent.id, step: step)
    start.stepsTaken = step
    return try notebook.begin(start)
  }

  private func sums(of run: RunRecord) throws -> [[SQLValue]] {
    let buckets = try notebook.query(
      """
      select name, bucket, count, finite, sum, firstStep, lastStep, minimum, minimumStep, maximum, maximumStep
      from metricBucket where run = \(run.id) order by name, bucket
      """
    ).rows
    let summaries = try notebook.query(
      """
      select name, count, finite, mean, firstStep, first, lastStep, last, minimum, minimumStep, maximum,
        maximumStep from metricSummary where run = \(run.id) order by name
      """
    ).rows
    return buckets + summaries
  }

  @Test(arguments: [1, 5, 254, 255, 256, 257, 700, 1023, 1024, 1500])
  func `a branch has the sums of a run that was never branched`(at step: Int) throws {
    let parent = try notebook.begin(.sample("parent"))
    try log(1...1500, of: parent)
    let whole = try notebook.begin(.sample("whole"))
    try log(1...1700, of: whole)
    let branch = try branch("branch", of: parent, at: step)
    #expect(branch.stepsDone == step && branch.parent == RunParent(run: parent.id, step: step))
    let taken = try notebook.series(run: branch.id, metric: "loss").points
    #expect(taken.map(\.step) == Array(1...step))
    #expect(taken.allSatisfy { $0.time <= 0 } && taken.last?.time == 0)
    let summary = try notebook.summaries(run: branch.id).first { $0.name == "loss" }
    #expect(summary?.count == step && summary?.lastStep == step)
    try log(step + 1...1700, of: branch)
    #expect(try sums(of: branch) == sums(of: whole))
    #expect(try notebook.strangeStep(inMetricsOf: branch.id) == nil)
    // It is its own: the parent's are as they were, and may go.
    #expect(try notebook.series(run: parent.id, metric: "loss").points.count == 1500)
    try notebook.finish(run: parent.id, status: .finished, stepsDone: 1500)
    _ = try notebook.delete(run: "parent")
    #expect(try notebook.series(run: branch.id, metric: "fid").points.count == 17)
    let left = try notebook.run(branch.id)
    #expect(left.parent == nil)
  }

  @Test func `turns and events that it begins with are written in one go`() throws {
    let parent = try notebook.begin(.sample("parent"))
    var start = RunStart.sample("branch")
    start.parent = RunParent(run: parent.id, step: 4)
    start.stepsTaken = 4
    start.turns = [
      DialTurn(dial: "lr", setting: "0.1", step: 2), DialTurn(dial: "lr", setting: "0.2", step: 1),
    ]
    start.events = [RunStart.Event("branched", step: 4, message: "off parent", json: "{}")]
    let branch = try notebook.begin(start)
    #expect(try notebook.tweaks(run: branch.id).map(\.setting) == ["0.1", "0.2"])
    #expect(try notebook.events(run: branch.id).map(\.message) == ["off parent"])
    #expect(try notebook.children(ofRun: parent.id).map(\.name) == ["branch"])
    // Nothing was measured of the parent yet, and the branch is no step behind.
    #expect(try notebook.summaries(run: branch.id).isEmpty && branch.stepsDone == 4)
  }

  @Test func `a branch that is killed before its first point keeps what it took over`() throws {
    let path = folder.path("killed.sqlite")
    do {
      let before = try Notebook.open(at: path)
      let parent = try before.begin(.sample("parent"))
      let writer = before.metricWriter(for: parent)
      for step in 1...10 { try writer.log("loss", 1, step: step) }
      try writer.close()
      var start = RunStart.sample("branch", process: deadProcess)
      start.parent = RunParent(run: parent.id, step: 8)
      start.stepsTaken = 8
      _ = try before.begin(start)
      try before.close()
    }
    let after = try Notebook.open(at: path)
    let branch = try #require(try after.run(named: "branch"))
    #expect(branch.status == .interrupted && branch.stepsDone == 8)
    #expect(try after.series(run: branch.id, metric: "loss").points.count == 8)
  }
}
