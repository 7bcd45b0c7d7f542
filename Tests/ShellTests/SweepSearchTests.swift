import Foundation
import Glibc
import TestSupport
import Testing

/// `search=tpe` at work: what it chooses, kills, more trials, spaces that are exhausted.
@Suite(.serialized) struct SweepSearchTests {
  private static let declarations = """
    data ring ring modes=8
    arch mine like mlp points=2 width=8

    """
  private static let line =
    "sweep mine on ring lr=1e-5..1e-1:log batch=4..16 objective=hinge,nonsaturating threads=1 "
    + "steps=20 search=tpe by=high_quality"

  private func answer(_ line: String, in folder: String) throws -> Program.Result {
    try Program.run(["-c", line], in: folder)
  }

  private func csv(_ query: String, in folder: String) throws -> [String] {
    try answer("sql \(query) | csv", in: folder).output.split(separator: "\n").dropFirst()
      .map(String.init)
  }

  private func settings(in folder: String) throws -> [String] {
    try csv("select settings from trials order by number", in: folder)
  }

  @Test func `the same results lead to the same choices, and more trials go on`() throws {
    var all: [[String]] = []
    for _ in 0..<2 {
      try Program.withFolder { folder in
        let first = try Program.run(
          [], in: folder, input: Self.declarations + Self.line + " trials=12 as s\n")
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output.contains("s is done: 12 finished"), "\(first.output)")
        #expect(first.errors.contains("10 runs of 10 configurations; the search chooses 2 more"))
        #expect(first.output.contains("one seed has no standard error"))
        let before = try settings(in: folder)
        #expect(before.count == 12 && Set(before).count == 12)
        let again = try answer(Self.line + " trials=14 as s", in: folder)
        #expect(again.status == 0 && again.output.contains("s is done: 14 finished"), "\(again)")
        let after = try settings(in: folder)
        #expect(Array(after.prefix(12)) == before)
        all.append(after)
        let fewer = try answer(Self.line + " trials=3 as s", in: folder)
        #expect(fewer.errors.contains("has 14 configurations already"), "\(fewer.errors)")
        let other = try answer(
          Self.line.replacingOccurrences(of: "1e-5..", with: "1e-2..") + " trials=20 as s",
          in: folder)
        #expect(other.errors.contains("`s` is another sweep"), "\(other.errors)")
      }
    }
    #expect(all[0] == all[1])
  }

  @Test func `what diverges is a bad result, and what is chosen keeps away from it`() throws {
    try Program.withFolder { folder in
      let result = try Program.run(
        [], in: folder,
        input: Self.declarations
          + "sweep mine on ring threads=1 steps=300 batch=8 optimiser=sgd objective=lsgan "
          + "lr=1e-4..100:log search=tpe trials=20 by=high_quality as s\n")
      #expect(result.status == 0, "\(result.errors)")
      #expect(
        try csv("select count(*), count(distinct run) from trials where state = 'done'", in: folder)
          == ["20,20"])
      #expect(result.output.contains("diverged"))
      // The rates of the first ten that diverged begin somewhere; of the later ones fewer do.
      func diverged(_ from: Int, _ to: Int) throws -> Int {
        try Int(
          csv(
            "select count(distinct configuration) from trials where status = 'diverged' "
              + "and configuration between \(from) and \(to)", in: folder
          ).first ?? "") ?? 99
      }
      #expect(try diverged(11, 20) < diverged(1, 10))
    }
  }

  @Test func `workers and the shell are killed, and resume does the rest once`() throws {
    try Program.withFolder { folder in
      _ = try Program.run([], in: folder, input: Self.declarations)
      let shell = try Program.start(
        ["-c", Self.line + " trials=16 jobs=2 as s"], in: folder, named: "shell")
      func planned() throws -> Int {
        try Int(csv("select count(*) from trials", in: folder).first ?? "") ?? 0
      }
      for _ in 0..<1200 where try planned() < 12 { usleep(50_000) }
      kill(shell.processIdentifier, SIGKILL)
      shell.waitUntilExit()
      for pid in try csv("select pid from trial where state = 'taken'", in: folder) {
        if let pid = pid_t(pid) { kill(pid, SIGKILL) }
      }
      usleep(100_000)
      let resumed = try answer("resume s", in: folder)
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(resumed.output.contains("s is done: 16 finished"), "\(resumed.output)")
      #expect(
        try csv("select count(*), count(distinct settings) from trials", in: folder) == ["16,16"])
      #expect(try csv("select count(*) from run", in: folder) == ["16"])
    }
  }

  @Test func `a space of fewer configurations is tried whole, and said to be`() throws {
    try Program.withFolder { folder in
      let line =
        "sweep mine on ring lr=1e-4,1e-3 batch=4..6 threads=1 steps=5 search=tpe trials=40"
      let result = try Program.run([], in: folder, input: Self.declarations + line + " as s\n")
      #expect(result.status == 0, "\(result.errors)")
      #expect(
        result.errors.contains("there are 6 configurations and no more, fewer than 40 trials"))
      #expect(result.output.contains("s is done: 6 finished"), "\(result.output)")
      #expect(try Set(settings(in: folder)).count == 6)
      // How many a condition leaves is known when none is left.
      let some = try answer(
        "sweep mine on ring lr=1e-4,1e-3 batch=4..9 threads=1 steps=5 search=tpe trials=12 as t "
          + "where batch<6 or lr>5e-4", in: folder)
      #expect(some.status == 0, "\(some.errors)")
      #expect(some.errors.contains("there are 8 configurations and no more"), "\(some.errors)")
      #expect(some.output.contains("t is done: 8 finished"), "\(some.output)")
      let again = try answer("resume t", in: folder)
      #expect(again.status == 0 && again.errors.contains("and no more"), "\(again)")
    }
  }

  @Test func `a dry one says how many and how long, and begins none`() throws {
    try Program.withFolder { folder in
      let result = try Program.run(
        [], in: folder, input: Self.declarations + Self.line + " trials=40 dry=yes as s\n")
      #expect(
        result.output.contains("10 runs to begin and 30 that the search chooses: about "),
        "\(result.output)")
      #expect(try csv("select count(*) from sweep", in: folder) == ["0"])
    }
  }

  @Test func `what has not the metric ends with a sentence, and goes on by another`() throws {
    try Program.withFolder { folder in
      let line = Self.line.replacingOccurrences(of: "by=high_quality", with: "by=test_accuracy")
      let result = try Program.run(
        [], in: folder, input: Self.declarations + line + " trials=11 as s\n")
      #expect(result.status == 1)
      #expect(
        result.errors.contains(
          "no run of s that finished has the metric test_accuracy; the same line with another"),
        "\(result.errors)")
      let other = try answer(Self.line + " trials=11 as s", in: folder)
      #expect(other.status == 0 && other.output.contains("s is done: 11 finished"), "\(other)")
    }
  }

  @Test func `a declaration that changed meanwhile ends the search with a sentence`() throws {
    try Program.withFolder { folder in
      _ = try Program.run(
        [], in: folder, input: Self.declarations + Self.line + " trials=10 as s\n")
      _ = try answer("arch mine like mlp points=2 width=4", in: folder)
      _ = try answer("sql select 1", in: folder)
      let result = try answer(Self.line + " trials=12 as s", in: folder)
      #expect(result.errors.contains("means something else now"), "\(result.errors)")
    }
  }
}
