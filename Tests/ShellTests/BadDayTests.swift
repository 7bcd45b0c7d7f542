import Foundation
import Glibc
import Notebook
import TestSupport
import Testing

/// What can happen to a run and its notebook on a bad day, with real processes.
@Suite(.serialized) struct BadDayTests {
  private static let declarations = """
    data ring ring modes=8
    arch mine like mlp points=2 width=16

    """
  private static let line = "run mine on ring steps=1M batch=16 seed=7 sample-every=2M"

  private func number(_ query: String, in folder: String) throws -> Int {
    let result = try Program.run(["--json", "-c", "sql \(query)"], in: folder)
    return try #require(Int(result.output.filter(\.isNumber)), "\(result.output)\(result.errors)")
  }

  /// Steps of which each has the loss in the notebook.
  private func stepsLogged(of run: String, in folder: String) throws -> Int {
    let points =
      "from metric m join run r on r.id = m.run join metricName n on n.id = m.name "
      + "where r.name = '\(run)' and n.name = 'generator_loss'"
    let last = try number("select max(step) as n \(points)", in: folder)
    #expect(try number("select count(*) as n \(points)", in: folder) == last)
    return last
  }

  private func waitUntil(_ condition: () -> Bool) throws {
    for _ in 0..<1500 {
      if condition() { return }
      usleep(20_000)
    }
    Issue.record("it did not happen in half a minute")
  }

  private func waitForCheckpoint(_ step: Int, of run: String, in folder: String) throws {
    let digits = String(step)
    let name = "step-\(String(repeating: "0", count: 8 - digits.count))\(digits).safetensors"
    try waitUntil {
      FileManager.default.fileExists(atPath: "\(folder)/gansh.runs/\(run)/\(name)")
    }
  }

  /// For a test that fails before the program ends by itself.
  private func end(_ process: Process) {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  // MARK: Full disks

  @Test(.enabled(if: SmallDisk.isAvailable, "a small disk can be mounted by root only"))
  func `a disk that fills up stops the run, nothing is lost, and resume finishes it`() throws {
    let disk = try SmallDisk(bytes: 16 << 20)
    let folder = disk.path
    _ = try Program.run([], in: folder, input: Self.declarations)
    let process = try Program.start(
      ["-c", "\(Self.line) checkpoint-every=200 as base"], in: folder, named: "run")
    defer { end(process) }
    try waitForCheckpoint(200, of: "base", in: folder)
    try disk.fill(leaving: 100 << 10)
    process.waitUntilExit()
    let errors = try String(contentsOfFile: folder + "/run.err", encoding: .utf8)
    #expect(process.terminationStatus == 1)
    #expect(errors.contains("no space is left on the disk for "), "\(errors)")
    #expect(
      errors.contains("gansh.sqlite") || errors.contains("gansh.runs/base"), "\(errors)")
    #expect(errors.contains("free some, then `resume"), "\(errors)")

    // The disk is still full; what is there can be read.
    let show = try Program.run(["-c", "show base"], in: folder)
    #expect(show.status == 0, "\(show.errors)")
    #expect(show.output.contains("no space is left"), "\(show.output)")
    let reached = try stepsLogged(of: "base", in: folder)
    #expect(reached == (try number("select stepsDone as n from run", in: folder)))

    try disk.makeRoom()
    let resumed = try Program.run(["-c", "resume base steps=\(reached + 100)"], in: folder)
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try stepsLogged(of: "base", in: folder) == reached + 100)
  }

  @Test(
    .enabled(if: SmallDisk.isAvailable, "a small disk can be mounted by root only"),
    arguments: [6, 9, 13])
  func `a small disk that a run fills by itself loses nothing, and delete makes room`(
    _ megabytes: Int
  ) throws {
    let disk = try SmallDisk(bytes: megabytes << 20)
    let folder = disk.path
    _ = try Program.run([], in: folder, input: Self.declarations)
    let line = "run mine on ring batch=16 seed=7 log-every=1 sample-every=20 checkpoint-every=50"
    let run = try Program.run(["-c", "\(line) steps=1M as base"], in: folder)
    #expect(run.status == 1)
    #expect(run.errors.contains("base is stopped at step "), "\(run.errors)")
    #expect(run.errors.contains("free some, then `resume"), "\(run.errors)")
    let reached = try number("select stepsDone as n from run", in: folder)
    #expect(try stepsLogged(of: "base", in: folder) == reached)
    let kept = try number("select max(step) as n from checkpoint", in: folder)
    #expect(kept == reached)
    let deleted = try Program.run(["-c", "delete base yes"], in: folder)
    #expect(deleted.status == 0, "\(deleted.errors)")
    let again = try Program.run(["-c", "\(line) steps=60 as next"], in: folder)
    #expect(again.status == 0, "\(again.errors)")
  }

  @Test(.enabled(if: SmallDisk.isAvailable, "a small disk can be mounted by root only"))
  func `the room that a killed run held back is room to delete it`() throws {
    let disk = try SmallDisk(bytes: 16 << 20)
    let folder = disk.path
    _ = try Program.run([], in: folder, input: Self.declarations)
    let process = try Program.start(
      ["-c", "\(Self.line) checkpoint-every=200 as base"], in: folder, named: "run")
    defer { end(process) }
    try waitForCheckpoint(200, of: "base", in: folder)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try disk.fill(leaving: 0)
    let deleted = try Program.withFolder { other in
      try Program.run(
        ["--notebook", folder + "/gansh.sqlite", "-c", "delete base yes"], in: other)
    }
    #expect(deleted.status == 0, "\(deleted.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder + "/gansh.runs/base"))
    #expect(try Notebook.open(at: folder + "/gansh.sqlite").integrityProblems().isEmpty)
  }

  /// The checkpoints of a wide network make the room that deleting takes; those of a narrow one do not.
  @Test(
    .enabled(if: SmallDisk.isAvailable, "a small disk can be mounted by root only"),
    arguments: [
      (16, 0, 100, false), (16, 700 << 10, 100, true), (256, 0, 100, true),
      (16, 700 << 10, 9000, true),
      (16, 1 << 20, 9000, true), (256, 0, 3000, true),
    ])
  func `on a disk that others have filled delete makes room or leaves all as it was`(
    _ width: Int, _ rest: Int, _ steps: Int, _ works: Bool
  ) throws {
    let disk = try SmallDisk(bytes: 40 << 20)
    let folder = disk.path
    let declarations = "data ring ring; arch net like mlp points=2 width=\(width); "
    let line =
      "run net on ring batch=16 log-every=1 sample-every=200 checkpoint-every=50 "
      + "steps=\(steps) as base"
    let run = try Program.run(["-c", declarations + line], in: folder)
    #expect(run.status == 0, "\(run.errors)")
    let files = { try FileManager.default.contentsOfDirectory(atPath: folder + "/gansh.runs/base") }
    let before = try files()
    try disk.fill(leaving: rest)
    // What is printed goes elsewhere.
    let deleted = try Program.withFolder { other in
      try Program.run(
        ["--notebook", folder + "/gansh.sqlite", "-c", "delete base yes"], in: other)
    }
    #expect(deleted.status == (works ? 0 : 1), "\(deleted.errors)")
    try disk.makeRoom()
    #expect(try Notebook.open(at: folder + "/gansh.sqlite").integrityProblems().isEmpty)
    if works {
      #expect(!FileManager.default.fileExists(atPath: folder + "/gansh.runs/base"))
      #expect(try number("select count(*) as n from run", in: folder) == 0)
    } else {
      #expect(deleted.errors.contains("no space is left on the disk"), "\(deleted.errors)")
      #expect(try files() == before)
      #expect(try number("select count(*) as n from checkpoint", in: folder) == before.count)
    }
  }

  @Test(.enabled(if: SmallDisk.isAvailable, "a small disk can be mounted by root only"))
  func `checkpoints that do not fit stop the run, and resume goes on`() throws {
    let disk = try SmallDisk(bytes: 8 << 20)
    try Program.withFolder { folder in
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/gansh.runs", withDestinationPath: disk.path)
      _ = try Program.run([], in: folder, input: Self.declarations)
      let process = try Program.start(
        ["-c", "\(Self.line) checkpoint-every=2000 as base"], in: folder, named: "run")
      defer { end(process) }
      // Before there are older ones that make room.
      try waitForCheckpoint(2000, of: "base", in: folder)
      try disk.fill(leaving: 0)
      process.waitUntilExit()
      let errors = try String(contentsOfFile: folder + "/run.err", encoding: .utf8)
      #expect(process.terminationStatus == 1)
      #expect(errors.contains("base is stopped at step "), "\(errors)")
      #expect(errors.contains(", saved: no space is left on the disk for the "), "\(errors)")
      let reached = try stepsLogged(of: "base", in: folder)
      #expect(try number("select stepsDone as n from run", in: folder) == reached)

      try disk.makeRoom()
      let resumed = try Program.run(["-c", "resume base steps=\(reached + 100)"], in: folder)
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(try stepsLogged(of: "base", in: folder) == reached + 100)
    }
  }

  // MARK: Files that are gone or may not be written

  @Test func `deleted checkpoints are passed over, and without any it begins again`() throws {
    try Program.withFolder { folder in
      let short =
        "run mine on ring steps=300 batch=16 seed=7 sample-every=1k checkpoint-every=100 as base"
      _ = try Program.run([], in: folder, input: Self.declarations + short)
      let files = folder + "/gansh.runs/base/"
      try FileManager.default.removeItem(atPath: files + "step-00000300.safetensors")
      let passed = try Program.run(["-c", "resume base steps=310"], in: folder)
      #expect(passed.status == 0)
      #expect(passed.errors.contains("step-00000300.safetensors cannot be read"))
      #expect(passed.errors.contains("base: from step 200 to 310"), "\(passed.errors)")

      try FileManager.default.removeItem(atPath: files)
      let again = try Program.run(["-c", "resume base steps=320"], in: folder)
      #expect(again.status == 0)
      #expect(again.errors.contains("base: from step 0 to 320"), "\(again.errors)")
      #expect(try stepsLogged(of: "base", in: folder) == 320)
    }
  }

  /// As root, which may write everything, the program is run as somebody else.
  private func readerWrapper() -> [String] {
    getuid() == 0
      ? ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
  }

  /// What the program says of `lab/gansh.sqlite` to whoever may not write it.
  private func readLab(
    _ line: String, in folder: String
  ) throws -> (status: Int32, output: String, errors: String) {
    let process = try Program.start(
      ["--notebook", "lab/gansh.sqlite", "-c", line], in: folder, named: "reader",
      wrapper: readerWrapper())
    process.waitUntilExit()
    return (
      process.terminationStatus,
      try String(contentsOfFile: folder + "/reader.out", encoding: .utf8),
      try String(contentsOfFile: folder + "/reader.err", encoding: .utf8)
    )
  }

  @Test func `a killed run is told as killed in a notebook that may not be written`() throws {
    try Program.withFolder { folder in
      let lab = folder + "/lab"
      try FileManager.default.createDirectory(atPath: lab, withIntermediateDirectories: true)
      _ = try Program.run([], in: lab, input: Self.declarations)
      let process = try Program.start(
        ["-c", "\(Self.line) checkpoint-every=200 as base"], in: lab, named: "run")
      defer { end(process) }
      try waitForCheckpoint(200, of: "base", in: lab)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      for name in try FileManager.default.contentsOfDirectory(atPath: lab)
      where name.hasPrefix("gansh.sqlite") { chmod("\(lab)/\(name)", 0o444) }
      chmod(folder, 0o777)
      chmod(lab, 0o555)
      defer { chmod(lab, 0o777) }
      for (line, part) in [
        ("show base", "base: interrupted after "), ("show base", "its process was killed"),
        ("runs where status=interrupted columns=name", "base"),
        ("sql select standing(status, host, pid, processStart) from run", "interrupted"),
      ] {
        let result = try readLab(line, in: folder)
        #expect(result.status == 0, "\(line): \(result.errors)")
        #expect(result.errors.contains("can only be read, "), "\(result.errors)")
        #expect(result.output.contains(part), "\(line): \(result.output)")
      }
    }
  }

  @Test(arguments: ["notebook", "folder"])
  func `a notebook that may not be written can be read`(_ what: String) throws {
    try Program.withFolder { folder in
      let short =
        "run mine on ring steps=20 batch=16 sample-every=20 as base"
      _ = try Program.run([], in: folder, input: Self.declarations + short)
      let lab = folder + "/lab"
      try FileManager.default.createDirectory(atPath: lab, withIntermediateDirectories: true)
      try FileManager.default.moveItem(
        atPath: folder + "/gansh.sqlite", toPath: lab + "/gansh.sqlite")
      // The folder around them is open to whoever the program runs as.
      chmod(folder, 0o777)
      chmod(lab + "/gansh.sqlite", what == "notebook" ? 0o444 : 0o666)
      chmod(lab, what == "folder" ? 0o555 : 0o777)
      defer { chmod(lab, 0o777) }
      let before = try Data(contentsOf: URL(fileURLWithPath: lab + "/gansh.sqlite"))

      func gansh(_ line: String) throws -> (status: Int32, output: String, errors: String) {
        try readLab(line, in: folder)
      }
      for line in ["runs", "show base", "sql select count(*) from metric", "history"] {
        let result = try gansh(line)
        #expect(result.status == 0, "\(line): \(result.errors)")
        #expect(!result.output.isEmpty)
        #expect(result.errors.contains("can only be read, "), "\(result.errors)")
      }
      for line in ["note base \"x\"", "arch other like mlp points=2", "resume base steps=40"] {
        let result = try gansh(line)
        #expect(result.status == 1, "\(line)")
        #expect(result.errors.contains("cannot be written: "), "\(result.errors)")
        #expect(result.errors.contains("read-only"), "\(result.errors)")
      }
      #expect(try Data(contentsOf: URL(fileURLWithPath: lab + "/gansh.sqlite")) == before)
    }
  }

  // MARK: Streams and terminals that go away

  @Test func `a terminal that goes away stops the run at a step, saved`() throws {
    let program = try #require(Program.path)
    try Program.withFolder { folder in
      _ = try Program.run([], in: folder, input: Self.declarations)
      let terminal = try PseudoTerminal(
        program, environment: Program.environment(home: folder), folder: folder)
      try terminal.expect("In [1]: ")
      terminal.type("\(Self.line) checkpoint-every=1M as base\r")
      try terminal.expect("steps/s")
      terminal.hangUp()
      let status = try terminal.waitForEnd()
      #expect(status == 130)
      let reached = try stepsLogged(of: "base", in: folder)
      #expect(try number("select count(*) as n from run where status = 'stopped'", in: folder) == 1)
      #expect(try number("select max(step) as n from checkpoint", in: folder) == reached)
      #expect(try number("select count(*) as n from session where ended is null", in: folder) == 1)
    }
  }

  @Test func `a reader that goes away ends the program quietly, the run saved`() throws {
    let program = try #require(Program.path)
    try Program.withFolder { folder in
      let script =
        Self.declarations + "\(Self.line) checkpoint-every=1M as base\n"
        + "run mine on ring steps=1M as never\n"
      try script.write(toFile: folder + "/long.gansh", atomically: true, encoding: .utf8)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/bash")
      process.arguments = [
        "-c", "'\(program)' long.gansh 2>&1 | head -n 4 > seen; echo ${PIPESTATUS[0]} > status",
      ]
      process.currentDirectoryURL = URL(fileURLWithPath: folder)
      process.environment = Program.environment(home: folder)
      try process.run()
      process.waitUntilExit()
      #expect(
        try String(contentsOfFile: folder + "/status", encoding: .utf8) == "141\n")
      #expect(try String(contentsOfFile: folder + "/seen", encoding: .utf8).contains("base: "))
      let reached = try stepsLogged(of: "base", in: folder)
      #expect(try number("select max(step) as n from checkpoint", in: folder) == reached)
      #expect(try number("select count(*) as n from run where status = 'stopped'", in: folder) == 1)
    }
  }

  @Test func `a run whose answer nobody reads finishes, and the status says that nobody read`()
    throws
  {
    try Program.withFolder { folder in
      _ = try Program.run([], in: folder, input: Self.declarations)
      for line in ["run mine on ring steps=40 batch=16 seed=7 as base", "runs"] {
        let result = try Program.bash("$G -c '\(line)' | true; exit ${PIPESTATUS[0]}", in: folder)
        #expect(result.status == 141, "\(line): \(result.errors)")
      }
      #expect(
        try number("select count(*) as n from run where status = 'finished'", in: folder) == 1)
      #expect(try number("select max(step) as n from checkpoint", in: folder) == 40)
    }
  }

  // MARK: Many at once

  @Test func `two shells and four runs beside them write in one notebook at once`() throws {
    try Program.withFolder { folder in
      _ = try Program.run([], in: folder, input: Self.declarations)
      let line =
        "run mine on ring steps=300 batch=16 sample-every=100 checkpoint-every=100 threads=1"
      var processes: [Process] = []
      for index in 0..<4 {
        processes.append(
          try Program.start(
            ["-c", "\(line) seed=\(index) as run\(index)"], in: folder, named: "run\(index)"))
      }
      for shell in ["a", "b"] {
        let lines = (0..<12).map { "note run\($0 % 4) \"\(shell)\($0)\"\nruns" }
        let script = "\(folder)/\(shell).gansh"
        try lines.joined(separator: "\n").write(
          toFile: script, atomically: true, encoding: .utf8)
        // The runs are in the notebook before they are written about.
        try waitUntil {
          (try? number("select count(*) as n from run", in: folder)) == 4
        }
        processes.append(try Program.start([script], in: folder, named: shell))
      }
      defer { processes.forEach(end) }
      for process in processes { process.waitUntilExit() }
      for name in ["run0", "run1", "run2", "run3", "a", "b"] {
        let errors = try String(contentsOfFile: "\(folder)/\(name).err", encoding: .utf8)
        #expect(!errors.contains("locked") && !errors.contains("not written"), "\(errors)")
      }
      #expect(processes.allSatisfy { $0.terminationStatus == 0 })
      for index in 0..<4 { #expect(try stepsLogged(of: "run\(index)", in: folder) == 300) }
      #expect(try number("select count(*) as n from note", in: folder) == 24)
      #expect(try number("select count(*) as n from sampleSheet", in: folder) == 12)
      let sums = "select count(*) as n from metricSummary where count = 300"
      #expect(try number(sums, in: folder) == 28)
      let check = try Program.run(["-c", "sql select * from pragma_integrity_check"], in: folder)
      #expect(check.output.contains("ok"))
    }
  }
}
