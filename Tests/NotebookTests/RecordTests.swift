import Foundation
import GRDB
import Notebook
import Testing

@Suite struct RecordTests {
  let folder: TemporaryFolder
  let notebook: Notebook
  init() throws {
    folder = try TemporaryFolder()
    notebook = try Notebook.open(at: folder.path())
  }

  @Test func `cells are numbered in each session`() throws {
    let first = try notebook.begin(SessionStart(build: "b", threads: 2, directory: "/tmp"))
    let second = try notebook.begin(SessionStart(build: "b", threads: 2, directory: "/tmp"))
    _ = try notebook.beginCell(session: first.id, source: "runs")
    let cell = try notebook.beginCell(session: first.id, source: "show base")
    #expect(cell.number == 2 && cell.status == .running)
    #expect(try notebook.beginCell(session: second.id, source: "quit").number == 1)
    try notebook.finishCell(cell.id, status: .error, output: "no run", duration: 0.25)
    let cells = try notebook.cells(session: first.id)
    #expect(cells.map(\.source) == ["runs", "show base"])
    #expect(cells[1].status == .error && cells[1].output == "no run" && cells[1].duration == 0.25)
    #expect(try notebook.cells(matching: "how b").map(\.id) == [cell.id])
    #expect(try notebook.cells(limit: 1).map(\.source) == ["quit"])
    try notebook.endSession(first.id)
    #expect(try notebook.sessions().map { $0.ended == nil } == [false, true])
  }

  @Test func `the newest declaration of a name wins, and the same again is the same`() throws {
    let a = try notebook.declare(.recipe, name: "calm", text: "recipe calm lr=1")
    let b = try notebook.declare(.recipe, name: "calm", text: "recipe calm lr=2")
    let again = try notebook.declare(.recipe, name: "calm", text: "recipe calm lr=2")
    _ = try notebook.declare(.dataset, name: "calm", text: "data calm")
    #expect(again.id == b.id && a.id != b.id)
    #expect(try notebook.declaration(.recipe, named: "calm") == b)
    #expect(try notebook.declaration(.architecture, named: "calm") == nil)
    #expect(try notebook.declarations(.recipe) == [b])
    #expect(try notebook.declarations().count == 2)
    #expect(try notebook.declaration(a.id)?.text == "recipe calm lr=1")
  }

  @Test func `a run is journalled, ends and goes on`() throws {
    let recipe = try notebook.declare(.recipe, name: "calm", text: "recipe calm")
    var start = RunStart.sample(seed: .max)
    start.recipe = recipe.id
    start.git = GitState(commit: "abc", isDirty: true, diffDigest: "d")
    let run = try notebook.begin(start)
    #expect(run.seed == .max && run.status == .running && run.git == start.git && run.isAlive)
    #expect(throws: NotebookError.nameTaken("base")) { try notebook.begin(start) }
    #expect(throws: NotebookError.self) { try notebook.resume(run: run.id, fromStep: 0) }
    try notebook.finish(run: run.id, status: .stopped, stepsDone: 40, message: "by hand")
    let stopped = try notebook.run(run.id)
    #expect(stopped.status == .stopped && stopped.stepsDone == 40 && stopped.ended != nil)
    #expect(stopped.message == "by hand")
    let resumed = try notebook.resume(run: run.id, fromStep: 30, stepsPlanned: 2000)
    #expect(resumed.status == .running && resumed.stepsDone == 30 && resumed.ended == nil)
    #expect(resumed.stepsPlanned == 2000)
    let details = try notebook.details(ofRun: "base")
    #expect(details.recipe == recipe && details.events.map(\.kind) == ["resumed"])
    #expect(throws: NotebookError.noSuchRun("bas")) { try notebook.details(ofRun: "bas") }
  }

  @Test func `a run knows what its data held, and what has changed`() throws {
    let content = DataContent(examples: "e", labels: "l", count: 12)
    var start = RunStart.sample()
    start.data = content
    let run = try notebook.begin(start)
    #expect(run.data == content)
    #expect(try notebook.begin(.sample("unknown")).data == nil)
    let changed = DataContent(examples: "f", labels: nil, count: 16)
    #expect(content.changes(to: content) == nil)
    #expect(content.changes(to: changed) == "12 images then, 16 now")
    for (now, change) in [
      (DataContent(examples: "f", labels: "l", count: 12), "as many images, other pixels"),
      (DataContent(examples: "f", labels: "l", count: 1200), "12 images then, 1,200 now"),
      (DataContent(examples: "e", labels: "m", count: 12), "other labels"),
      (DataContent(examples: "e", labels: nil, count: 12), "labels then, none now"),
    ] { #expect(content.changes(to: now) == change) }
    try notebook.record(data: changed, run: run.id, step: 7, change: "12 images then, 16 now")
    #expect(try notebook.run(run.id).data == changed)
    #expect(
      try notebook.events(run: run.id).map(\.message)
        == ["the data have changed: 12 images then, 16 now"])
  }

  @Test func `time at work is the sum of a run's lives without its pauses`() throws {
    let begun = Date(timeIntervalSince1970: 1_000_000)
    var start = RunStart.sample()
    start.started = begun
    let run = try notebook.begin(start)
    try notebook.finish(run: run.id, status: .stopped, stepsDone: 5, at: begun + 30)
    let resumed = try notebook.resume(run: run.id, fromStep: 5, at: begun + 3600)
    #expect(abs(resumed.worked - 30) < 0.01 && resumed.resumed == begun + 3600)
    let writer = notebook.metricWriter(for: resumed)
    writer.passOver(10)
    try notebook.passOver(run: run.id, seconds: 10)
    try writer.finish(.finished, stepsDone: 9, at: begun + 3660)
    let ended = try notebook.run(run.id)
    #expect(abs(ended.secondsAtWork - 80) < 0.01)
    let query = RowQuery<RunQuantity>(nil, order: [], limit: nil)
    let took = try notebook.values([.column(.took)], ofRuns: query).first?.values.first
    guard case .real(let seconds)? = took else {
      Issue.record("no time at work")
      return
    }
    #expect(abs(seconds - 80) < 0.1)
  }

  @Test func `a run that is killed while it waits was not at work meanwhile`() throws {
    let begun = Date(timeIntervalSince1970: 1_000_000)
    for (name, events, seconds) in [
      ("paused", [("paused", 40.0)], 40.0), ("goes on", [("paused", 40), ("proceeded", 50)], 60),
      ("works", [], 60), ("again", [("paused", 20), ("resumed", 30)], 60),
    ] {
      var start = RunStart.sample(name, process: deadProcess)
      start.started = begun
      let run = try notebook.begin(start)
      for (kind, second) in events {
        try notebook.record(event: kind, run: run.id, message: "", at: begun + second)
      }
      let database = try DatabaseQueue(path: folder.path())
      try database.write { db in
        try db.execute(
          sql: "UPDATE run SET heartbeat = ? WHERE id = ?", arguments: [begun + 60, run.id])
      }
      #expect(try notebook.interruptDeadRuns() == [name])
      let dead = try notebook.run(run.id)
      #expect(dead.status == .interrupted && dead.message == "its process was killed")
      #expect(abs(dead.secondsAtWork - seconds) < 0.01, "\(name)")
    }
  }

  @Test func `points of a run that goes on carry its time at work`() throws {
    var start = RunStart.sample()
    start.started = .now - 3600
    let run = try notebook.begin(start)
    try notebook.finish(run: run.id, status: .stopped, stepsDone: 5, at: start.started + 10)
    let writer = notebook.metricWriter(for: try notebook.resume(run: run.id, fromStep: 5))
    try writer.log("loss", 1, step: 6)
    try writer.close()
    let point = try #require(try notebook.series(run: run.id, metric: "loss").points.first)
    #expect(point.time >= 10 && point.time < 600)
  }

  @Test func `a declaration is deleted back to one that a run was made of`() throws {
    func declare(_ rate: String) throws -> DeclarationRecord {
      try notebook.declare(.recipe, name: "calm", text: "recipe calm lr=\(rate)")
    }
    let used = try declare("1")
    var start = RunStart.sample()
    start.recipe = used.id
    let run = try notebook.begin(start)
    try notebook.finish(run: run.id, status: .finished, stepsDone: 1)
    _ = try declare("2")
    let last = try declare("3")
    #expect(try notebook.runs(of: last).isEmpty)
    #expect(try notebook.delete(declaration: last) == used)
    #expect(try notebook.declarations() == [used])
    #expect(throws: NotebookError.inUse("calm", run: "base")) {
      try notebook.delete(declaration: used)
    }
    _ = try notebook.delete(run: "base")
    #expect(try notebook.delete(declaration: used) == nil)
    #expect(try notebook.declarations().isEmpty)
  }

  @Test func `names of runs that are run again do not grow`() throws {
    for (name, free) in [
      ("a", "a-rerun"), ("a-rerun", "a-rerun-2"), ("a-rerun-2", "a-rerun-3"),
      ("a-rerunner", "a-rerunner-rerun"),
    ] {
      #expect(try notebook.freeName(.rerun(of: name)) == free)
      _ = try notebook.begin(.sample(free))
    }
    let long = try notebook.freeName(.rerun(of: String(repeating: "x", count: 64)))
    #expect(long.count <= 64)
  }

  @Test func `sheets and checkpoints are found by step and replaced`() throws {
    let run = try notebook.begin(.sample()).id
    for step in [100, 200] {
      try notebook.record(
        Artifact(.sheet, step: step, count: 2, seed: .max), run: run, content: Data([UInt8(step)]))
      try notebook.record(
        checkpoint: "base/\(step).safetensors", run: run, step: step, digest: "d", bytes: 10)
    }
    try notebook.record(
      Artifact(.sheet, step: 200, count: 2, seed: 1), run: run, content: Data([9]))
    let sheets = try notebook.sampleSheets(run: run)
    #expect(sheets.map(\.step) == [100, 200] && sheets[0].seed == .max)
    #expect(try notebook.content(ofArtifact: sheets[1].id) == Data([9]))
    #expect(try notebook.sampleSheet(run: run)?.step == 200)
    #expect(try notebook.sampleSheet(run: run, atStep: 199)?.step == 100)
    #expect(try notebook.sampleSheet(run: run, atStep: 99) == nil)
    let newest = try #require(try notebook.latestGoodCheckpoint(run: run))
    #expect(newest.step == 200)
    try notebook.record(
      checkpoint: newest.path, run: run, step: newest.step, digest: "", bytes: 1, isGood: false)
    #expect(try notebook.latestGoodCheckpoint(run: run)?.step == 100)
    #expect(try notebook.latestGoodCheckpoint(run: run, atStep: 50) == nil)
    try notebook.forget(checkpoint: newest.id)
    #expect(try notebook.checkpoints(run: run).map(\.path) == ["base/100.safetensors"])
  }

  @Test func `notes, tags and events are kept in order`() throws {
    let run = try notebook.begin(.sample()).id
    try notebook.note("first", run: run)
    try notebook.note("second", run: run)
    for name in ["pretty", "baseline", "pretty"] { try notebook.tag(name, run: run) }
    try notebook.record(event: "collapse", run: run, step: 5, message: "3 of 8 modes", json: "{}")
    try notebook.record(event: "skipped", message: "one image")
    #expect(try notebook.notes(run: run).map(\.text) == ["first", "second"])
    #expect(try notebook.tags(run: run) == ["baseline", "pretty"])
    try notebook.untag("baseline", run: run)
    #expect(try notebook.tags(run: run) == ["pretty"])
    #expect(try notebook.events(run: run).map(\.step) == [5])
    #expect(try notebook.events().map(\.kind) == ["collapse", "skipped"])
  }

  @Test func `deleting a run frees its space, names its files and spares the others`() throws {
    let keep = try notebook.begin(.sample("keep"))
    let drop = try notebook.begin(.sample("drop"))
    for run in [keep, drop] {
      let writer = notebook.metricWriter(for: run)
      for step in 1...3000 { try writer.log("loss", Double(step) / 3, step: step) }
      try writer.close()
      try notebook.record(
        Artifact(.sheet, step: 1, count: 1, seed: 1), run: run.id,
        content: Data(repeating: 7, count: 300_000))
      try notebook.record(
        checkpoint: "\(run.name).safetensors", run: run.id, step: 1, digest: "", bytes: 1)
    }
    #expect(throws: NotebookError.self) { try notebook.delete(run: "drop") }
    try notebook.finish(run: drop.id, status: .finished, stepsDone: 3000)
    var files: [String] = []
    let freed = try notebook.delete(run: "drop") { files = $0 }
    #expect(files == ["drop.safetensors"])
    #expect(freed > 300_000)
    #expect(try notebook.runs().map(\.name) == ["keep"])
    #expect(try notebook.series(run: keep.id, metric: "loss").points.count == 3000)
    #expect(
      try notebook.query("select count(*) from metric").rows == [[.integer(3000)]])
    #expect(try notebook.integrityProblems().isEmpty)
    let size = notebook.size
    try notebook.compact()
    #expect(notebook.size <= size)
  }

  @Test func `a dead process is told from a living one`() {
    #expect(ProcessIdentity.current.isAlive)
    #expect(!deadProcess.isAlive)
    #expect(ProcessIdentity.current.pid > 0 && !ProcessIdentity.current.start.isEmpty)
  }
}
