import Foundation
import TestSupport
import Testing

/// Keys of the terminal that are signals, at the prompt, and files that a prompt meets.
@Suite(.serialized) struct TerminalSignalTests {
  private func environment(_ folder: String) -> [String: String] {
    Program.environment(home: folder).merging(["PS1": "bash$ ", "HISTFILE": "/dev/null"]) { $1 }
  }

  @Test func `Ctrl-Z gives the terminal back, and fg brings the line back as it was`() throws {
    let program = try #require(Program.path)
    try Program.withFolder { folder in
      let terminal = try PseudoTerminal(
        "/bin/bash", ["--norc", "--noprofile", "-i"], environment: environment(folder),
        folder: folder)
      try terminal.expect("bash$ ")
      terminal.type("'\(program)' --no-color\r")
      try terminal.expect("In [1]: ")
      terminal.type("recipe fi")
      try terminal.expect("recipe fi")
      terminal.type("\u{1A}")
      try terminal.expect("Stopped")
      try terminal.expect("bash$ ")
      terminal.type("echo between\r")
      try terminal.expect("between\r\n")
      terminal.type("fg\r")
      try terminal.expect("In [1]: recipe fi")
      // Ctrl-A and Ctrl-E move; the terminal does not show them as ^A and ^E.
      terminal.type("rs\u{1}\u{5}t\r")
      let seen = try terminal.expect("recipe first objective=")
      #expect(!seen.contains("^A") && !seen.contains("^E"))
      terminal.type("quit\r")
      try terminal.expect("bash$ ")
      terminal.type("exit\r")
      _ = try terminal.waitForEnd()
    }
  }

  @Test func `a program that was stopped from outside shows its line again`() throws {
    let program = try #require(Program.path)
    try Program.withFolder { folder in
      let terminal = try PseudoTerminal(
        program, environment: Program.environment(home: folder), folder: folder)
      try terminal.expect("In [1]: ")
      terminal.type("recipe one")
      try terminal.expect("recipe one")
      terminal.signal(SIGSTOP)
      usleep(100_000)
      terminal.signal(SIGCONT)
      try terminal.expect("In [1]: recipe one")
      terminal.type("\r")
      try terminal.expect("recipe one objective=")
    }
  }

  @Test func `Ctrl-backslash at the prompt ends the program, the terminal as it was`() throws {
    let program = try #require(Program.path)
    try Program.withFolder { folder in
      let terminal = try PseudoTerminal(
        program, environment: Program.environment(home: folder), folder: folder)
      try terminal.expect("In [1]: ")
      terminal.type("recipe one\r")
      try terminal.expect("In [2]: ")
      terminal.type("\u{1C}")
      let status = try terminal.waitForEnd()
      #expect(status == 130)
      #expect(!terminal.transcript.contains("crashed"))
      #expect(terminal.isCooked)
      let open = try Program.run(
        ["--json", "-c", "sql select count(*) as n from session where ended is null"], in: folder)
      #expect(open.output.contains("\"n\": 1"), "only the one that asks")
    }
  }

  @Test func `Ctrl-backslash during a run stops it, saved`() throws {
    let program = try #require(Program.path)
    try Program.withFolder { folder in
      let terminal = try PseudoTerminal(
        program, environment: Program.environment(home: folder), folder: folder)
      try terminal.expect("In [1]: ")
      terminal.type(
        "data ring ring; arch a like mlp points=2 width=8; run a on ring steps=10M as r\r")
      try terminal.expect("steps/s")
      terminal.type("\u{1C}")
      let status = try terminal.waitForEnd()
      #expect(status == 130)
      let saved = try Program.run(
        ["-c", "sql select status, stepsDone = (select max(step) from checkpoint) from run | csv"],
        in: folder)
      #expect(saved.output.hasSuffix("stopped,1\n"), "\(saved.output)")
    }
  }

  @Test func `Ctrl-backslash in a command of the system ends that command alone`() throws {
    let program = try #require(Program.path)
    try Program.withFolder { folder in
      let terminal = try PseudoTerminal(
        program, environment: Program.environment(home: folder), folder: folder)
      try terminal.expect("In [1]: ")
      terminal.type("!echo begun; sleep 30\r")
      try terminal.expect("begun\r\n")
      terminal.type("\u{1C}")
      try terminal.expect("ended by signal 3")
      try terminal.expect("In [2]: ")
    }
  }

  @Test(arguments: ["/dev/zero", "pipe"])
  func `a history and a startup file that never end hold no prompt up`(kind: String) throws {
    let program = try #require(Program.path)
    try Program.withFolder { folder in
      for (place, name) in [("state/gansh", "history"), (".config/gansh", "startup.gansh")] {
        let path = "\(folder)/\(place)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        if kind == "pipe" {
          #expect(mkfifo("\(path)/\(name)", 0o600) == 0)
        } else {
          try FileManager.default.createSymbolicLink(
            atPath: "\(path)/\(name)", withDestinationPath: kind)
        }
      }
      let terminal = try PseudoTerminal(
        program, environment: Program.environment(home: folder), folder: folder)
      try terminal.expect(
        "startup.gansh` is a \(kind == "pipe" ? kind : "device"), not a file, and is not read")
      try terminal.expect("In [1]: ")
      terminal.type("recipe one\r")
      try terminal.expect("recipe one objective=")
    }
  }

  @Test func `the rest of a paste is not run after a statement of it that failed`() throws {
    let program = try #require(Program.path)
    try Program.withFolder { folder in
      let terminal = try PseudoTerminal(
        program, environment: Program.environment(home: folder), folder: folder)
      try terminal.expect("In [1]: ")
      terminal.type("\u{1B}[200~recipe a\nnothing\nrecipe b\nrecipe c\n\u{1B}[201~\r")
      try terminal.expect("there is no command `nothing`")
      try terminal.expect("note: the 2 statements after it were not run")
      terminal.type("recipe\r")
      try terminal.expect("recipe a ")
      let rest = try terminal.expect("In [4]: ")
      #expect(!rest.contains("recipe b"))
    }
  }

  @Test func `a dumb terminal keeps tabs of a paste, and drops its rest after a failure`() throws {
    let program = try #require(Program.path)
    try Program.withFolder { folder in
      let environment = Program.environment(home: folder).merging(["TERM": "dumb"]) { $1 }
      let terminal = try PseudoTerminal(program, environment: environment, folder: folder)
      try terminal.expect("In [1]: ")
      terminal.type("recipe\ta\tlr=1e-3\rnothing\rrecipe b\rrecipe c\r")
      try terminal.expect("recipe a ")
      try terminal.expect("there is no command `nothing`")
      try terminal.expect("note: the 2 lines after it were not run")
      terminal.type("recipe | csv\r")
      let listed = try terminal.expect("In [4]: ")
      #expect(listed.contains("recipe a ") && !listed.contains("recipe b "), "\(listed)")
    }
  }

  @Test func `at a terminal neither notes nor data drive it`() throws {
    let program = try #require(Program.path)
    try Program.withFolder { folder in
      let images = folder + "/images"
      try FileManager.default.createDirectory(atPath: images, withIntermediateDirectories: true)
      let name = "bad\u{1B}]0;pwned\u{7}\u{1B}[31mRED\nx.png"
      try Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x6A]).write(
        to: URL(fileURLWithPath: "\(images)/\(name)"))
      let terminal = try PseudoTerminal(
        program, ["--no-color"], environment: Program.environment(home: folder), folder: folder)
      try terminal.expect("In [1]: ")
      for line in [
        "data d folder path=./images size=16", "show data d to o.png",
        #"include "\u{1B}]0;pwned\u{7}""#,
        "sql select char(27) || ']0;pwned' || char(7) as t | csv",
        "sql select char(27) || ']0;pwned' || char(7) as t | json",
        "sql select char(27) || ']0;pwned' || char(7) as t | box",
      ] { terminal.type(line + "\r") }
      terminal.type("quit\r")
      _ = try terminal.waitForEnd()
      #expect(!terminal.raw.contains("\u{1B}]0;"), "\(terminal.raw.debugDescription)")
      #expect(terminal.raw.contains("pwned"))
    }
  }
}
