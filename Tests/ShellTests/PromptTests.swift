import Foundation
import TestSupport
import Testing

/// The shell as a person meets it, through a pseudo-terminal.
@Suite(.serialized) struct PromptTests {
  private func atPrompt(
    _ arguments: [String] = [], _ body: (PseudoTerminal, _ folder: String) throws -> Void
  ) throws {
    let program = try #require(Program.path, "gansh is built before its tests")
    try Program.withFolder { folder in
      let terminal = try PseudoTerminal(
        program, arguments, environment: Program.environment(home: folder), folder: folder)
      try terminal.expect("In [1]: ")
      try body(terminal, folder)
    }
  }

  @Test func `it greets, answers and leaves`() throws {
    try atPrompt { terminal, folder in
      #expect(terminal.transcript.contains("a new notebook, gansh.sqlite"))
      terminal.type("help quit\r")
      try terminal.expect("leave gansh")
      try terminal.expect("In [1]: ")
      terminal.type("quit\r")
      let status = try terminal.waitForEnd()
      #expect(status == 0)
      #expect(!FileManager.default.fileExists(atPath: folder + "/gansh.sqlite"))
    }
  }

  @Test func `the end of the input leaves too`() throws {
    try atPrompt { terminal, _ in
      terminal.type("\u{4}")
      let status = try terminal.waitForEnd()
      #expect(status == 0)
    }
  }

  @Test func `an error shows its place and the talk goes on`() throws {
    try atPrompt { terminal, _ in
      terminal.type("hlep\r")
      try terminal.expect("error: there is no command `hlep`")
      try terminal.expect("^^^^")
      try terminal.expect("did you mean `help`?")
      try terminal.expect("In [2]: ")
    }
  }

  @Test func `TAB completes a verb, an operand and a key`() throws {
    try atPrompt { terminal, _ in
      terminal.type("hist\t")
      try terminal.expect("history ")
      terminal.type("cou\t")
      try terminal.expect("count=")
      terminal.type("1\r")
      try terminal.expect("nothing yet")
      try terminal.expect("In [1]: ")
      terminal.type("help inclu\t")
      try terminal.expect("help include")
    }
  }

  @Test func `TAB twice lists what is possible`() throws {
    try atPrompt { terminal, _ in
      terminal.type("h\t")
      try terminal.expect("help")
      try terminal.expect("history")
    }
  }

  @Test func `a block goes on over lines and comes back whole from the history`() throws {
    try atPrompt { terminal, folder in
      terminal.type("nothing {\r")
      try terminal.expect("...: ")
      terminal.type("dense 1 }\r")
      try terminal.expect("there is no command `nothing`")
      try terminal.expect("In [2]: ")
      terminal.type("\u{4}")
      let status = try terminal.waitForEnd()
      #expect(status == 0)

      let again = try PseudoTerminal(
        terminal.program, [], environment: Program.environment(home: folder), folder: folder)
      try again.expect("In [1]: ")
      again.type("\u{1B}[A")
      try again.expect("dense 1 }")
      again.type("\r")
      try again.expect("there is no command `nothing`")
    }
  }

  @Test func `Ctrl-C clears the line and what was begun of a block`() throws {
    try atPrompt { terminal, _ in
      terminal.type("nothing at all")
      try terminal.expect("nothing at all")
      terminal.type("\u{3}")
      try terminal.expect("^C")
      try terminal.expect("In [1]: ")
      terminal.type("nothing {\r")
      try terminal.expect("...: ")
      terminal.type("\u{3}")
      try terminal.expect("In [1]: ")
      terminal.type("help quit\r")
      try terminal.expect("leave gansh")
      #expect(!terminal.transcript.contains("error"))
    }
  }

  @Test func `a pasted block is one statement`() throws {
    try atPrompt { terminal, _ in
      terminal.type("\u{1B}[200~nothing {\n  dense 1\n}\u{1B}[201~\r")
      try terminal.expect("there is no command `nothing`")
      try terminal.expect("In [2]: ")
    }
  }

  @Test func `bad bytes, long lines and control keys do it no harm`() throws {
    try atPrompt { terminal, _ in
      terminal.type(String(repeating: "x", count: 3000) + "\r")
      try terminal.expect("there is no command")
      terminal.type("\u{16}\u{1}\u{7F}\u{12}\u{7}\u{B}\u{15}{{{{\u{3}")
      terminal.type("help quit\r")
      try terminal.expect("leave gansh")
    }
  }

  @Test func `an abbreviation serves at the prompt`() throws {
    try atPrompt { terminal, _ in
      terminal.type("qu\r")
      let status = try terminal.waitForEnd()
      #expect(status == 0)
    }
  }

  @Test func `a polite request to end is heard`() throws {
    try atPrompt { terminal, _ in
      terminal.signal(SIGTERM)
      let status = try terminal.waitForEnd()
      #expect(status == 130)
    }
  }

  @Test func `TAB knows networks, layers and their keys inside a block`() throws {
    try atPrompt { terminal, _ in
      terminal.type("arch x custom points=2 { gen\t")
      try terminal.expect("generator ")
      terminal.type("{ conv 64 ker\t")
      try terminal.expect("kernel=")
    }
  }

  @Test func `Ctrl-C ends a query that would never end`() throws {
    try atPrompt { terminal, _ in
      terminal.type("recipe calm\r")
      try terminal.expect("In [2]: ")
      terminal.type("sql with recursive n(x) as (select 1 union all select x from n) ")
      terminal.type("select count(*) from n\r")
      try terminal.expect("from n\r\n")
      _ = terminal.listen(for: 0.3)
      terminal.type("\u{3}")
      try terminal.expect("In [3]: ")
    }
  }
}
