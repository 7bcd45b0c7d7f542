import Foundation
import Glibc
import TestSupport
import Testing

/// Runs as the program leads them: stopped, killed, resumed, repeated.
@Suite(.serialized) struct RunTests {
  private static let declarations = """
    data ring ring modes=8
    arch mine like mlp points=2 width=16

    """
  private static let line =
    "run mine on ring steps=400 batch=16 seed=7 sample-every=100 checkpoint-every=50"

  private func digest(of run: String, in folder: String) throws -> String {
    let query =
      "sql select digest from checkpoint join run on run.id = checkpoint.run "
      + "where name = '\(run)' order by step desc limit 1"
    return try Program.run(["-c", query], in: folder).output
  }

  @Test func `the same line gives the same weights and the same sheet`() throws {
    try Program.withFolder { folder in
      let script =
        Self.declarations + "\(Self.line) as one\n\(Self.line) as two\n"
        + "samples one to one.png; samples two to two.png"
      #expect(try Program.run([], in: folder, input: script).status == 0)
      #expect(try digest(of: "one", in: folder) == digest(of: "two", in: folder))
      let sheets = try ["one", "two"].map { name in
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).png"))
      }
      #expect(sheets[0] == sheets[1])
    }
  }

  @Test func `started by a thread that blocks its signals it stops saved when it is asked to`()
    throws
  {
    try Program.withFolder { folder in
      _ = try Program.run([], in: folder, input: Self.declarations)
      var (all, before) = (sigset_t(), sigset_t())
      sigfillset(&all)
      pthread_sigmask(SIG_BLOCK, &all, &before)
      let process = try Program.start(
        ["-c", "run mine on ring steps=1M batch=16 sample-every=2M checkpoint-every=100 as base"],
        in: folder,
        named: "run")
      pthread_sigmask(SIG_SETMASK, &before, nil)
      let first = folder + "/gansh.runs/base/step-00000100.safetensors"
      for _ in 0..<1500 where !FileManager.default.fileExists(atPath: first) { usleep(20_000) }
      kill(process.processIdentifier, SIGTERM)
      for _ in 0..<1000 where process.isRunning { usleep(20_000) }
      #expect(!process.isRunning)
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
      process.waitUntilExit()
      #expect(process.terminationStatus == 130)
    }
  }

  @Test func `killed and resumed it comes to the same weights, and no metric is missing`() throws {
    try Program.withFolder { folder in
      let long = "run mine on ring steps=1M batch=16 seed=7 sample-every=2M checkpoint-every=500"
      _ = try Program.run([], in: folder, input: Self.declarations)
      let program = try #require(Program.path)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = ["-c", "\(long) as base"]
      process.currentDirectoryURL = URL(fileURLWithPath: folder)
      process.environment = Program.environment(home: folder)
      process.standardError = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      let first = folder + "/gansh.runs/base/step-00000500.safetensors"
      for _ in 0..<600 where !FileManager.default.fileExists(atPath: first) { usleep(20_000) }
      usleep(600_000)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()

      let listing = try Program.run(["-c", "runs"], in: folder)
      #expect(listing.output.contains("interrupted"))
      #expect(listing.errors.contains("`resume base` goes on"))
      let reached = try #require(
        Int(
          try Program.run(
            ["--json", "-c", "sql select stepsDone from run"], in: folder
          ).output.filter(\.isNumber)))
      try #require(reached >= 500 && reached < 1_000_000, "killed in the middle")
      let end = reached / 500 * 500 + 1000
      let more = "resume base steps=\(end)"
      let resumed = try Program.run(["-c", more], in: folder)
      #expect(resumed.status == 0, "\(resumed.errors)")
      let whole = long.replacingOccurrences(of: "steps=1M", with: "steps=\(end)")
      #expect(try Program.run(["-c", "\(whole) as whole"], in: folder).status == 0)
      #expect(try digest(of: "base", in: folder) == digest(of: "whole", in: folder))

      let count = try Program.run(
        [
          "--json", "-c",
          "sql select count(distinct step) as n from metric join run on "
            + "run.id = run where run.name = 'base' and step between 1 and \(end)",
        ], in: folder)
      #expect(count.output.filter(\.isNumber) == "\(end)")
      let check = try Program.run(["-c", "sql select * from pragma_integrity_check"], in: folder)
      #expect(check.output.contains("ok"))
    }
  }

  @Test func `unnamed runs started at once in a notebook to be made have names of their own`()
    throws
  {
    try Program.withFolder { folder in
      func together(_ lines: [String]) throws {
        let processes = try lines.enumerated().map { index, line in
          try Program.start(["-c", line], in: folder, named: "run\(index)")
        }
        for (index, process) in processes.enumerated() {
          process.waitUntilExit()
          let said = try String(contentsOfFile: "\(folder)/run\(index).err", encoding: .utf8)
          #expect(process.terminationStatus == 0, "\(said)")
        }
      }
      let declarations = Self.declarations.replacing("\n", with: "; ")
      try together(
        (1...8).map { "\(declarations)run mine on ring steps=20 batch=16 threads=1 seed=\($0)" })
      try together(Array(repeating: "replay mine-1", count: 3))
      let names = try Program.run(
        ["-c", "sql select name from run where stepsDone = 20"], in: folder)
      let wanted =
        (1...8).map { "mine-\($0)" } + ["mine-1-replay", "mine-1-replay-2", "mine-1-replay-3"]
      #expect(
        Set(names.output.split(whereSeparator: \.isWhitespace).map(String.init))
          .isSuperset(of: wanted), "\(names.output)")
    }
  }

  @Test func `Ctrl-C stops a run at a step, saved, and the talk goes on`() throws {
    let program = try #require(Program.path)
    try Program.withFolder { folder in
      _ = try Program.run([], in: folder, input: Self.declarations)
      let terminal = try PseudoTerminal(
        program, environment: Program.environment(home: folder), folder: folder)
      try terminal.expect("In [1]: ")
      terminal.type("run mine on ring steps=10M batch=16 as base\r")
      try terminal.expect("steps/s")
      try terminal.expect("D(G(z))")
      terminal.type("\u{3}")
      try terminal.expect("stopping at the end of this step")
      try terminal.expect("base is stopped at step ")
      try terminal.expect("In [2]: ")
      terminal.type("runs\r")
      try terminal.expect("stopped")
      terminal.type("show ba\t")
      try terminal.expect("show base")
      terminal.type("\r")
      try terminal.expect("checkpoint gansh.runs/base/step-")
      terminal.type("quit\r")
      let status = try terminal.waitForEnd()
      #expect(status == 0)
    }
  }

  @Test func `an interrupted script says so and is saved`() throws {
    let program = try #require(Program.path)
    try Program.withFolder { folder in
      let script = Self.declarations + "run mine on ring steps=10M batch=16 as base\nruns\n"
      try script.write(toFile: folder + "/long.gansh", atomically: true, encoding: .utf8)
      let terminal = try PseudoTerminal(
        program, ["long.gansh"], environment: Program.environment(home: folder), folder: folder)
      try terminal.expect("steps/s")
      terminal.signal(SIGTERM)
      try terminal.expect("base is stopped at step ")
      let status = try terminal.waitForEnd()
      #expect(status == 130)
      #expect(!terminal.transcript.contains("generator_loss"), "`runs` was not run any more")
    }
  }

  @Test func `the second Ctrl-C leaves at once`() throws {
    let program = try #require(Program.path)
    try Program.withFolder { folder in
      let script = Self.declarations + "run mine on ring steps=10M batch=16 as base\n"
      try script.write(toFile: folder + "/long.gansh", atomically: true, encoding: .utf8)
      let terminal = try PseudoTerminal(
        program, ["long.gansh"], environment: Program.environment(home: folder), folder: folder)
      try terminal.expect("steps/s")
      terminal.type("\u{3}\u{3}")
      let status = try terminal.waitForEnd()
      #expect(status == 130)
    }
  }

  @Test func `a damaged checkpoint is passed over for the one before it`() throws {
    try Program.withFolder { folder in
      _ = try Program.run([], in: folder, input: Self.declarations + "\(Self.line) as base")
      let last = folder + "/gansh.runs/base/step-00000400.safetensors"
      var data = try Data(contentsOf: URL(fileURLWithPath: last))
      data[data.count - 3] ^= 1
      try data.write(to: URL(fileURLWithPath: last))
      let result = try Program.run(["-c", "resume base"], in: folder)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains("cannot be read as a checkpoint"))
      #expect(result.errors.contains("from step 350"))
    }
  }
}
