import Foundation
import TestSupport
import Testing

/// `!`, the pager and the start of a conversation.
@Suite(.serialized) struct ShellCommandTests {
  @Test func `the rest of a line goes to the system's shell as it is`() throws {
    try Program.withFolder { folder in
      let result = try Program.run(
        [], in: folder, input: "!echo a; echo 'b # c' | tr b d\nhelp quit")
      #expect(result.status == 0)
      #expect(result.output.hasPrefix("a\nd # c\n") && result.output.contains("leave gansh"))
    }
  }

  @Test func `a command that fails is an error with its exit status, and ends a script`() throws {
    try Program.withFolder { folder in
      let result = try Program.run([], in: folder, input: "recipe calm\n!exit 3\nrecipe second")
      #expect(result.status == 1)
      #expect(result.errors.contains("the command ended with exit status 3\n  <stdin>:2:1"))
      #expect(!result.output.contains("second"))
      let cells = try Program.run(["--json", "-c", "history"], in: folder).output
      #expect(cells.contains("\"source\": \"!exit 3\"") && cells.contains("\"status\": \"error\""))
      let killed = try Program.run(["-c", "!kill -9 $$"], in: folder)
      #expect(killed.errors.contains("ended by signal 9"))
    }
  }

  private func conversing(
    _ environment: [String: String] = [:], _ arguments: [String] = [], startup: String? = nil,
    _ body: (PseudoTerminal, _ folder: String) throws -> Void
  ) throws {
    let program = try #require(Program.path)
    try Program.withFolder { folder in
      if let startup {
        try FileManager.default.createDirectory(
          atPath: folder + "/config/gansh", withIntermediateDirectories: true)
        try startup.write(
          toFile: folder + "/config/gansh/startup.gansh", atomically: true, encoding: .utf8)
      }
      var all = Program.environment(home: folder)
      all["XDG_CONFIG_HOME"] = folder + "/config"
      all.merge(environment) { $1 }
      let terminal = try PseudoTerminal(program, arguments, environment: all, folder: folder)
      try terminal.expect("In [")
      try terminal.expect("]: ")
      try body(terminal, folder)
    }
  }

  @Test func `a command of the shell has the terminal, and Ctrl-C ends it`() throws {
    try conversing { terminal, _ in
      terminal.type("!test -t 0 && test -t 1 && echo both\r")
      try terminal.expect("\rboth\r\n")
      terminal.type("!echo begun; sleep 100\r")
      try terminal.expect("\rbegun\r\n")
      // A shell between forking its command and becoming it loses a signal.
      for _ in 0..<50 where !terminal.transcript.contains("In [3]: ") {
        terminal.type("\u{3}")
        _ = terminal.listen(for: 0.2)
      }
      #expect(terminal.transcript.contains("In [3]: "))
      terminal.type("quit\r")
      let status = try terminal.waitForEnd()
      #expect(status == 0)
    }
  }

  private func withoutPages(_ terminal: PseudoTerminal) throws {
    let answer = try terminal.expect("In [1]: ")
    #expect(!answer.contains("page: "))
  }

  @Test func `long answers go through the pager, short ones and those of scripts do not`() throws {
    let pager = "sed 's/^/page: /'"
    try conversing(["PAGER": pager]) { terminal, _ in
      terminal.type("help run\r")
      try terminal.expect("page: ")
      try terminal.expect("In [1]: ")
      terminal.type("help quit\r")
      try withoutPages(terminal)
      terminal.type("set pager off\r")
      try terminal.expect("pager is off")
      terminal.type("help run\r")
      try withoutPages(terminal)
    }
    try conversing(["PAGER": "no-such-pager"]) { terminal, _ in
      terminal.type("help run\r")
      try terminal.expect("train a pair of networks")
    }
    try conversing(["PAGER": pager, "TERM": "dumb"]) { terminal, _ in
      terminal.type("help run\r")
      try withoutPages(terminal)
    }
  }

  @Test func `curves in letters go through the pager, too`() throws {
    try conversing(["PAGER": "sed 's/^/page: /'", "GANSH_PICTURES": "none"]) { terminal, _ in
      for (line, answer) in [
        ("data ring ring modes=8", "points in 2 dimensions"),
        ("arch mine like mlp points=2 width=8", "in the discriminator"),
        ("run mine on ring steps=5 batch=8 threads=1 as base", "base is finished"),
        ("plot base", "page: "),
      ] {
        terminal.type(line + "\r")
        try terminal.expect(answer)
        try terminal.expect("In [")
      }
      terminal.type("plot base to curves.png\r")
      try terminal.expect("curves.png: ")
    }
  }

  @Test(
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: "/usr/bin/less"), "there is no less"))
  func `where no pager is named the usual one says how it is left`() throws {
    let program = try #require(Program.path)
    try Program.withFolder { folder in
      var environment = Program.environment(home: folder)
      environment["PAGER"] = nil
      let terminal = try PseudoTerminal(program, environment: environment, folder: folder)
      try terminal.expect("In [1]: ")
      terminal.type("help run\r")
      try terminal.expect("q leaves, space goes on, / searches")
      terminal.type("q")
      try terminal.expect("In [1]: ")
      terminal.type("quit\r")
      #expect(try terminal.waitForEnd() == 0)
    }
  }

  @Test func `a pager that is left early is no harm`() throws {
    try conversing(["PAGER": "head -1"]) { terminal, _ in
      terminal.type("help run; help arch\r")
      try terminal.expect("arch: declare")
      terminal.type("quit\r")
      let status = try terminal.waitForEnd()
      #expect(status == 0)
    }
  }

  @Test func `the startup file is run first, and its faults do not keep the prompt away`() throws {
    let startup = "set output box\nset outptu csv\nset timing on\n"
    try conversing(startup: startup) { terminal, _ in
      #expect(terminal.transcript.contains("startup.gansh:2:5"))
      #expect(terminal.transcript.contains("did you mean `output`?"))
      terminal.type("set\r")
      try terminal.expect("│ output")
      try terminal.expect("took ")
    }
    try conversing([:], ["--no-startup"], startup: startup) { terminal, _ in
      #expect(!terminal.transcript.contains("startup.gansh"))
      terminal.type("set\r")
      try terminal.expect("output    plain")
    }
    try Program.withFolder { folder in
      let config = folder + "/.config/gansh"
      try FileManager.default.createDirectory(atPath: config, withIntermediateDirectories: true)
      try startup.write(toFile: config + "/startup.gansh", atomically: true, encoding: .utf8)
      let result = try Program.run(["-c", "set"], in: folder)
      #expect(result.status == 0 && result.errors.isEmpty && result.output.contains("plain"))
    }
  }
}
