import Foundation
import GRDB
import Notebook
import TestSupport
import Testing

/// Full disks and long locks, as a metric writer sees them.
@Suite struct BadDayTests {
  @Test(.enabled(if: SmallDisk.isAvailable, "a small disk can be mounted by root only"))
  func `a full disk is told, and the last words are written nevertheless`() throws {
    let disk = try SmallDisk(bytes: 16 << 20)
    let notebook = try Notebook.open(at: disk.path + "/notebook.sqlite")
    let run = try notebook.begin(.sample())
    let writer = notebook.metricWriter(for: run)
    try writer.log("loss", 1, step: 1)
    try writer.flush()
    #expect(writer.shortage == nil)
    try disk.fill(leaving: 64 << 10)
    var step = 1
    while writer.shortage == nil && step < 200_000 {
      for _ in 0..<1000 {
        step += 1
        try writer.log("loss", Double(step), step: step)
      }
      try writer.flush()
    }
    #expect(writer.shortage == .diskFull(path: notebook.path, reserve: 4 << 20))
    try writer.finish(.stopped, stepsDone: step, message: "full")
    // As the next process sees it.
    let later = try Notebook.open(at: notebook.path)
    let series = try later.series(run: run.id, metric: "loss")
    #expect(series.points.map(\.step) == Array(1...step))
    let record = try later.run(run.id)
    #expect(record.status == .stopped && record.message == "full" && record.stepsDone == step)
    #expect(try later.integrityProblems().isEmpty)
    try disk.makeRoom()
    try later.note("room again", run: run.id)
  }

  @Test(.enabled(if: SmallDisk.isAvailable, "a small disk can be mounted by root only"))
  func `without any room points wait, and go in when there is some`() throws {
    let disk = try SmallDisk(bytes: 8 << 20)
    let notebook = try Notebook.open(at: disk.path + "/notebook.sqlite")
    let run = try notebook.begin(.sample())
    // Less than the reserve takes: there is none.
    try disk.fill(leaving: 0)
    let writer = notebook.metricWriter(for: run)
    for step in 1...20_000 { try? writer.log("loss", Double(step), step: step) }
    #expect(throws: NotebookError.diskFull(path: notebook.path)) {
      try writer.finish(.failed, stepsDone: 20_000, message: "full")
    }
    #expect(writer.shortage != nil)
    try disk.makeRoom()
    try writer.close()
    #expect(try notebook.series(run: run.id, metric: "loss").points.count == 20_000)
    #expect(try notebook.run(run.id).status == .failed)
  }

  @Test func `a lock that lasts is told, and nothing is lost`() throws {
    let folder = try TemporaryFolder()
    let notebook = try Notebook.open(at: folder.path(), patience: 0.2)
    let run = try notebook.begin(.sample())
    let writer = notebook.metricWriter(for: run)
    let other = try DatabaseQueue(path: folder.path())
    try other.writeWithoutTransaction { db in
      try db.execute(sql: "BEGIN IMMEDIATE")
      for step in 1...100 { try? writer.log("loss", Double(step), step: step) }
      #expect(throws: NotebookError.busy(path: folder.path())) { try writer.flush() }
      #expect(throws: NotebookError.busy(path: folder.path())) {
        try notebook.note("x", run: run.id)
      }
      #expect(throws: NotebookError.busy(path: folder.path())) {
        try writer.finish(.finished, stepsDone: 100)
      }
      // Who only reads does not wait.
      #expect(try notebook.runs().map(\.status) == [.running])
      try db.execute(sql: "ROLLBACK")
    }
    try writer.close()
    #expect(try notebook.series(run: run.id, metric: "loss").points.count == 100)
    #expect(try notebook.run(run.id).status == .finished)
  }
}
