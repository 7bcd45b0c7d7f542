import Foundation
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

  @Test func `a deleted run takes its files along and gives the space back`() throws {
    try Program.withFolder { folder in
      _ = try Program.run([], in: folder, input: Self.runs)
      let files = FileManager.default
      #expect(files.fileExists(atPath: folder + "/gansh.runs/base"))
      let refused = try Program.run(["-c", "delete base"], in: folder)
      #expect(refused.status == 1 && refused.errors.contains("nobody to ask"))
      #expect(files.fileExists(atPath: folder + "/gansh.runs/base"))
      let done = try Program.run(["-c", "delete where name=base yes"], in: folder)
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
      try terminal.expect("nothing was deleted")
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
    }
  }

  @Test func `a renamed run can be resumed, and a folder in the way is not overwritten`() throws {
    try Program.withFolder { folder in
      _ = try Program.run([], in: folder, input: Self.runs)
      try FileManager.default.createDirectory(
        atPath: folder + "/gansh.runs/taken", withIntermediateDirectories: true)
      let refused = try Program.run(["-c", "rename base to taken"], in: folder)
      #expect(refused.status == 1 && refused.errors.contains("already"))
      let done = try Program.run(["-c", "rename base to first; resume first steps=35"], in: folder)
      #expect(done.status == 0, "\(done.errors)")
      #expect(done.errors.contains("from step 30"))
      #expect(!FileManager.default.fileExists(atPath: folder + "/gansh.runs/base"))
    }
  }
}
