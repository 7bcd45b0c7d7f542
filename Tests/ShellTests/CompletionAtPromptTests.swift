import Foundation
import Glibc
import Shell
import TestSupport
import Testing

/// TAB in every position that has something to offer.
@Suite(.serialized) struct CompletionAtPromptTests {
  /// What is typed before TAB, and what the line is (or what is listed) then.
  private static let cases: [(typed: String, wanted: [String])] = [
    ("comp", ["compare "]), ("ru", ["run", "train a pair", "list the runs"]),
    ("show ba", ["show base "]), ("show arch mi", ["show arch mine "]),
    ("show data ri", ["show data ring "]), ("show recipe ca", ["show recipe calm "]),
    ("run mi", ["run mine "]), ("run mine o", ["on "]), ("run mine on r", ["on ring "]),
    ("run mine on ring wi", ["with "]), ("run mine on ring with c", ["with calm "]),
    ("run mine on ring obj", ["objective="]), ("recipe x objective=n", ["=nonsaturating "]),
    ("recipe x penalty=r1", ["=r1:1 "]), ("recipe x precision=b", ["=bf16 "]),
    ("data x po", ["data x portraits "]), ("data x ring mo", ["modes="]),
    ("data x folder lab", ["labels="]), ("data x folder labels=y", ["labels=yes "]),
    ("data x folder labels=./dec", ["declarations.gansh"]), ("data x mn", ["data x mnist "]),
    ("data x fr", ["data x from "]), ("data x from ri", ["from ring "]),
    ("data x from ring pa", ["part="]), ("data x from ring part=r", ["=rest "]),
    ("data x from ring where a=1 an", ["and "]), ("run mine on ring test=ri", ["=ring "]),
    ("arch x like dc", ["like dcgan "]), ("arch x like mi", ["like mine "]),
    ("arch x c points=2 { di", ["{ discriminator "]),
    ("arch x c points=2 { generator { lre", ["lrelu "]),
    ("arch x c points=2 { generator { conv 8 pad", ["padding="]),
    ("arch x c points=2 { generator { conv 8 padding=v", ["padding=valid "]),
    ("arch x c points=2 { generator { batchnorm momentum=k", ["momentum=keras:0.8 "]),
    ("arch x c points=2 { generator init=orth", ["init=orthogonal:1 "]),
    ("plot base metrics=gen", ["generator_"]), ("plot base metrics=modes,d_r", ["d_real"]),
    ("plot base to two", ["\"two words.png\" "]),
    ("include decl", ["include declarations.gansh "]),
    ("help glo", ["globalpool", "glorot-uniform"]), ("help penal", ["penalt"]),
    ("set out", ["set output "]), ("set output la", ["output latex "]),
    ("runs | mark", ["| markdown "]),
    ("sql select status, stepsD", ["stepsDone"]), ("!cat decl", ["declarations.gansh"]),
    ("runs; plot ca", ["plot calm "]), ("compare base,ca", ["base,calm"]),
    ("branch ba", ["branch base "]), ("branch base at 3", ["at 30 "]),
    ("branch base at la", ["at last "]), ("samples asked labels=Smi", ["labels=Smiling:"]),
    ("samples asked by=Eye", ["by=Eyeglasses"]), ("edit asked Smi", ["Smiling="]),
    ("edit asked sef", ["sefa-"]), ("edit asked without=Smi", ["without=Smiling"]),
    ("edit asked latent=my", ["latent=myself "]),
    ("interpolate asked from=my", ["from=myself"]),
    ("repair drawn with asked labels=Eye", ["labels=Eyeglasses:"]),
  ]

  private static let conditional = """
    data drawn portraits count=16 size=16
    arch asked like dcgan image=16x16x3 width=4 latent=4 labels=Smiling,Eyeglasses
    run asked on drawn batch=8 steps=1 as asked
    attributes asked method=sefa count=2
    project drawn into asked as myself count=1 steps=1 restarts=1
    """

  @Test func `TAB knows where it is`() throws {
    let program = try #require(Program.path)
    try Program.withFolder { folder in
      let made = try Program.run(
        [], in: folder, input: ExampleSetting.runs.script + "\n" + Self.conditional)
      try #require(made.status == 0, "\(made.errors)")
      for name in ["declarations.gansh", "two words.png"] {
        try "".write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
      }
      let terminal = try PseudoTerminal(
        program, environment: Program.environment(home: folder), folder: folder)
      try terminal.expect("In [1]: ")
      for (typed, wanted) in Self.cases {
        terminal.type(typed + "\t")
        do {
          for text in wanted { try terminal.expect(text, within: 5) }
        } catch {
          Issue.record("`\(typed)`: \(error)")
        }
        terminal.type("\u{3}")
        try terminal.expect("^C")
        try terminal.expect("In [1]: ")
      }
    }
  }

  @Test func `a list has a line about each, and TAB inside a comment does nothing`() throws {
    let program = try #require(Program.path)
    try Program.withFolder { folder in
      let terminal = try PseudoTerminal(
        program, environment: Program.environment(home: folder), folder: folder)
      try terminal.expect("In [1]: ")
      terminal.type("recipe x objective=\t")
      try terminal.expect("  minimax        the game as first written")
      try terminal.expect("  nonsaturating  the usual game")
      try terminal.expect("recipe x objective=")
      terminal.type("\u{3}")
      try terminal.expect("In [1]: ")
      terminal.type("help quit # qu\t\r")
      try terminal.expect("leave gansh")
    }
  }

  @Test func `what there is to say about the notebook waits until the line is typed`() throws {
    let program = try #require(Program.path)
    try Program.withFolder { folder in
      let begun = "run mine on ring steps=10M batch=16 as dead"
      _ = try Program.run([], in: folder, input: ExampleSetting.declarations.script)
      let killed = try PseudoTerminal(
        program, ["-c", begun], environment: Program.environment(home: folder), folder: folder)
      try killed.expect("steps/s")
      killed.signal(SIGKILL)
      _ = try killed.waitForEnd()

      let terminal = try PseudoTerminal(
        program, environment: Program.environment(home: folder), folder: folder)
      try terminal.expect("In [1]: ")
      terminal.type("show de\t")
      let line = try terminal.expect("dead ")
      #expect(!line.contains("interrupted"))
      terminal.type("\r")
      try terminal.expect("note: run `dead` was interrupted")
      try terminal.expect("dead: interrupted after")
    }
  }
}
