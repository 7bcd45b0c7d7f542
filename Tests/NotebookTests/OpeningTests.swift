import Foundation
import GRDB
import Notebook
import Testing

@Suite struct OpeningTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// Opens what must be refused, checks that the file is as it was, gives the error.
  private func refusal(of path: String) throws -> NotebookError? {
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    var refusal: NotebookError?
    do { _ = try Notebook.open(at: path) } catch { refusal = error }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    return refusal
  }

  @Test func `a notebook is made where there is none, and opens again`() throws {
    let path = folder.path()
    let notebook = try Notebook.open(at: path)
    _ = try notebook.begin(.sample())
    try notebook.close()
    let again = try Notebook.open(at: path)
    #expect(try again.runs().map(\.name) == ["base"])
    #expect(try again.integrityProblems().isEmpty)
    #expect(
      try again.query("select * from pragma_journal_mode").rows == [[.text("wal")]])
    #expect(
      try again.query("select * from pragma_application_id").rows == [[.integer(0x6761_6E73)]])
  }

  @Test func `an empty file becomes a notebook`() throws {
    let path = folder.path()
    #expect(FileManager.default.createFile(atPath: path, contents: Data()))
    let notebook = try Notebook.open(at: path)
    #expect(try notebook.runs().isEmpty)
  }

  @Test func `a file that was left when it was begun becomes a notebook`() throws {
    let path = folder.path()
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL") }
    try queue.close()
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count > 0)
    #expect(try Notebook.open(at: path).runs().isEmpty)
  }

  @Test func `a folder and a missing folder are named`() throws {
    let here = folder.url.path
    #expect(throws: NotebookError.isFolder(path: here)) { try Notebook.open(at: here) }
    let path = folder.path("nowhere/notebook.sqlite")
    #expect(
      throws: NotebookError.noSuchFolder(path: path, folder: folder.path("nowhere"))
    ) { try Notebook.open(at: path) }
  }

  @Test(arguments: ["hello", "SQLite format 2", String(repeating: "x", count: 5000)])
  func `what is not SQLite is refused and left alone`(_ text: String) throws {
    let path = folder.path()
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    #expect(try refusal(of: path) == .notSQLite(path: path))
  }

  @Test func `another application's data base is refused and left alone`() throws {
    let path = folder.path()
    let queue = try DatabaseQueue(path: path)
    try queue.write { try $0.execute(sql: "CREATE TABLE song (title TEXT)") }
    try queue.close()
    #expect(try refusal(of: path) == .foreign(path: path))
  }

  @Test func `a newer notebook is refused, whether its version stands in the file or the WAL`()
    throws
  {
    let path = folder.path()
    try Notebook.open(at: path).close()
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 99") }
    #expect(FileManager.default.fileExists(atPath: path + "-wal"))
    #expect(try refusal(of: path) == .newer(path: path, version: 99, known: 10))
    try queue.close()
    #expect(try refusal(of: path) == .newer(path: path, version: 99, known: 10))
  }

  @Test(arguments: [50, 4096, 20_000])
  func `a file that is cut short is refused and left alone`(_ size: Int) throws {
    let path = folder.path()
    try Notebook.open(at: path).close()
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(whole.count > 20_000)
    try whole.prefix(size).write(to: URL(fileURLWithPath: path))
    guard case .damaged = try refusal(of: path) else {
      Issue.record("a file of \(size) bytes was taken")
      return
    }
  }

  @Test func `pages of noise give an error and never a trap`() throws {
    let path = folder.path()
    let notebook = try Notebook.open(at: path)
    let run = try notebook.begin(.sample())
    let writer = notebook.metricWriter(for: run)
    for step in 1...500 { try writer.log("loss", Double(step), step: step) }
    try writer.close()
    try notebook.close()
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    var dice = Dice(seed: 5)
    for trial in 0..<20 {
      var damaged = whole
      // The header's page stays: what it says is tested above.
      let start = 4096 * Int.random(in: 1..<(whole.count / 4096), using: &dice)
      for index in start..<start + 4096 {
        damaged[index] = UInt8.random(in: 0...255, using: &dice)
      }
      let copy = folder.path("damaged-\(trial).sqlite")
      try damaged.write(to: URL(fileURLWithPath: copy))
      var complaint: String?
      do throws(NotebookError) {
        let notebook = try Notebook.open(at: copy)
        for run in try notebook.runs() {
          _ = try notebook.details(ofRun: run.name)
          _ = try notebook.series(run: run.id, metric: "loss")
        }
        complaint = try notebook.integrityProblems().first
      } catch {
        complaint = error.description
      }
      #expect(complaint != nil, "trial \(trial), page at \(start)")
    }
  }

  @Test func `many may open the same new notebook at once`() async throws {
    let path = folder.path()
    let names = try await withThrowingTaskGroup(of: String.self) { group in
      for index in 0..<6 {
        group.addTask {
          try Notebook.open(at: path).begin(.sample("run\(index)")).name
        }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(names.count == 6)
    #expect(try Notebook.open(at: path).runs().count == 6)
  }

  @Test func `runs begun at the same moment in a new notebook have names of their own`()
    async throws
  {
    for round in 0..<8 {
      let path = folder.path("round-\(round).sqlite")
      let names = try await withThrowingTaskGroup(of: String.self) { group in
        for index in 0..<16 {
          group.addTask {
            let name: FreeName = index % 4 == 0 ? .plain("toy-replay") : .counted("toy")
            return try Notebook.open(at: path).begin(named: name) { .sample($0) }.name
          }
        }
        return try await group.reduce(into: Set<String>()) { $0.insert($1) }
      }
      let counted = (1...12).map { "toy-\($0)" }
      #expect(
        names == Set(counted + ["toy-replay", "toy-replay-2", "toy-replay-3", "toy-replay-4"]))
    }
  }

  @Test func `a notebook that is being made is waited for`() async throws {
    // What the maker leaves half done at each moment would be refused by itself.
    for remains in ["", "SQLite format 3\0"] {
      let half = folder.path("half-\(remains.count).sqlite")
      let lock = MakingLock(besides: half, patience: 1)
      try Data(remains.utf8).write(to: URL(fileURLWithPath: half))
      try Data([1]).write(to: URL(fileURLWithPath: half + "-wal"))
      // On a busy machine the other task may be kept from running for longer than a user would wait.
      async let opened = Task.detached {
        try Notebook.open(at: half, patience: 600).runs().count
      }.value
      try await Task.sleep(for: .milliseconds(100))
      try FileManager.default.removeItem(atPath: half)
      try FileManager.default.removeItem(atPath: half + "-wal")
      lock.release()
      #expect(try await opened == 0)
    }
  }

  @Test func `runs whose process is gone are interrupted, others are left`() throws {
    let path = folder.path()
    let notebook = try Notebook.open(at: path)
    _ = try notebook.begin(.sample("killed", process: deadProcess))
    _ = try notebook.begin(.sample("alive"))
    _ = try notebook.begin(.sample("elsewhere", process: deadProcess, host: "another.host"))
    // The same number, but not the same process.
    let reused = ProcessIdentity(pid: ProcessIdentity.current.pid, start: "boot/0")
    _ = try notebook.begin(.sample("reused", process: reused))
    let session = try notebook.begin(
      SessionStart(build: "b", threads: 1, directory: "/", process: deadProcess))
    _ = try notebook.beginCell(session: session.id, source: "run dc on faces")
    try notebook.close()

    let again = try Notebook.open(at: path)
    #expect(again.interruptedRuns == ["killed", "reused"])
    #expect(try again.runs().map(\.status) == [.interrupted, .running, .running, .interrupted])
    let killed = try #require(try again.run(named: "killed"))
    #expect(try again.events(run: killed.id).map(\.kind) == ["interrupted"])
    #expect(try again.cells().map(\.status) == [.interrupted])
    #expect(try Notebook.open(at: path).interruptedRuns.isEmpty)
  }
}
