import Foundation
import Glibc
import TestSupport
import Testing

/// Runs in the background: what is said of them, asked of them, and what becomes of them.
@Suite(.serialized) struct BackgroundTests {
  private static let declarations = """
    data ring ring modes=8
    arch mine like mlp points=2 width=16

    """

  private func digest(of run: String, in folder: String) throws -> String {
    let result = try Program.run(
      [
        "--json", "-c",
        "sql select digest from checkpoint join run on run.id = run where run.name = '\(run)' "
          + "order by step desc limit 1",
      ], in: folder)
    return result.output
  }

  /// At the prompt of a notebook with the declarations.
  private func atPrompt(_ body: (PseudoTerminal, _ folder: String) throws -> Void) throws {
    let program = try #require(Program.path)
    try Program.withFolder { folder in
      _ = try Program.run([], in: folder, input: Self.declarations)
      let terminal = try PseudoTerminal(
        program, environment: Program.environment(home: folder), folder: folder)
      try terminal.expect("In [1]: ")
      try body(terminal, folder)
    }
  }

  /// Begins a run that nobody waits for, and comes back when it has done a step.
  private func beginForGood(_ terminal: PseudoTerminal, _ folder: String) throws {
    terminal.type("run mine on ring steps=10M batch=16 as base &\r")
    try terminal.expect("In [2]: ")
    for _ in 0..<200 {
      let done = try Program.run(["--json", "-c", "sql select stepsDone from run"], in: folder)
      if done.output.filter(\.isNumber).contains(where: { $0 != "0" }) { return }
      usleep(20_000)
    }
  }

  @Test func `four at once have the bits that each has alone`() throws {
    try Program.withFolder { folder in
      func line(_ seed: Int) -> String {
        "run mine on ring steps=300 batch=16 seed=\(seed) sample-every=100 checkpoint-every=100"
      }
      let together = (1...4).map { "\(line($0)) as together-\($0) &\n" }.joined()
      let alone = (1...4).map { "\(line($0)) as alone-\($0)\n" }.joined()
      let script = Self.declarations + together + "wait\n" + alone
      let result = try Program.run([], in: folder, input: script)
      #expect(result.status == 0, "\(result.errors)")
      for seed in 1...4 {
        let (a, b) = try (
          digest(of: "together-\(seed)", in: folder), digest(of: "alone-\(seed)", in: folder)
        )
        #expect(a == b && a.count > 64)
      }
    }
  }

  @Test func `a script waits for what it has put into the background, and fails with it`() throws {
    try Program.withFolder { folder in
      let script = Self.declarations + "run mine on ring steps=200 as base &\n"
      let result = try Program.run([], in: folder, input: script)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("base is in the background"))
      #expect(result.errors.contains("base is finished: 200 steps"))
      // Something has the name of its last checkpoint.
      let wild = """
        run mine on ring steps=4k as wild &
        ! touch gansh.runs/wild/step-00004000.safetensors

        """
      let bad = try Program.run([], in: folder, input: wild)
      #expect(bad.status == 1 && bad.errors.contains("wild failed: "), "\(bad.errors)")
      let waited = try Program.run(
        ["-c", wild.replacingOccurrences(of: "wild", with: "wilder") + "wait wilder\nruns"],
        in: folder)
      #expect(waited.status == 1 && !waited.output.contains("finished"))
    }
  }

  @Test func `a message appears above a half-typed line, which stays`() throws {
    try atPrompt { terminal, _ in
      terminal.type("run mine on ring steps=3k batch=16 as base &\r")
      try terminal.expect("base is in the background")
      try terminal.expect("In [2]: ")
      terminal.type("help qu")
      try terminal.expect("help qu")
      try terminal.expect("base is finished: 3,000 steps")
      try terminal.expect("In [2]: help qu")
      terminal.type("it\r")
      try terminal.expect("leave gansh")
      #expect(!terminal.transcript.contains("error"))
    }
  }

  @Test func `tune, pause, jobs, resume, stop and replay`() throws {
    try atPrompt { terminal, folder in
      terminal.type("run mine on ring steps=10M batch=16 ema=0.99 as base &\r")
      try terminal.expect("In [2]: ")
      terminal.type("tune base lr=1e-3->1e-4 over 500 smooth=0.9\r")
      try terminal.expect("base: from step ")
      try terminal.expect("lr=0.001->0.0001 over 500 (was 0.0002), smooth=0.9 (was 1)")
      terminal.type("tune base critic=2 ema=0.9\r")
      try terminal.expect("critic=2 (was 1)")
      terminal.type("tune base dlr=3e-4\r")
      try terminal.expect("dlr=0.0003 (was 0.00")
      terminal.type("tune base betas=0.5,0.9 lr=5e-4\r")
      try terminal.expect(" for the generator, 0.0003 for the discriminator)")
      terminal.type("tune base steps=20M\r")
      try terminal.expect("`stop base`, then `resume base steps=20M`")
      terminal.type("pause base\r")
      try terminal.expect("base waits after step ")
      terminal.type("jobs\r")
      try terminal.expect("paused")
      terminal.type("resume base\r")
      try terminal.expect("base goes on")
      terminal.type("tune base batch=3\r")
      try terminal.expect("`batch` is built into a run")
      terminal.type("stop base\r")
      try terminal.expect("base is stopped at step ")
      terminal.type("show base\r")
      try terminal.expect("from step")
      try terminal.expect("0.001->0.0001 over 500")
      terminal.type("replay base as again\r")
      try terminal.expect("with 7 turns of dials")
      try terminal.expect("its checkpoint is that of base, bit for bit", within: 60)
      terminal.type("quit\r")
      #expect(try terminal.waitForEnd() == 0)
      #expect(try digest(of: "base", in: folder) == digest(of: "again", in: folder))
    }
  }

  @Test func `a run that waits is told by the step that is saved, at the rate that it had`() throws
  {
    try atPrompt { terminal, folder in
      terminal.type("run mine on ring steps=10M batch=16 log-every=1k sample-every=10M as base &\r")
      try terminal.expect("In [2]: ")
      _ = terminal.listen(for: 1)
      terminal.type("pause base\r")
      let told = try terminal.expect("resume base` goes on")
      let step = try #require(
        told.components(separatedBy: "base waits after step ").last?
          .components(separatedBy: ", saved").first)
      let shown = try Program.run(["-c", "show base"], in: folder).output
      #expect(shown.contains("base: paused after \(step) of 10,000,000 steps"), "\(step): \(shown)")
      #expect(shown.contains("paused at step \(step)\n"), "\(step): \(shown)")
      for line in ["runs", "runs where status=paused"] {
        let listed = try Program.run(["-c", line], in: folder).output
        #expect(listed.contains("base  paused"), "\(listed)")
      }
      #expect(
        try Program.run(["-c", "runs where status=running"], in: folder).output
          == "no run is like that\n")
      func jobs() throws -> String {
        terminal.type("jobs\r")
        _ = try terminal.expect("paused")
        return terminal.listen(for: 0.5).split(whereSeparator: \.isNewline).first.map(String.init)
          ?? ""
      }
      let first = try jobs()
      _ = terminal.listen(for: 1)
      #expect(try jobs() == first)
      #expect(first.contains(step), "\(first)")
      terminal.type("stop base\r")
      try terminal.expect("base is stopped at step \(step), saved")
      let ended = try Program.run(["-c", "show base"], in: folder).output
      #expect(ended.contains("base: stopped after \(step) of"), "\(ended)")
    }
  }

  @Test func `the end of a run that is watched is told once, with its time at work`() throws {
    try atPrompt { terminal, folder in
      terminal.type(
        "run mine on ring steps=20k batch=16 log-every=100 sample-every=20k as base &\r")
      try terminal.expect("In [2]: ")
      terminal.type("pause base\r")
      try terminal.expect("base waits after step ")
      _ = terminal.listen(for: 1.5)
      terminal.type("resume base\r")
      try terminal.expect("base goes on")
      terminal.type("watch base\r")
      let end = try terminal.expect("to base.png`", within: 120)
      let line = end.split(whereSeparator: \.isNewline).last { $0.contains("base is finished") }
      let took = try #require(line?.components(separatedBy: " in ").last)
      terminal.type("wait\r")
      try terminal.expect("In [6]: ")
      terminal.type("quit\r")
      #expect(try terminal.waitForEnd() == 0)
      #expect(terminal.transcript.components(separatedBy: "base is finished").count == 2)
      // What it waited for is in neither of the two.
      let shown = try Program.run(["-c", "show base"], in: folder).output
      #expect(shown.contains("took \(took)\n"), "\(took): \(shown)")
    }
  }

  @Test func `leaving is asked twice, and saves`() throws {
    try atPrompt { terminal, folder in
      try beginForGood(terminal, folder)
      terminal.type("quit\r")
      try terminal.expect("base would be stopped, saved")
      try terminal.expect("In [2]: ")
      terminal.type("\u{4}")
      try terminal.expect("stopping base at the end of a step")
      #expect(try terminal.waitForEnd() == 0)
      let runs = try Program.run(["-c", "runs"], in: folder)
      #expect(runs.output.contains("stopped"))
      #expect(try Program.run(["-c", "show base"], in: folder).output.contains("checkpoint gansh"))
    }
  }

  @Test func `a terminal that goes away stops them, saved`() throws {
    try atPrompt { terminal, folder in
      try beginForGood(terminal, folder)
      terminal.signal(SIGHUP)
      #expect(try terminal.waitForEnd() == 130)
      let shown = try Program.run(["-c", "show base"], in: folder).output
      #expect(shown.contains("stopped after") && shown.contains("checkpoint gansh.runs/base"))
    }
  }

  @Test func `another shell tunes, pauses and stops it through the notebook`() throws {
    try atPrompt { terminal, folder in
      terminal.type("run mine on ring steps=10M batch=16 as base &\r")
      try terminal.expect("In [2]: ")
      func other(_ line: String) throws -> Program.Result {
        try Program.run(["-c", line], in: folder)
      }
      let tuned = try other("tune base lr=1e-3")
      #expect(tuned.output.contains("base: from step "), "\(tuned)")
      #expect(try other("pause base").output.contains("base was asked to wait"))
      var hasPaused = false
      for _ in 0..<100 where !hasPaused {
        usleep(50_000)
        terminal.type("jobs\r")
        hasPaused = terminal.listen(for: 0.1).contains("paused")
      }
      #expect(hasPaused)
      let jobs = try other("jobs").output
      #expect(
        jobs.contains(
          "a run is at work in other shells: `runs where status in running,paused` lists it"),
        "\(jobs)")
      #expect(try other("jobs | json").output == "[]\n")
      let renamed = try other("rename base to better").errors
      #expect(renamed.contains("help: stop it first: `stop base`"), "\(renamed)")
      #expect(try other("resume base").output.contains("base goes on"))
      #expect(try other("stop base").output.contains("base is stopped at step "))
      try terminal.expect("base is stopped at step ")
    }
  }

  @Test func `a stopped run is tuned for when it goes on`() throws {
    try Program.withFolder { folder in
      let script = Self.declarations + "run mine on ring steps=20 batch=16 as base\n"
      _ = try Program.run([], in: folder, input: script)
      let tuned = try Program.run(["-c", "tune base lr=1e-3"], in: folder)
      #expect(tuned.output.contains("when it goes on: `resume base steps=40`"), "\(tuned.errors)")
      let resumed = try Program.run(["-c", "resume base steps=40; show base"], in: folder)
      #expect(resumed.status == 0, "\(resumed.errors)")
      let shown = resumed.output.split(separator: "\n").first { $0.contains("0.001 ") }
      #expect(shown?.contains("21") == true, "\(resumed.output)")
      let lines =
        "tune base glr=5e-3; tune base lr=2e-3; resume base steps=50; tune base lr=2e-4; show base"
      let twice = try Program.run(["-c", lines], in: folder)
      let replaced = twice.output.split(separator: "\n").last { $0.contains("0.005 ") }
      #expect(replaced?.contains("replaced before it came into force") == true, "\(twice)")
      #expect(twice.output.contains("lr=0.0002 (was 0.002)"), "\(twice)")
      // What waits already would be in force.
      #expect(
        twice.output.contains(
          "lr=0.002 (was 0.005 for the generator, 0.001 for the discriminator)"),
        "\(twice)")
      let replayed = try Program.run(["-c", "replay base"], in: folder)
      #expect(replayed.output.contains("is that of base, bit for bit"), "\(replayed)")
    }
  }
}
