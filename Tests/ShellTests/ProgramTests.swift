import Foundation
import TestSupport
import Testing

/// The program from outside: streams, files, exit statuses.
@Suite struct ProgramTests {
  @Test func `exit statuses tell how it went`() throws {
    try Program.withFolder { folder in
      try "help quit\nnothing\n".write(
        toFile: folder + "/bad.gansh", atomically: true, encoding: .utf8)
      try "help quit\n".write(toFile: folder + "/good.gansh", atomically: true, encoding: .utf8)
      let cases: [(arguments: [String], input: String, status: Int32)] = [
        (["-c", "quit"], "", 0), (["-c", "nothing"], "", 1), (["--nothing"], "", 2),
        (["-c", "runs", "file"], "", 2), (["good.gansh"], "", 0), (["bad.gansh"], "", 1),
        (["missing.gansh"], "", 1), (["."], "", 1), ([], "runs", 0), ([], "nothing", 1),
        (["-"], "runs", 0), (["--keep-going", "bad.gansh", "good.gansh"], "", 1), ([], "", 0),
        (["--help"], "", 0), (["--version"], "", 0), (["-c", ""], "", 0),
      ]
      for entry in cases {
        let result = try Program.run(entry.arguments, in: folder, input: entry.input)
        #expect(result.status == entry.status, "\(entry.arguments) < \(entry.input)")
      }
    }
  }

  @Test func `several lines of the command line run one after the other`() throws {
    try Program.withFolder { folder in
      let both = try Program.run(
        ["-c", "data ring ring modes=8", "-c", "sql select name from declaration | csv"], in: folder
      )
      #expect(both.status == 0 && both.output.contains("ring"), "\(both.output)\(both.errors)")
      let failing = try Program.run(["-c", "nothing", "-c", "help quit"], in: folder)
      #expect(failing.status == 1 && failing.output.isEmpty)
      let going = try Program.run(["--keep-going", "-c", "nothing", "-c", "help quit"], in: folder)
      #expect(going.status == 1 && !going.output.isEmpty)
    }
  }

  @Test func `a slip anywhere is found before anything runs`() throws {
    try Program.withFolder { folder in
      let result = try Program.run([], in: folder, input: "help quit\nruns\nnothing\n")
      #expect(result.output.isEmpty)
      #expect(result.errors.hasPrefix("error: there is no command `nothing`\n  <stdin>:3:1\n"))
    }
  }

  @Test func `it keeps going when asked`() throws {
    try Program.withFolder { folder in
      let result = try Program.run(["--keep-going"], in: folder, input: "nothing; runs; x }\nruns")
      #expect(result.output.hasPrefix("no runs yet"))
      #expect(result.status == 1)
    }
  }

  @Test func `talk about the shell makes no file`() throws {
    try Program.withFolder { folder in
      for line in ["quit", "help", "runs", "history", "sql select 1", "nothing"] {
        _ = try Program.run(["-c", line], in: folder)
      }
      let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(files.filter { !$0.hasPrefix(".") }.isEmpty)
    }
  }

  @Test func `what is no notebook is refused and left as it is`() throws {
    try Program.withFolder { folder in
      let path = folder + "/notes.txt"
      try "milk, eggs".write(toFile: path, atomically: true, encoding: .utf8)
      let result = try Program.run(["--notebook", path, "-c", "runs"], in: folder)
      #expect(result.status == 1)
      #expect(result.errors.contains("is not a notebook"))
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "milk, eggs")
    }
  }

  @Test func `no colours and no control characters go into a file`() throws {
    try Program.withFolder { folder in
      let result = try Program.run(["-c", "help runs; nothing"], in: folder)
      #expect(!(result.output + result.errors).contains("\u{1B}"))
    }
  }

  @Test(arguments: [
    "\u{0}", "{", "}", "a = ", "\"", "runs \"", "sql", "sql drop table run", "sql select",
    "include", "include .", "include \"\"", "compare", "compare a", "compare a b c",
    "history count=1e400", "history count=-1", "history count=nan", "help help help",
    "runs & runs", "é → 🙂", "\\", "a\\\nb", ";;;;", "runs;;#x", "!ls", "include nowhere",
    "-1", "1..2", "runs a=1,2,3 b=x:y c=1->2", "history \"\u{1B}[31m\"",
  ])
  func `bad input is answered, never fatal`(line: String) throws {
    try Program.withFolder { folder in
      let result = try Program.run([], in: folder, input: line)
      #expect(result.status == 0 || result.status == 1)
      #expect((result.status == 1) == result.errors.contains("error: "))
    }
  }

  @Test func `text that is not UTF-8 is refused`() throws {
    try Program.withFolder { folder in
      try Data([0xFF, 0xFE, 0x00]).write(to: URL(fileURLWithPath: folder + "/bad.gansh"))
      let result = try Program.run(["bad.gansh"], in: folder)
      #expect(result.errors == "error: `bad.gansh` is no text in UTF-8\n")
    }
  }

  @Test(arguments: [
    "-c runs", "--json -c 'recipe'", "-c 'recipe | csv'", "-c 'recipe | box'", "-c 'help runs'",
    "-c 'tag x'; $G -c 'recipe b'", "--help", "--version",
  ])
  func `what cannot be printed is an error`(arguments: String) throws {
    try Program.withFolder { folder in
      _ = try Program.run(["-c", "recipe a"], in: folder)
      let full = try Program.bash("$G \(arguments) > /dev/full", in: folder)
      #expect(full.status == 1)
      #expect(
        full.errors.hasSuffix("error: the output cannot be written: No space left on device\n"),
        "\(full.errors)")
      let closed = try Program.bash("$G \(arguments) >&-", in: folder)
      #expect(closed.status == 1)
      #expect(closed.errors.contains("the output cannot be written: Bad file descriptor"))
    }
  }

  @Test func `a script stops where its output is lost, and what was made is kept`() throws {
    try Program.withFolder { folder in
      let result = try Program.bash("$G -c 'recipe a; recipe b' > /dev/full", in: folder)
      #expect(result.status == 1)
      let kept = try Program.run(["-c", "sql select name from declaration | csv"], in: folder)
      #expect(kept.output == "name\na\n")
    }
  }

  @Test func `programs get a text as it is kept`() throws {
    try Program.withFolder { folder in
      let script = "recipe a\nsql select char(27) || '[31mred' || char(7) as t | csv\n"
      let result = try Program.run([], in: folder, input: script)
      #expect(result.output.hasSuffix("t\n\u{1B}[31mred\u{7}\n"))
    }
  }

  @Test(arguments: ["-c", "file", "input"])
  func `every statement that can be run is run when it keeps going`(way: String) throws {
    try Program.withFolder { folder in
      let text =
        "recipe a\nrecipe b \"open\nx }; recipe c\nrecipe d {\n 5\n}\nrecipe e lr=\u{2212}1\nrecipe f\n"
      try text.write(toFile: folder + "/all.gansh", atomically: true, encoding: .utf8)
      let arguments = way == "-c" ? ["-c", text] : way == "file" ? ["all.gansh"] : []
      let result = try Program.run(
        ["--keep-going"] + arguments, in: folder, input: way == "input" ? text : "")
      #expect(result.status == 1)
      let kept = try Program.run(["-c", "sql select name from declaration | csv"], in: folder)
      #expect(kept.output == "name\na\nc\nf\n", "\(result.errors)")
    }
  }

  @Test func `pipes are read as scripts, and what never ends is refused`() throws {
    try Program.withFolder { folder in
      let piped = try Program.bash("$G <(echo recipe a) <(echo recipe b)", in: folder)
      #expect(piped.status == 0 && piped.output.contains("recipe b "), "\(piped.errors)")
      for line in ["$G /dev/zero", "$G < /dev/zero"] {
        let endless = try Program.bash(line, in: folder)
        #expect(endless.status == 1)
        #expect(endless.errors.contains("too long: 16 MB"), "\(endless.errors)")
      }
      let long = try Program.bash("truncate -s 10G big; $G big; rm big", in: folder)
      #expect(long.errors.contains("`big` is too long"), "\(long.errors)")
    }
  }

  @Test func `a statement that is far too long is refused with its size`() throws {
    try Program.withFolder { folder in
      let text = "recipe a\nnote a \"" + String(repeating: "x", count: 2 << 20) + "\""
      let result = try Program.run([], in: folder, input: text)
      #expect(result.status == 1)
      #expect(result.errors.contains("a statement of 2.1 MB is too long"), "\(result.errors)")
      #expect(result.errors.count < 1000)
    }
  }
}
