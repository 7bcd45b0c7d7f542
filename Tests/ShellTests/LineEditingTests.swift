import Foundation
import TestSupport
import Testing

/// Entries as they are typed, recalled, pasted and edited.
@Suite(.serialized) struct LineEditingTests {
  private func atPrompt(
    _ environment: [String: String] = [:],
    _ body: (PseudoTerminal, _ folder: String) throws -> Void
  ) throws {
    try Program.withFolder { folder in
      let terminal = try begin(environment, in: folder)
      try body(terminal, folder)
    }
  }

  private func begin(
    _ environment: [String: String] = [:], in folder: String
  ) throws -> PseudoTerminal {
    let program = try #require(Program.path)
    let all = Program.environment(home: folder).merging(environment) { $1 }
    let terminal = try PseudoTerminal(program, environment: all, folder: folder)
    try terminal.expect("In [1]: ")
    return terminal
  }

  @Test func `history outlives the session, without repeats, and Ctrl-R searches it`() throws {
    try atPrompt { terminal, folder in
      for line in ["recipe first", "recipe second", "recipe first", "recipe first"] {
        terminal.type(line + "\r")
        try terminal.expect("objective=")
        try terminal.expect("]: ")
      }
      terminal.type("\u{4}")
      _ = try terminal.waitForEnd()

      let again = try begin(in: folder)
      again.type("\u{1B}[A")
      try again.expect("recipe first")
      again.type("\u{1B}[A")
      try again.expect("second")
      again.type("\u{1B}[A\u{3}")
      try again.expect("^C")
      again.type("\u{12}sec")
      try again.expect("recipe second")
      again.type("\r")
      try again.expect("recipe second objective=")
      let kept = try String(contentsOfFile: folder + "/state/gansh/history", encoding: .utf8)
      #expect(kept == "recipe first\nrecipe second\nrecipe first\nrecipe second\n")
    }
  }

  @Test func `an Escape ends a search, and the keys behind it harm nothing`() throws {
    try atPrompt { terminal, _ in
      // Keys with which the library crashed.
      terminal.type([0x12, 0x1B, 0xC3, 0x5B, 0x5B, 0xC3, 0x5B, 0xA8])
      _ = terminal.listen(for: 0.5)
      terminal.type("\u{3}")
      terminal.type("help zzolder\r")
      try terminal.expect("nothing is known about `zzolder`")
      try terminal.expect("In [1]: ")
      terminal.type("help zznewer\r")
      try terminal.expect("nothing is known about `zznewer`")
      try terminal.expect("In [1]: ")
      // The arrow goes on from the entry that was found.
      terminal.type("\u{12}zznewer")
      _ = terminal.listen(for: 0.3)
      terminal.type("\u{1B}[A\u{5}ly\r")
      try terminal.expect("nothing is known about `zzolderly`")
      terminal.type("quit\r")
      #expect(try terminal.waitForEnd() == 0)
    }
  }

  @Test func `a block of several lines is recalled whole and can be changed`() throws {
    try atPrompt { terminal, _ in
      terminal.type("arch mine custom points=2 latent=2 {\r")
      try terminal.expect("...: ")
      terminal.type("generator { dense 8; relu; dense 2 }\r")
      try terminal.expect("...: ")
      terminal.type("discriminator { dense 8; relu; dense 1 } }\r")
      try terminal.expect("mine: points in 2 dimensions")
      try terminal.expect("In [2]: ")
      terminal.type("\u{1B}[A")
      try terminal.expect("dense 1 } }")
      // Back over ` } }` and `1`, which becomes 2: an error that shows the line as changed.
      terminal.type(String(repeating: "\u{1B}[D", count: 4) + "\u{7F}2\r")
      try terminal.expect("the discriminator ends in 2 values")
      try terminal.expect("In [2]:3")
    }
  }

  @Test func `a pasted session runs without its prompts and answers`() throws {
    let session = """
      In [1]: recipe calm lr=1e-4
      recipe calm objective=nonsaturating lr=0.0001
      In [2]: arch mine custom points=2 latent=2 {
         ...:   generator { dense 8; relu; dense 2 }
         ...:   discriminator { dense 8; relu; dense 1 } }
      mine: points in 2 dimensions, nothing of which is so
      gansh> recipe
      """
    try atPrompt { terminal, _ in
      terminal.type("\u{1B}[200~\(session)\u{1B}[201~\r")
      try terminal.expect("calm objective=nonsaturating lr=0.0001 betas")
      try terminal.expect("42 parameters in the generator")
      try terminal.expect("name  declared")
      try terminal.expect("In [4]: ")
      #expect(!terminal.transcript.contains("error"))
      // Without bracketed paste lines come one by one.
      terminal.type("In [9]: help quit\r")
      try terminal.expect("leave gansh")
    }
  }

  @Test(arguments: ["\\e\r", "\u{18}\u{5}"])
  func `an entry is edited in the editor and what has changed is run`(keys: String) throws {
    let editor = "#!/bin/sh\nsed -i 's/lr=1e-4/lr=3e-4/' \"$1\"\n"
    try Program.withFolder { folder in
      try editor.write(toFile: folder + "/edit.sh", atomically: true, encoding: .utf8)
      let terminal = try begin(["EDITOR": "sh \(folder)/edit.sh"], in: folder)
      terminal.type("recipe calm lr=1e-4\r")
      try terminal.expect("lr=0.0001")
      try terminal.expect("In [2]: ")
      // `\e` takes the last entry, Ctrl-X Ctrl-E what stands in the line.
      terminal.type(keys.hasPrefix("\\") ? keys : "recipe calmer lr=1e-4" + keys)
      try terminal.expect("lr=3e-4")
      try terminal.expect("lr=0.0003 betas")
      try terminal.expect("In [3]: ")
      terminal.type("\u{1B}[A")
      try terminal.expect("lr=3e-4")
      // Nothing changes any more: the entry stays in the line and is not run.
      terminal.type(keys.hasPrefix("\\") ? "\u{15}" + keys : keys)
      try terminal.expect("lr=3e-4")
      terminal.type("\r")
      try terminal.expect("lr=0.0003 betas")
      try terminal.expect("In [4]: ")
    }
  }

  @Test(arguments: [
    "quit\u{1}help ", "help qui\u{1}\u{5}t", "help quit runs\u{17}", "nonsense\u{15}help quit",
    "help quit nonsense" + String(repeating: "\u{2}", count: 9) + "\u{B}",
    "quit\u{17}help \u{19}", "help now quit" + "\u{1B}[1;5D\u{1B}[1;5D\u{1B}d\u{B}quit",
    "\u{C}help quit", "help quot\u{7F}\u{7F}it",
  ])
  func `the keys of the manual do what it says`(keys: String) throws {
    try atPrompt { terminal, _ in
      terminal.type(keys + "\r")
      try terminal.expect("quit: leave gansh")
    }
  }

  @Test func `an editor that fails changes nothing`() throws {
    try atPrompt(["VISUAL": "false"]) { terminal, _ in
      terminal.type("recipe calm\r")
      try terminal.expect("In [2]: ")
      terminal.type("\\e\r")
      try terminal.expect("the editor `false` ended with exit status 1")
      try terminal.expect("recipe calm")
      terminal.type("\u{3}")
      try terminal.expect("In [2]: ")
    }
  }

  @Test(arguments: ["dumb", ""])
  func `a terminal that understands nothing is told nothing`(kind: String) throws {
    try atPrompt(["TERM": kind, "PAGER": "cat"]) { terminal, _ in
      terminal.type("help help\r")
      try terminal.expect("say what can be typed")
      terminal.type("hlep\r")
      try terminal.expect("did you mean `help`?")
      terminal.type("quit\r")
      let status = try terminal.waitForEnd()
      #expect(status == 0)
      #expect(!terminal.raw.contains("\u{1B}"), "\(terminal.raw.debugDescription)")
    }
  }

  @Test func `a terminal is asked nothing until there is a picture to draw`() throws {
    try atPrompt(["PAGER": ""]) { terminal, _ in
      terminal.type("help\r")
      try terminal.expect("In [1]: ")
      // Device attributes, cursor position, colours, graphics.
      for question in ["\u{1B}[c", "\u{1B}[0c", "\u{1B}[6n", "\u{1B}]1", "\u{1B}_G", "\u{1B}[>"] {
        #expect(!terminal.raw.contains(question))
      }
    }
  }
}
