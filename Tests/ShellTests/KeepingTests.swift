import Foundation
import Glibc
import Shell
import TestSupport
import Testing

/// What changes or removes what is there, from outside.
@Suite struct KeepingTests {
  private static let runs = ExampleSetting.runs.script

  @Test func `cells run again are printed, run and numbered`() throws {
    try Program.withFolder { folder in
      _ = try Program.run(
        [], in: folder, input: "data ring ring modes=8\nrecipe calm lr=1e-4\nquit")
      let result = try Program.run([], in: folder, input: "rerun 1..9\nrerun 2 session=1")
      #expect(result.status == 0, "\(result.errors)")
      let lines = result.output.split(separator: "\n")
      #expect(lines[0] == "In [2]: data ring ring modes=8")
      #expect(lines[2] == "In [3]: recipe calm lr=1e-4")
      #expect(lines[4] == "In [5]: recipe calm lr=1e-4")
      let history = try Program.run(["-c", "history where session=2"], in: folder).output
      #expect(history.contains("[4] rerun 2 session=1") && history.contains("[5] recipe calm"))
      // Only what is no `rerun` itself is run again, and what fails ends it.
      let again = try Program.run(
        ["-c", "rerun 4 session=2; data x nowhere; runs"], in: folder)
      #expect(again.status == 1 && again.output.isEmpty)
      for line in ["rerun 99", "rerun 0", "rerun 3..1", "rerun x", "rerun 1 session=9"] {
        #expect(try Program.run(["-c", line], in: folder).status == 1, "\(line)")
      }
    }
  }

  @Test func `a run that had a name is run again under another one`() throws {
    try Program.withFolder { folder in
      let lines = "data ring ring\narch m like mlp points=2 width=8\nrun m on ring steps=4 as a\n"
      _ = try Program.run([], in: folder, input: lines)
      let result = try Program.run(
        ["-c", "rerun 3 session=1; rerun 3 session=1"], in: folder)
      #expect(result.status == 0, "\(result.errors)")
      let again = try Program.run(["-c", "rerun 2 session=2"], in: folder)
      #expect(again.status == 0, "\(again.errors)")
      let names = try Program.run(["-c", "sql select name from run order by id"], in: folder)
      #expect(
        names.output.split(whereSeparator: \.isWhitespace).suffix(4)
          == ["a", "a-rerun", "a-rerun-2", "a-rerun-3"], "\(names.output)")
    }
  }

  @Test func `at the prompt the first cell that fails ends it`() throws {
    let program = try #require(Program.path)
    try Program.withFolder { folder in
      let terminal = try PseudoTerminal(
        program, environment: Program.environment(home: folder), folder: folder)
      try terminal.expect("In [1]: ")
      terminal.type("show x\r")
      try terminal.expect("In [2]: ")
      terminal.type("data ring ring\r")
      try terminal.expect("In [3]: ")
      terminal.type("rerun 1..2\r")
      try terminal.expect("cell 1 failed; the one after it was not run again")
      terminal.type("quit\r")
    }
  }

  @Test func `a declaration that no run was made of can be deleted`() throws {
    try Program.withFolder { folder in
      let lines =
        "data ring ring\narch m like mlp points=2 width=8\nrun m on ring steps=4 as a\n"
        + "data ring grid\narch other like mlp points=2\nrecipe calm lr=1e-4\n"
      _ = try Program.run([], in: folder, input: lines)
      let back = try Program.run(["-c", "delete data ring"], in: folder)
      #expect(back.status == 0, "\(back.errors)")
      #expect(
        back.output.contains(
          "data set ring is deleted; the name means again: data ring ring modes=8"),
        "\(back.output)")
      let used = try Program.run(["-c", "delete data ring yes"], in: folder)
      #expect(used.status == 1)
      #expect(used.errors.contains("`ring` was used by run `a`"), "\(used.errors)")
      let gone = try Program.run(["-c", "delete arch other recipe calm"], in: folder)
      #expect(gone.status == 0, "\(gone.errors)")
      #expect(try Program.run(["-c", "show arch other"], in: folder).status == 1)
      #expect(try Program.run(["-c", "show recipe calm"], in: folder).status == 1)
      let all = try Program.run(["-c", "delete arch m data ring yes a"], in: folder)
      #expect(all.status == 1)
      #expect(try Program.run(["-c", "show a"], in: folder).status == 0)
    }
  }

  @Test func `what is meant by a name is said`() throws {
    try Program.withFolder { folder in
      for (line, sentence) in [
        ("data ring ring; show ring", "`show data ring` shows it"),
        ("data ring ring; delete ring yes", "`delete data ring` deletes it"),
        (
          "data ring ring; arch m like mlp points=2 width=4; run m on ring steps=1 as a; show data a",
          "there is no data set `a`; a run is called so"
        ),
        ("show data a", "`show a` shows it"),
        ("show recipe m", "there is no recipe `m`; an architecture is called so"),
        ("arch m like mlp points=2; run m on ring as 'my run'", "`my run` cannot be a name"),
        ("history limit 1", ""), ("help fid", ""), ("help hinge", ""), ("help collapse", ""),
      ] {
        let result = try Program.run(["-c", line], in: folder)
        #expect(result.errors.contains(sentence) || sentence.isEmpty, "\(result.errors)")
        #expect((result.status == 0) == sentence.isEmpty, "\(line)")
      }
      let one = try Program.run(
        ["-c", "data one portraits count=1 size=16; show data one"], in: folder)
      #expect(one.output.contains("1 image of 16x16x3"), "\(one.output)")
    }
  }

  @Test func `a deleted run takes its files along and gives the space back`() throws {
    try Program.withFolder { folder in
      _ = try Program.run([], in: folder, input: Self.runs)
      let files = FileManager.default
      #expect(files.fileExists(atPath: folder + "/gansh.runs/base"))
      let refused = try Program.run(["-c", "delete base"], in: folder)
      #expect(refused.status == 1 && refused.errors.contains("nobody to ask"))
      #expect(files.fileExists(atPath: folder + "/gansh.runs/base"))
      let done = try Program.run(["-c", "delete base base yes"], in: folder)
      #expect(done.status == 0 && done.output.contains("base is deleted"), "\(done.errors)")
      #expect(!files.fileExists(atPath: folder + "/gansh.runs/base"))
      #expect(files.fileExists(atPath: folder + "/gansh.runs/calm"))
      let left = try Program.run(["-c", "sql select count(*) from metric where run=1"], in: folder)
      #expect(left.output.contains("0"))
    }
  }

  @Test func `at a terminal it lists what goes and asks`() throws {
    let program = try #require(Program.path)
    try Program.withFolder { folder in
      _ = try Program.run([], in: folder, input: Self.runs)
      let terminal = try PseudoTerminal(
        program, environment: Program.environment(home: folder), folder: folder)
      try terminal.expect("In [1]: ")
      terminal.type("delete base calm\r")
      try terminal.expect("base: finished, 30 steps")
      try terminal.expect("delete these 2 runs for good? [y/N] ")
      terminal.type("n\r")
      try terminal.expect("kept: nothing was deleted")
      try terminal.expect("In [2]: ")
      terminal.type("delete base\r")
      try terminal.expect("[y/N] ")
      terminal.type("\u{3}")
      try terminal.expect("nothing was deleted")
      terminal.type("delete base\r")
      try terminal.expect("[y/N] ")
      terminal.type("yes\r")
      try terminal.expect("base is deleted")
      terminal.type("runs where stat\t")
      try terminal.expect("runs where status")
      terminal.type("=fin\t")
      try terminal.expect("finished")
      terminal.type("\r")
      try terminal.expect("calm")
      terminal.type("quit\r")
      let status = try terminal.waitForEnd()
      #expect(status == 0)
      #expect(!terminal.transcript.contains("error"))
      let refused = try Program.run(
        ["-c", "sql select count(*) from cell where status = 'error'"], in: folder)
      #expect(refused.output.split(whereSeparator: \.isWhitespace).last == "0")
    }
  }

  @Test func `a run whose folder another process has taken keeps its name`() throws {
    try Program.withFolder { folder in
      _ = try Program.run([], in: folder, input: Self.runs)
      let taken = open(folder + "/gansh.runs/base", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      defer { close(taken) }
      try #require(flock(taken, LOCK_EX | LOCK_NB) == 0)
      let refused = try Program.run(["-c", "rename base to first"], in: folder)
      #expect(refused.status == 1)
      #expect(refused.errors.contains("another process is at work in `gansh.runs/base`"))
      flock(taken, LOCK_UN)
      #expect(try Program.run(["-c", "rename base to first"], in: folder).status == 0)
    }
  }

  @Test func `a renamed run can be resumed, and a folder in the way is not overwritten`() throws {
    try Program.withFolder { folder in
      _ = try Program.run([], in: folder, input: Self.runs)
      try FileManager.default.createDirectory(
        atPath: folder + "/gansh.runs/taken", withIntermediateDirectories: true)
      try Data("kept".utf8).write(to: URL(fileURLWithPath: folder + "/gansh.runs/taken/mine"))
      let refused = try Program.run(["-c", "rename base to taken"], in: folder)
      #expect(refused.status == 1 && refused.errors.contains("already"))
      let done = try Program.run(["-c", "rename base to first; resume first steps=35"], in: folder)
      #expect(done.status == 0, "\(done.errors)")
      #expect(done.errors.contains("from step 30"))
      #expect(!FileManager.default.fileExists(atPath: folder + "/gansh.runs/base"))
    }
  }
}
