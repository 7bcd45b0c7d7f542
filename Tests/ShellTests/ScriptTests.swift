import Foundation
import TestSupport
import Testing

/// Scripts with parameters and expectations, and scripts made of what was typed.
@Suite struct ScriptTests {
  private static let study = """
    param steps=9 length=full|tenth
    data ring ring modes=8
    arch mine like mlp points=2 width=16
    run mine on ring steps=$steps batch=16 as run-$length
    """

  private func write(_ text: String, _ name: String, in folder: String) throws {
    try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
  }

  @Test func `a script's parameters are given on the command line`() throws {
    try Program.withFolder { folder in
      try write(Self.study, "study.gansh", in: folder)
      let result = try Program.run(["study.gansh", "steps=4", "length=tenth"], in: folder)
      #expect(result.status == 0, "\(result.errors)")
      let runs = try Program.run(["-c", "sql select name, stepsDone from run | csv"], in: folder)
      #expect(runs.output == "name,stepsDone\nrun-tenth,4\n")
      let cells = try Program.run(["-c", "history run-$length"], in: folder)
      #expect(cells.status == 1, "at the prompt there is no such parameter")
      let typed = try Program.run(["-c", "history 'run-$length'"], in: folder)
      #expect(typed.output.contains("steps=$steps batch=16 as run-$length"))
      let text = try Program.run(["-c", "sql select text from run | csv"], in: folder).output
      #expect(!text.contains("$") && text.contains("steps=4"))
    }
  }

  @Test(
    arguments: [
      (["study.gansh", "step=4"], 1, "`study.gansh` has no parameter `step`"),
      (["study.gansh", "length=tneth"], 1, "study.gansh:1:15"),
      (["steps=4"], 2, "no script is named"), (["study.gansh", "steps=4", "steps=5"], 2, "twice"),
      (["study.gansh", "./steps=4"], 1, "steps=4"),
    ] as [([String], Int32, String)])
  func `what is given wrongly runs nothing`(arguments: [String], status: Int32, message: String)
    throws
  {
    try Program.withFolder { folder in
      try write(
        Self.study.replacingOccurrences(of: "run mine", with: "#"), "study.gansh", in: folder)
      let result = try Program.run(arguments, in: folder)
      #expect(result.status == status)
      #expect(result.errors.contains(message), "\(result.errors)")
    }
  }

  @Test func `an included script gets what the including one has, and keeps its own`() throws {
    try Program.withFolder { folder in
      try write("param a=1 b=2 c=3\nrecipe r-$a-$b-$c", "part.gansh", in: folder)
      let script = "param a=7\ninclude part.gansh b=8\nparam\n"
      let result = try Program.run([], in: folder, input: script)
      #expect(result.status == 0, "\(result.errors)")
      let names = try Program.run(["-c", "sql select name from declaration | csv"], in: folder)
      #expect(names.output == "name\nr-7-8-3\n")
      #expect(result.output.hasSuffix("parameter  value\na          7\n"), "\(result.output)")
      let wrong = try Program.run(["-c", "include part.gansh d=8"], in: folder)
      #expect(wrong.errors.contains("`part.gansh` has no parameter `d`"), "\(wrong.errors)")
    }
  }

  @Test func `what is expected holds or ends the script with its numbers`() throws {
    try Program.withRun { folder in
      func answer(_ line: String) throws -> Program.Result {
        try Program.run(["-c", line + "; recipe after"], in: folder)
      }
      let holds = try answer("expect steps(base)>=1 and status(base)=finished")
      #expect(holds.status == 0, "\(holds.errors)")
      #expect(holds.output.contains("as expected: steps(base) is "))
      #expect(holds.output.contains("status(base) is finished"))
      let fails = try answer("expect status(base)=finished and (steps(base)>1M or seed(base)=99)")
      #expect(fails.status == 1)
      #expect(fails.errors.contains("error: not as expected: steps(base) is "), "\(fails.errors)")
      #expect(fails.errors.contains("seed(base) is "))
      #expect(!fails.errors.contains("status(base) is"))
      #expect(!fails.output.contains("after"))
      #expect(try answer("expect not steps(base)>1M").status == 0)
      #expect(try answer("expect steps(base)=steps(base)").status == 0)
      for missing in [
        "not modes(base)@999k>1", "modes(base)@999k=modes(base)@999k",
        "modes(base)@999k=modes(base)@999k or steps(base)>=1",
        "not (modes(base)@999k>1 and steps(base)>1M)",
      ] {
        let result = try answer("expect \(missing)")
        #expect(result.status == 1, "\(missing): \(result.output)")
        #expect(
          result.errors.contains("modes(base) at 999000 is not there"),
          "\(missing): \(result.errors)")
      }
      #expect(try answer("expect modes(base)@999k=none").status == 0)
      #expect(try answer("expect steps(base)<steps(base)").status == 1)
      for (line, message) in [
        ("expect", "needs"), ("expect steps>3", "needs a run in parentheses"),
        ("expect steps(bse)>3", "did you mean `base`?"),
        ("expect stps(base)>3", "did you mean `steps`?"),
        ("expect steps(base)>3 extra", "nothing may follow the condition"),
      ] {
        let wrong = try answer(line)
        #expect(wrong.status == 1 && wrong.errors.contains(message), "\(line): \(wrong.errors)")
      }
    }
  }

  @Test func `a script is made of cells, and does the same`() throws {
    try Program.withFolder { folder in
      try write("recipe inner lr=1e-3", "part.gansh", in: folder)
      let typed = """
        param batch=16
        recipe a batch=$batch
        nothing
        include part.gansh
        recipe b lr=$batch
        recipe c batch=8 \\
          lr=1e-3
        rerun 2
        history 2..9 to made.gansh
        """
      _ = try Program.run(["--keep-going"], in: folder, input: typed)
      let made = try String(contentsOfFile: folder + "/made.gansh", encoding: .utf8)
      let heading = try #require(made.split(separator: "\n").first)
      #expect(heading.hasPrefix("# Made by `history` of gansh; SHA-256 of what follows: "))
      #expect(
        made == """
          \(heading)
          param batch=16
          recipe a batch=$batch
          # error:
          # nothing
          include part.gansh
          # error:
          # recipe b lr=$batch
          recipe c batch=8 \\
            lr=1e-3
          recipe a batch=$batch

          """, "\(made)")
      let again = try Program.run(["--notebook", "other.sqlite", "made.gansh"], in: folder)
      #expect(again.status == 0, "\(again.errors)")
      let over = try Program.run(["-c", "history 1 session=1 to made.gansh"], in: folder)
      #expect(over.status == 0, "an earlier one is replaced: \(over.errors)")
      let foreign = try Program.run(["-c", "history 1 session=1 to part.gansh"], in: folder)
      #expect(foreign.errors.contains("has not made, and stays"))
      let file = URL(fileURLWithPath: folder + "/made.gansh")
      try (Data(contentsOf: file) + Data("# by hand\n".utf8)).write(to: file)
      let edited = try Program.run(["-c", "history 1 session=1 to made.gansh"], in: folder)
      #expect(edited.errors.contains("was changed since"), "\(edited.errors)")
      try Data([0xFF, 0xFE, 0x41]).write(to: file)
      let bytes = try Program.run(["-c", "history 1 session=1 to made.gansh"], in: folder)
      #expect(bytes.errors.contains("has not made, and stays"), "\(bytes.errors)")
      #expect(try Data(contentsOf: file) == Data([0xFF, 0xFE, 0x41]))
      #expect(
        try String(contentsOfFile: folder + "/part.gansh", encoding: .utf8)
          == "recipe inner lr=1e-3")
      // As programs made them before they noted a digest.
      try write("# Made by `history` of gansh\nrecipe a\n", "before.gansh", in: folder)
      let before = try Program.run(["-c", "history 1 session=1 to before.gansh"], in: folder)
      #expect(before.errors.contains("was made by an earlier `history`"), "\(before.errors)")
      #expect(
        try String(contentsOfFile: folder + "/before.gansh", encoding: .utf8)
          == "# Made by `history` of gansh\nrecipe a\n")
    }
  }
}
