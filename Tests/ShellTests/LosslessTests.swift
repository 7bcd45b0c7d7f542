import Foundation
import Glibc
import Notebook
import TestSupport
import Testing

/// What was trained is still there after kills, copies, renamings, strange rows and strange folders.
@Suite(.serialized) struct LosslessTests {
  private static let declarations = """
    data ring ring modes=8
    arch mine like mlp points=2 width=16

    """
  private static let short =
    "run mine on ring steps=40 batch=16 seed=7 sample-every=40 checkpoint-every=10 as base"

  private func gansh(
    _ line: String, in folder: String, notebook: String = "gansh.sqlite"
  ) throws -> Program.Result {
    try Program.run(["--notebook", notebook, "-c", line], in: folder)
  }

  private func withRun(_ body: (String) throws -> Void) throws {
    try Program.withFolder { folder in
      let made = try Program.run([], in: folder, input: Self.declarations + Self.short)
      try #require(made.status == 0, "\(made.errors)")
      try body(folder)
    }
  }

  private func names(_ folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  /// Digests of a run's checkpoints by step.
  private func digests(
    of run: String, in folder: String, notebook: String = "gansh.sqlite"
  ) throws -> [Int: String] {
    let notebook = try Notebook.open(at: "\(folder)/\(notebook)")
    defer { try? notebook.close() }
    let record = try #require(try notebook.run(named: run))
    return Dictionary(
      uniqueKeysWithValues: try notebook.checkpoints(run: record.id).map { ($0.step, $0.digest) })
  }

  private func step(_ name: String) -> Int? { Int(name.dropFirst(5).prefix(8)) }

  // MARK: Kills

  @Test(arguments: [5, 50, 400])
  func `a killed run goes on from its newest whole checkpoint, and rows and files agree`(
    _ interval: Int
  ) throws {
    try Program.withFolder { folder in
      _ = try Program.run([], in: folder, input: Self.declarations)
      let line =
        "run mine on ring steps=1M batch=16 seed=7 sample-every=\(interval) checkpoint-every=\(interval)"
      let process = try Program.start(["-c", "\(line) as base"], in: folder, named: "run")
      let runs = folder + "/gansh.runs/base"
      for _ in 0..<1500 {
        if names(runs).filter({ $0.hasSuffix(".safetensors") }).count >= 3 { break }
        usleep(20_000)
      }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let newest = try #require(
        names(runs).filter { $0.hasSuffix(".safetensors") }.compactMap(step).max())

      let first = try gansh("runs", in: folder)
      #expect(first.output.contains("interrupted"), "\(first.output)\(first.errors)")
      let kept = try digests(of: "base", in: folder)
      #expect(Set(names(runs).map(step)) == Set(kept.keys), "\(names(runs))")
      #expect(kept.keys.max() == newest)

      let end = newest + 40
      let resumed = try gansh("resume base steps=\(end)", in: folder)
      let number =
        newest < 1000 ? "\(newest)" : "\(newest / 1000),\(String(newest % 1000 + 1000).dropFirst())"
      #expect(resumed.errors.contains("base: from step \(number) to"), "\(resumed.errors)")
      let whole = line.replacingOccurrences(of: "steps=1M", with: "steps=\(end)")
      #expect(try gansh("\(whole) as whole", in: folder).status == 0)
      let last = try digests(of: "base", in: folder)[end]
      #expect(try last != nil && last == digests(of: "whole", in: folder)[end])
      // A sheet is written before the checkpoint of its step gets its name: the kill may have come between
      // the two, and left a sheet of a later step.
      func sheets(_ run: String) throws -> [Int] {
        let query =
          "select step from sampleSheet where run = (select id from run where name = '\(run)')"
        return try gansh("sql \(query) order by step | csv", in: folder).output
          .split(separator: "\n").compactMap { Int($0) }
      }
      let (base, complete) = (try sheets("base"), try sheets("whole"))
      #expect(!complete.isEmpty && base.filter { $0 <= end } == complete)
      #expect(base.filter { $0 > end }.allSatisfy { $0 == newest + interval }, "\(base), \(newest)")
    }
  }

  @Test func `samples can be made while checkpoints come and go`() throws {
    try Program.withFolder { folder in
      _ = try Program.run([], in: folder, input: Self.declarations)
      let process = try Program.start(
        [
          "-c",
          "run mine on ring steps=10M batch=16 log-every=1k sample-every=10M "
            + "checkpoint-every=2 as base",
        ],
        in: folder, named: "run")
      defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
      for _ in 0..<1500
      where names(folder + "/gansh.runs/base").filter({ step($0) != nil }).count < 3 {
        usleep(20_000)
      }
      var steps: Set<Substring> = []
      for _ in 0..<20 {
        let made = try gansh("samples base count=4 to sheet.png", in: folder)
        #expect(made.status == 0, "\(made.errors)")
        steps.formUnion(made.output.split(separator: " ").suffix(1))
      }
      #expect(steps.count > 5, "checkpoints came and went: \(steps)")
      process.terminate()
      process.waitUntilExit()
    }
  }

  @Test func `a statement under way is in the notebook, and after a kill it is interrupted`() throws
  {
    try Program.withFolder { folder in
      let line = "run mine on ring steps=1M batch=16 sample-every=2M as base"
      try (Self.declarations + line).write(
        toFile: folder + "/s.gansh", atomically: true, encoding: .utf8)
      let process = try Program.start(["s.gansh"], in: folder, named: "run")
      for _ in 0..<1500 where !FileManager.default.fileExists(atPath: folder + "/gansh.runs/base") {
        usleep(20_000)
      }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let cells = try gansh("sql select status, source from cell where session = 1", in: folder)
      #expect(cells.output.contains("interrupted  \(line)"), "\(cells.output)")
    }
  }

  @Test func `a request to end that comes twice at once leaves the run saved`() throws {
    let program = try #require(Program.path)
    try Program.withFolder { folder in
      _ = try Program.run([], in: folder, input: Self.declarations)
      let terminal = try PseudoTerminal(
        program,
        ["-c", "run mine on ring steps=10M batch=16 sample-every=20M checkpoint-every=1M as base"],
        environment: Program.environment(home: folder), folder: folder)
      try terminal.expect("steps/s")
      terminal.signal(SIGTERM)
      terminal.signal(SIGTERM)
      try terminal.expect("base is stopped at step ")
      let status = try terminal.waitForEnd()
      #expect(status == 130)
      #expect(names(folder + "/gansh.runs/base").count == 1)
    }
  }

  // MARK: Notebooks that are copied, renamed, lost

  @Test func `deleting in a copy of a notebook leaves the original's checkpoints`() throws {
    try withRun { folder in
      let before = names(folder + "/gansh.runs/base")
      try FileManager.default.copyItem(
        atPath: folder + "/gansh.sqlite", toPath: folder + "/backup.sqlite")
      let deleted = try gansh("delete base yes", in: folder, notebook: "backup.sqlite")
      #expect(deleted.status == 0)
      #expect(
        deleted.errors.contains("left as it was: `gansh.runs/base/step-"), "\(deleted.errors)")
      #expect(names(folder + "/gansh.runs/base") == before)
      let resumed = try gansh("resume base steps=50", in: folder)
      #expect(resumed.errors.contains("from step 40 to 50"), "\(resumed.errors)")
    }
  }

  @Test func `a copy goes on with a run in a folder of its own`() throws {
    try withRun { folder in
      let before = names(folder + "/gansh.runs/base")
      try FileManager.default.copyItem(
        atPath: folder + "/gansh.sqlite", toPath: folder + "/backup.sqlite")
      let resumed = try gansh(
        "resume base steps=80 checkpoint-every=5", in: folder, notebook: "backup.sqlite")
      #expect(resumed.errors.contains("from step 40 to 80"), "\(resumed.errors)")
      #expect(names(folder + "/gansh.runs/base") == before)
      #expect(names(folder + "/backup.runs/base").contains("step-00000080.safetensors"))
      #expect(try gansh("resume base steps=80", in: folder).status == 0)
      #expect(
        try digests(of: "base", in: folder)[80]
          == digests(of: "base", in: folder, notebook: "backup.sqlite")[80])
    }
  }

  @Test(arguments: [true, false])
  func `a notebook that was renamed keeps its checkpoints`(_ withFolder: Bool) throws {
    try withRun { folder in
      let files = FileManager.default
      try files.moveItem(atPath: folder + "/gansh.sqlite", toPath: folder + "/lab.sqlite")
      if withFolder {
        try files.moveItem(atPath: folder + "/gansh.runs", toPath: folder + "/lab.runs")
      }
      let resumed = try gansh("resume base steps=50", in: folder, notebook: "lab.sqlite")
      #expect(resumed.errors.contains("from step 40 to 50"), "\(resumed.errors)")
      let kept = folder + (withFolder ? "/lab.runs/base" : "/gansh.runs/base")
      #expect(names(kept).contains("step-00000050.safetensors"))
      // A notebook that is begun under the old name has nothing to do with them.
      _ = try Program.run([], in: folder, input: Self.declarations + Self.short)
      #expect(names(kept).count == 5)
      #expect(names(kept).contains("step-00000050.safetensors"))
      let deleted = try gansh("delete base yes", in: folder, notebook: "lab.sqlite")
      #expect(deleted.status == 0 && !deleted.errors.contains("left"), "\(deleted.errors)")
      #expect(names(kept).isEmpty)
    }
  }

  @Test func `two notebooks of one stem do not share a folder`() throws {
    try withRun { folder in
      try FileManager.default.copyItem(
        atPath: folder + "/gansh.sqlite", toPath: folder + "/gansh.db")
      let deleted = try gansh("delete base yes", in: folder, notebook: "gansh.db")
      #expect(deleted.errors.contains("left as it was"), "\(deleted.errors)")
      #expect(names(folder + "/gansh.runs/base").count == 4)
    }
  }

  @Test(arguments: ["deleted", "moved", "replaced"])
  func `a notebook that goes away while a run is at work is noticed, and the run is saved`(
    _ act: String
  ) throws {
    try Program.withFolder { folder in
      let files = FileManager.default
      _ = try Program.run([], in: folder, input: Self.declarations)
      _ = try gansh("data other ring", in: folder, notebook: "other.sqlite")
      let process = try Program.start(
        ["-c", "run mine on ring steps=1M batch=16 sample-every=2M checkpoint-every=100 as base"],
        in: folder,
        named: "run")
      let first = folder + "/gansh.runs/base/step-00000100.safetensors"
      for _ in 0..<1500 where !files.fileExists(atPath: first) { usleep(20_000) }
      switch act {
      case "deleted":
        for suffix in ["", "-wal", "-shm"] {
          try files.removeItem(atPath: folder + "/gansh.sqlite" + suffix)
        }
      case "moved":
        try files.moveItem(atPath: folder + "/gansh.sqlite", toPath: folder + "/away.sqlite")
      default: rename(folder + "/other.sqlite", folder + "/gansh.sqlite")
      }
      process.waitUntilExit()
      #expect(process.terminationStatus == 1)
      let said = try String(contentsOfFile: folder + "/run.err", encoding: .utf8)
      #expect(said.contains("base is stopped at step "), "\(said)")
      #expect(said.contains(act == "replaced" ? "was replaced" : "was deleted or moved"), "\(said)")
      if act == "moved" {
        let runs = try gansh("runs", in: folder, notebook: "away.sqlite")
        #expect(runs.output.contains("stopped"), "\(runs.output)\(runs.errors)")
        let resumed = try gansh(
          "resume base steps=1", in: folder, notebook: "away.sqlite")
        #expect(resumed.errors.contains("leaves nothing to do"), "\(resumed.errors)")
      } else if act == "replaced" {
        #expect(try gansh("data", in: folder).output.contains("other"))
      }
    }
  }

  @Test func `what is done after the notebook has gone fails`() throws {
    try Program.withFolder { folder in
      try "data ring ring modes=8\n!rm gansh.sqlite*\ndata other ring modes=4\n"
        .write(toFile: folder + "/lost.gansh", atomically: true, encoding: .utf8)
      let result = try Program.run(["lost.gansh"], in: folder)
      #expect(result.status == 1, "\(result.errors)")
      #expect(result.errors.contains("deleted or moved"), "\(result.errors)")
    }
  }

  // MARK: Strange rows and strange folders

  @Test(arguments: [
    "../other/precious.txt", "../other", "", ".", "/tmp", "gansh.runs/../thesis.txt",
  ])
  func `delete removes nothing but checkpoints, whatever the rows say`(_ path: String) throws {
    try withRun { folder in
      try FileManager.default.createDirectory(
        atPath: folder + "/other", withIntermediateDirectories: true)
      for name in ["other/precious.txt", "thesis.txt"] {
        try Data("x".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      }
      let notebook = try Notebook.open(at: folder + "/gansh.sqlite")
      let run = try #require(try notebook.run(named: "base"))
      try notebook.record(checkpoint: path, run: run.id, step: 41, digest: "", bytes: 1)
      try notebook.close()
      let deleted = try gansh("delete base yes", in: folder)
      #expect(deleted.status == 0, "\(deleted.errors)")
      #expect(deleted.errors.contains("left as it was: `\(path)`"), "\(deleted.errors)")
      #expect(names(folder + "/other") == ["precious.txt"])
      #expect(names(folder).contains("thesis.txt"))
      #expect(names(folder + "/gansh.runs") == [".notebook"])
    }
  }

  @Test func `a run's folder that is a link is not written into, and nothing in it is removed`()
    throws
  {
    try withRun { folder in
      let files = FileManager.default
      try files.moveItem(atPath: folder + "/gansh.runs/base", toPath: folder + "/elsewhere")
      try files.createSymbolicLink(
        atPath: folder + "/gansh.runs/base", withDestinationPath: "../elsewhere")
      let before = names(folder + "/elsewhere")
      let resumed = try gansh("resume base steps=50", in: folder)
      #expect(resumed.status == 1)
      #expect(
        resumed.errors.contains("`gansh.runs/base` is left alone: it is a link"),
        "\(resumed.errors)")
      let deleted = try gansh("delete base yes", in: folder)
      #expect(deleted.errors.contains("left as it was"), "\(deleted.errors)")
      #expect(names(folder + "/elsewhere") == before)
    }
  }

  @Test func `a folder that the notebook knows nothing of is not written into`() throws {
    try Program.withFolder { folder in
      let files = FileManager.default
      try files.createDirectory(
        atPath: folder + "/gansh.runs/base", withIntermediateDirectories: true)
      let strange = folder + "/gansh.runs/base/step-00000010.safetensors"
      try Data("mine".utf8).write(to: URL(fileURLWithPath: strange))
      let made = try Program.run([], in: folder, input: Self.declarations + Self.short)
      #expect(made.status == 0)
      #expect(made.errors.contains("checkpoints go into `gansh-2.runs`"), "\(made.errors)")
      #expect(try Data(contentsOf: URL(fileURLWithPath: strange)) == Data("mine".utf8))
      #expect(names(folder + "/gansh-2.runs/base").count == 4)
      // Nor is one in the notebook's own folder.
      try files.createDirectory(
        atPath: folder + "/gansh-2.runs/next", withIntermediateDirectories: true)
      try Data().write(to: URL(fileURLWithPath: folder + "/gansh-2.runs/next/notes.txt"))
      let refused = try gansh("run mine on ring steps=2 as next", in: folder)
      #expect(refused.status == 1)
      #expect(
        refused.errors.contains("the folder `gansh-2.runs/next` holds files"), "\(refused.errors)")
      let renamed = try gansh("rename base to next", in: folder)
      #expect(renamed.errors.contains("there is a folder `gansh-2.runs/next` already"))
    }
  }

  @Test func `a notebook through links is that notebook`() throws {
    try Program.withFolder { folder in
      let files = FileManager.default
      for name in ["real", "other"] {
        try files.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
      }
      try files.createSymbolicLink(
        atPath: folder + "/gansh.sqlite", withDestinationPath: "other/second.sqlite")
      try files.createSymbolicLink(
        atPath: folder + "/other/second.sqlite", withDestinationPath: "../real/lab.sqlite")
      try files.createSymbolicLink(atPath: folder + "/linked", withDestinationPath: "real")
      // The first makes the real file at the end of the links.
      let made = try Program.run([], in: folder, input: Self.declarations + Self.short)
      #expect(made.status == 0, "\(made.errors)")
      #expect(names(folder + "/real") == ["lab.runs", "lab.sqlite"])
      for path in ["gansh.sqlite", "other/second.sqlite", "real/lab.sqlite", "linked/lab.sqlite"] {
        let runs = try gansh("runs", in: folder, notebook: path)
        #expect(runs.status == 0 && runs.output.contains("base"), "\(path): \(runs.errors)")
      }
      let resumed = try gansh("resume base steps=50", in: folder)
      #expect(resumed.errors.contains("from step 40 to 50"), "\(resumed.errors)")
      #expect(names(folder + "/real") == ["lab.runs", "lab.sqlite"])
    }
  }

  @Test func `what is written down on the way may change when a run goes on`() throws {
    try withRun { folder in
      let resumed = try gansh(
        "resume base steps=60 log-every=5 sample-every=10 samples=4 checkpoint-every=20", in: folder
      )
      #expect(resumed.status == 0, "\(resumed.errors)")
      _ = try gansh(Self.short.replacingOccurrences(of: "=40", with: "=60") + "-2", in: folder)
      let last = try digests(of: "base", in: folder)
      #expect(try last[60] != nil && last[60] == digests(of: "base-2", in: folder)[60])
      let logged = try gansh(
        "sql select count(distinct step) from metric where run = 1 | csv", in: folder)
      #expect(logged.output.hasSuffix("\n44\n"), "\(logged.output)")
    }
  }
}
