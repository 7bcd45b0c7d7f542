import Foundation
import GRDB
import Glibc
import TestSupport
import Testing

/// Sweeps at work: several processes, kills, stops, lines typed again.
@Suite(.serialized) struct SweepTests {
  private static let declarations = """
    data ring ring modes=8
    arch mine like mlp points=2 width=8

    """

  private func answer(_ line: String, in folder: String) throws -> Program.Result {
    try Program.run(["-c", line], in: folder)
  }

  private func csv(_ query: String, in folder: String) throws -> [String] {
    try answer("sql \(query) | csv", in: folder).output.split(separator: "\n").dropFirst()
      .map(String.init)
  }

  /// Waits until something holds, which other processes bring about; a minute at most.
  private func until(_ holds: () throws -> Bool) throws {
    for _ in 0..<600 {
      if try holds() { return }
      usleep(100_000)
    }
    Issue.record("it does not come to hold")
  }

  @Test func `all runs are done, each by its own line`() throws {
    try Program.withFolder { folder in
      let result = try Program.run(
        [], in: folder,
        input: Self.declarations
          + "sweep mine on ring lr=2e-4,5e-4 seeds=2 jobs=2 threads=1 steps=20 batch=8 as s\n")
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("s is done: 4 finished"))
      #expect(
        try csv("select run, status, state from trials order by number", in: folder)
          == (1...4).map { "s-\($0),finished,done" })
      // A run of the sweep is what its own line makes.
      let alone = try Program.run(
        [], in: folder,
        input: "run mine on ring lr=5e-4 seed=2 threads=1 steps=20 batch=8 as alone\n")
      #expect(alone.status == 0)
      let digests = try csv(
        "select digest from checkpoint join run on run.id = run where name in ('s-4', 'alone') "
          + "and step = 20", in: folder)
      #expect(digests.count == 2 && Set(digests).count == 1)
      let table = try answer("show s by=modes | csv", in: folder)
      #expect(
        table.output.hasPrefix(
          "configuration,lr,steps,n,rank,modes,s.e.,difference,its s.e.,against the first\n"))
      #expect(try answer("show base", in: folder).status == 1)
      let neither = try answer("show s by=generator_loss", in: folder)
      #expect(neither.errors.contains("neither end") && neither.output.isEmpty, "\(neither)")
      let nothing = try answer("show s by=nothing", in: folder)
      #expect(nothing.output.isEmpty && nothing.errors.contains("more (`help metrics`)"))
      #expect(nothing.errors.components(separatedBy: "high_quality").count == 2, "listed once")
      #expect(try answer("show s by=mods", in: folder).errors.contains("did you mean `modes`?"))
    }
  }

  @Test func `the line again adds only what is missing, with more alternatives theirs`() throws {
    try Program.withFolder { folder in
      let line = "sweep mine on ring threads=1 steps=5 batch=8 lr=2e-4"
      _ = try Program.run([], in: folder, input: Self.declarations + line + " seeds=2 as s\n")
      let again = try answer("\(line) seeds=2 as s", in: folder)
      #expect(
        again.status == 0
          && again.errors.contains("2 runs of 1 configuration, 2 of them there already"))
      _ = try answer("delete s-2 yes", in: folder)
      let wider = try answer("\(line),5e-4 objective=nonsaturating,hinge seeds=3 as s", in: folder)
      #expect(wider.status == 0, "\(wider.errors)")
      let rows = try csv(
        "select number, configuration, seed, settings, status from trials order by number",
        in: folder)
      #expect(rows.count == 12)
      #expect(rows[0].hasPrefix("1,1,1,") && rows[1].hasPrefix("2,1,2,"))
      #expect(rows[2].hasPrefix("3,1,3,"), "a new seed of the first configuration: \(rows)")
      #expect(rows.allSatisfy { $0.hasSuffix(",finished") })
      for other in ["lr=5e-4 seeds=3", "lr=2e-4 steps=6 seeds=3", "lr=2e-4,5e-4 threads=2 seeds=3"]
      {
        let result = try answer(
          "sweep mine on ring batch=8 \(other.contains("steps") ? "" : "steps=5") "
            + "\(other.contains("threads") ? "" : "threads=1") \(other) as s", in: folder)
        #expect(result.errors.contains("`s` is another sweep"), "\(other): \(result.errors)")
      }
      _ = try answer("arch mine like mlp points=2 width=4", in: folder)
      let changed = try answer(
        "\(line),5e-4 objective=nonsaturating,hinge seeds=3 as s", in: folder)
      #expect(changed.errors.contains("means something else now"), "\(changed.errors)")
      #expect(
        try answer("run mine on ring steps=1 as s", in: folder).errors.contains("a sweep named"))
    }
  }

  @Test func `seeds beyond what a double holds are those that were typed`() throws {
    try Program.withFolder { folder in
      let begin = Self.declarations + "sweep mine on ring steps=2 batch=2 threads=1 "
      for (number, seeds, expected) in [
        (1, "seeds=9007199254740992..9007199254740994", (0..<3).map { 9_007_199_254_740_992 + $0 }),
        (2, "seed=9223372036854775807 seeds=2", [UInt64.max / 2, UInt64.max / 2 + 1]),
        (3, "seeds=18446744073709551614,18446744073709551615", [.max - 1, .max]),
      ] as [(Int, String, [UInt64])] {
        let made = try Program.run([], in: folder, input: begin + "\(seeds) as s\(number)\n")
        #expect(made.status == 0, "\(made.errors)")
        let rows = try csv(
          "select run.seed from run join trial on trial.run = run.id join sweep on sweep.id = sweep "
            + "where sweep.name = 's\(number)' order by trial.number", in: folder)
        #expect(rows.map { Int64($0).map { UInt64(bitPattern: $0) } } == expected, "\(rows)")
      }
    }
  }

  @Test(.enabled(if: SmallDisk.isAvailable, "a small disk can be mounted by root only"))
  func `a full disk ends the workers, and resume does what is missing once there is room`() throws {
    let disk = try SmallDisk(bytes: 24 << 20)
    let folder = disk.path
    let declared = try Program.run(
      [], in: folder, input: "data ring ring modes=8; arch mine like mlp points=2 width=256")
    try #require(declared.status == 0, "\(declared.errors)")
    try disk.fill(leaving: 5 << 20)
    let line =
      "sweep mine on ring lr=1e-4,2e-4,3e-4 jobs=1 threads=1 steps=100 batch=16 checkpoint-every=50 signals=no as s"
    for line in [line, "resume s"] {
      let result = try answer(line, in: folder)
      #expect(result.status == 1, "\(result.output)")
      #expect(result.errors.contains("no space is left"), "\(result.errors)")
    }
    let statuses = try csv("select status, count(*) from run group by status", in: folder)
    #expect(!statuses.contains { $0.hasPrefix("failed") }, "\(statuses)")
    try disk.makeRoom()
    let resumed = try answer("resume s", in: folder)
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(resumed.output.contains("s is done: 3 finished"), "\(resumed.output)")
  }

  @Test
  func `what a process of another host has only taken is named, and stop does not wait for it`()
    throws
  {
    try Program.withFolder { folder in
      let line = "sweep mine on ring seeds=3 threads=1 steps=5 batch=8 as s"
      _ = try Program.run([], in: folder, input: Self.declarations + line + "\n")
      func take(at time: String) throws {
        let queue = try DatabaseQueue(path: folder + "/gansh.sqlite")
        defer { try? queue.close() }
        try queue.write {
          try $0.execute(
            sql:
              "UPDATE trial SET state = 'taken', run = NULL, host = 'elsewhere', pid = 1, taken = \(time) WHERE number = 2"
          )
        }
      }
      _ = try answer("delete s-2 yes", in: folder)
      try take(at: "strftime('%Y-%m-%d %H:%M:%f', 'now')")
      let stopped = try answer("stop s", in: folder)
      #expect(
        stopped.output.contains("nothing of s is at work"), "\(stopped.output)\(stopped.errors)")
      let process = try Program.start(["-c", "resume s"], in: folder, named: "resume")
      defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
      try until {
        try String(contentsOfFile: folder + "/resume.err", encoding: .utf8)
          .contains("s-2 is held by process 1 on elsewhere")
      }
      process.terminate()
      process.waitUntilExit()
      // A clock that was ahead.
      try take(at: "'2999-01-01 00:00:00.000'")
      let resumed = try answer("resume s", in: folder)
      #expect(
        resumed.status == 0 && resumed.output.contains("s is done: 3 finished"), "\(resumed.errors)"
      )
    }
  }

  @Test func `runs that came to their goal before their last step are not taken again`() throws {
    try Program.withFolder { folder in
      let line =
        "sweep mine on ring seeds=2 threads=1 steps=40 batch=8 stop-when='generator_loss<99' as s"
      let result = try Program.run([], in: folder, input: Self.declarations + line + "\n")
      #expect(result.output.contains("s is done: 2 finished"), "\(result.output) \(result.errors)")
      for again in ["resume s", line] { #expect(try answer(again, in: folder).status == 0) }
      #expect(
        try csv("select run, count(*) from event where kind = 'reached' group by run", in: folder)
          .allSatisfy { $0.hasSuffix(",1") })
      #expect(
        try csv("select name, status, stepsDone from run order by name", in: folder)
          == ["s-1,finished,1", "s-2,finished,1"])
    }
  }

  @Test func `what diverges or cannot begin does not stop the others`() throws {
    try Program.withFolder { folder in
      let result = try Program.run(
        [], in: folder,
        input: Self.declarations
          + "sweep mine on ring threads=1 steps=300 batch=8 optimiser=sgd objective=lsgan lr=1e-4,10 as s\n"
      )
      #expect(result.output.contains("1 finished, 1 diverged"), "\(result.output) \(result.errors)")
      #expect(result.status == 0)
      let table = try answer("show s", in: folder).output
      #expect(table.contains("diverged"))
      // A file in the way of a run's checkpoints.
      try FileManager.default.createDirectory(
        atPath: folder + "/gansh.runs/t-1", withIntermediateDirectories: true)
      try "x".write(toFile: folder + "/gansh.runs/t-1/x", atomically: true, encoding: .utf8)
      let line = "sweep mine on ring threads=1 steps=3 batch=8 seeds=2 as t"
      let blocked = try answer(line, in: folder)
      #expect(blocked.status == 1)
      #expect(
        blocked.errors.contains("1 run of t failed, first t-1: the folder"), "\(blocked.errors)")
      try FileManager.default.removeItem(atPath: folder + "/gansh.runs/t-1")
      let again = try answer(line, in: folder)
      #expect(again.status == 0 && again.output.contains("2 finished"), "\(again.errors)")
    }
  }

  @Test func `a worker and the shell are killed, and all is done once`() throws {
    try Program.withFolder { folder in
      _ = try Program.run([], in: folder, input: Self.declarations)
      let line =
        "sweep mine on ring lr=1e-4,2e-4,5e-4,1e-3 objective=hinge,nonsaturating seeds=2 jobs=2 "
        + "threads=1 steps=1500 batch=16 checkpoint-every=50 sample-every=1M as s"
      let shell = try Program.start(["-c", line], in: folder, named: "shell")
      func done() throws -> Int {
        try csv("select count(*) from trials where state = 'done'", in: folder).first.flatMap {
          Int($0)
        } ?? 0
      }
      func workers() throws -> [pid_t] {
        try csv("select pid from trial where state = 'taken'", in: folder).compactMap { pid_t($0) }
      }
      try until { try done() >= 2 }
      // At least one worker holds a run that has begun.
      var victim: pid_t?
      try until {
        victim = try csv(
          "select trial.pid from trial join run on run.id = trial.run "
            + "where trial.state = 'taken' and run.status = 'running'", in: folder
        ).first.flatMap { pid_t($0) }
        return victim != nil
      }
      kill(try #require(victim), SIGKILL)
      let before = try done()
      try until { try done() > before }
      kill(shell.processIdentifier, SIGKILL)
      shell.waitUntilExit()
      // The other worker as well, in the middle of whatever it does.
      for worker in try workers() { kill(worker, SIGKILL) }
      usleep(100_000)

      let resumed = try answer("resume s", in: folder)
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(resumed.output.contains("s is done: 16 finished"))
      #expect(try csv("select name from run", in: folder).count == 16)
      #expect(
        try csv("select stepsDone || ' ' || status from run group by 1", in: folder) == [
          "1500 finished"
        ])
      // No step was written twice.
      #expect(
        try csv(
          "select distinct count(*) || ' ' || count(distinct step) from metrics "
            + "where name = 'generator_loss' group by run", in: folder) == ["1500 1500"])
      let said =
        [resumed.errors, resumed.output]
        + ["shell.err", "shell.out"].compactMap { name in
          try? String(contentsOfFile: folder + "/" + name, encoding: .utf8)
        } + (try csv("select output from cell", in: folder))
        + (try csv("select ifnull(message, '') from run", in: folder))
      #expect(!said.joined().contains("locked"))
    }
  }

  @Test func `a sweep in the background is stopped by another shell, saved, and goes on`() throws {
    try Program.withFolder { folder in
      _ = try Program.run([], in: folder, input: Self.declarations)
      let line =
        "sweep mine on ring seeds=3 jobs=2 threads=1 steps=1M batch=16 checkpoint-every=100 "
        + "sample-every=10M as s &"
      let shell = try Program.start(["-c", line], in: folder, named: "shell")
      try until { try csv("select 1 from run where stepsDone > 100", in: folder).count == 2 }
      #expect(try answer("jobs", in: folder).output.contains("2 runs are at work in other shells"))
      #expect(try answer("show s", in: folder).output.hasPrefix("s: 2 at work, 1 not begun\n"))
      let stopped = try answer("stop s", in: folder)
      #expect(
        stopped.status == 0 && stopped.output.contains("2 stopped, 1 not begun"), "\(stopped)")
      for _ in 0..<500 where shell.isRunning { usleep(20_000) }
      #expect(!shell.isRunning)
      shell.waitUntilExit()
      #expect(try csv("select status from run", in: folder) == ["stopped", "stopped"])
      let taken = try answer("stop s", in: folder)
      #expect(taken.output.contains("nothing of s is at work"))
      #expect(try answer("resume s steps=3", in: folder).errors.contains("is about a run"))
    }
  }

  @Test func `the better ones go on`() throws {
    try Program.withFolder { folder in
      let result = try Program.run(
        [], in: folder,
        input: Self.declarations
          + "sweep mine on ring lr=1e-5,1e-4,1e-3,5e-3 threads=1 jobs=2 steps=40 batch=8 "
          + "halving=high_quality:2 rungs=3 as s\n")
      #expect(result.status == 0, "\(result.errors)")
      #expect(
        try csv("select stepsDone from run order by stepsDone desc", in: folder) == [
          "40", "20", "10", "10",
        ])
      // Each length of each run is told.
      for (steps, count) in [(10, 4), (20, 2), (40, 1)] {
        #expect(
          result.errors.components(separatedBy: "is finished after \(steps) of 40 steps").count
            == count + 1, "\(result.errors)")
      }
      let rows = try answer("show s by=high_quality | csv", in: folder).output
        .split(separator: "\n").map {
          $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
      let header = try #require(rows.first)
      let steps = try #require(header.firstIndex(of: "steps"))
      let verdict = try #require(header.firstIndex(of: "against the first"))
      #expect(rows.dropFirst().map { $0[steps] } == ["40", "20", "10", "10"])
      let first = try #require(rows.first { $0[verdict] == "the first" })
      for row in rows.dropFirst() where row[steps] != first[steps] {
        #expect(["longer", "shorter"].contains(row[verdict]) && row[verdict - 1].isEmpty, "\(row)")
      }
      let more = try answer(
        "sweep mine on ring lr=1e-5,1e-4,1e-3,5e-3,1 threads=1 steps=40 batch=8 "
          + "halving=high_quality:2 rungs=3 as s", in: folder)
      #expect(more.errors.contains("nothing can be added"))
    }
  }

  @Test
  func `runs on different data are ranked apart, and halving says that it ranks them together`()
    throws
  {
    try Program.withFolder { folder in
      _ = try Program.run(
        [], in: folder, input: Self.declarations + "data grid grid side=3 sigma=0.1\n")
      let line = "sweep mine on ring,grid lr=1e-4,1e-3 seeds=2 threads=1 jobs=2 steps=10 batch=8"
      let result = try answer("\(line) as s", in: folder)
      #expect(result.status == 0, "\(result.errors)")
      #expect(!result.errors.contains("ranks runs together"))
      let rows = try answer("show s by=modes | csv", in: folder).output.split(separator: "\n")
      let cells = rows.map { $0.split(separator: ",", omittingEmptySubsequences: false) }
      let header = try #require(cells.first)
      func column(_ name: String) throws -> [Substring] {
        let index = try #require(header.firstIndex { $0 == name })
        return cells.dropFirst().map { $0[index] }
      }
      #expect(try column("data") == ["ring", "ring", "grid", "grid"])
      #expect(try column("against the first").filter { $0 == "the first" }.count == 2)
      #expect(try answer("show s by=modes", in: folder).output.contains("within each data set"))
      let halved = try answer("\(line) halving=modes:2 rungs=2 as h", in: folder)
      #expect(
        halved.errors.contains(
          "halving ranks runs together that are measured against ring and grid"))
    }
  }
}
