import Foundation
import Glibc
import TestSupport
import Testing

/// Looking at a run that another process works on.
@Suite(.serialized) struct WatchTests {
  private static let declarations = """
    data ring ring modes=8
    arch mine like mlp points=2 width=16

    """
  private static let takesScreen = "\u{1B}[?1049h"
  private static let givesBack = "\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"

  /// A run that would take hours, at work while `body` runs; it must be alive after it.
  private func besideRun(
    options: String = "", _ body: (_ folder: String, _ program: String) throws -> Void
  ) throws {
    let program = try #require(Program.path, "gansh is built before its tests")
    try Program.withFolder { folder in
      let script =
        Self.declarations
        + "run mine on ring steps=10M batch=16 sample-every=500 \(options) as base\n"
      try script.write(toFile: folder + "/long.gansh", atomically: true, encoding: .utf8)
      let run = try PseudoTerminal(
        program, ["long.gansh"], environment: Program.environment(home: folder), folder: folder)
      try run.expect("D(G(z))")
      try body(folder, program)
      run.signal(SIGTERM)
      try run.expect("base is stopped at step ")
      #expect(try run.waitForEnd() == 130)
    }
  }

  private func terminal(
    _ program: String, _ folder: String, _ arguments: [String] = [],
    variables: [String: String] = ["GANSH_PICTURES": "blocks"]
  ) throws -> PseudoTerminal {
    try PseudoTerminal(
      program, arguments,
      environment: Program.environment(home: folder).merging(variables) { $1 }, folder: folder)
  }

  @Test func `the whole screen shows the run, and q gives it back`() throws {
    try besideRun { folder, program in
      let terminal = try terminal(program, folder)
      try terminal.expect("In [1]: ")
      terminal.type("watch base full\r")
      try terminal.expectRaw(Self.takesScreen)
      try terminal.expect("running")
      try terminal.expect("steps/s")
      try terminal.expect("q leaves; the run goes on")
      try terminal.expect("discriminator scores")
      try terminal.expect("samples after step ")
      terminal.resize(rows: 14, columns: 62)
      try terminal.expectRaw("\u{1B}[2J")
      try terminal.expectRaw("\u{1B}[14;1H")
      terminal.resize(rows: 5, columns: 20)
      try terminal.expectRaw("\u{1B}[2J")
      try terminal.expectRaw("\u{1B}[5;1H")
      // Neither another key nor an arrow leaves; a key too many would be the prompt's.
      terminal.type("x\u{1B}[Aq")
      try terminal.expectRaw(Self.givesBack)
      try terminal.expect("In [2]: ")
      terminal.type("help quit\r")
      try terminal.expect("leave gansh")
    }
  }

  @Test(arguments: ["q", "\u{3}"])
  func `the terminal is as it was before`(key: String) throws {
    try besideRun { folder, program in
      let terminal = try terminal(program, folder, ["-c", "watch base full"])
      try terminal.expectRaw(Self.takesScreen)
      try terminal.expect("running")
      #expect(!terminal.isCooked)
      terminal.type(key)
      try terminal.expectRaw(Self.givesBack)
      #expect(try terminal.waitForEnd() == (key == "q" ? 0 : 130))
      #expect(terminal.isCooked)
    }
  }

  @Test func `a request to end gives the screen back as well`() throws {
    try besideRun { folder, program in
      let terminal = try terminal(program, folder, ["-c", "watch base full"])
      try terminal.expectRaw(Self.takesScreen)
      try terminal.expect("running")
      // Ctrl-Z and Ctrl-\ are keys like others here.
      terminal.type("\u{1A}\u{1C}")
      terminal.signal(SIGTERM)
      try terminal.expectRaw(Self.givesBack)
      #expect(try terminal.waitForEnd() == 130)
      #expect(terminal.isCooked)
    }
  }

  @Test func `pictures are drawn in the places of the screen`() throws {
    try besideRun { folder, program in
      let terminal = try terminal(
        program, folder, ["-c", "watch base full"], variables: ["GANSH_PICTURES": "kitty"])
      try terminal.expectRaw(Self.takesScreen)
      try terminal.expectRaw("\u{1B}[3;1H\u{1B}_Ga=T,f=100,q=2,C=1,i=7101,p=1,")
      try terminal.expectRaw("\u{1B}_Ga=T,f=100,q=2,C=1,i=7102,p=1,")
      terminal.type("q")
      try terminal.expectRaw("\u{1B}_Ga=d,d=I,i=7101")
      try terminal.expectRaw(Self.givesBack)
    }
  }

  @Test func `one line is rewritten until somebody leaves`() throws {
    try besideRun { folder, program in
      let terminal = try terminal(program, folder)
      try terminal.expect("In [1]: ")
      terminal.type("watch\r")
      try terminal.expectRaw("\rbase  step ")
      try terminal.expect("steps/s")
      terminal.type("q")
      try terminal.expect("In [2]: ")
      terminal.type("watch base\r")
      try terminal.expect("base  step ")
      terminal.type("\u{3}")
      try terminal.expect("In [3]: ")
      #expect(!terminal.raw.contains("1049"))
    }
  }

  @Test func `off a terminal lines come now and then until the run has ended`() throws {
    try Program.withFolder { folder in
      let path = try #require(Program.path)
      _ = try Program.run([], in: folder, input: Self.declarations)
      let run = Process()
      run.executableURL = URL(fileURLWithPath: path)
      run.arguments = ["-c", "run mine on ring steps=3k batch=16 as base"]
      run.currentDirectoryURL = URL(fileURLWithPath: folder)
      run.environment = Program.environment(home: folder)
      (run.standardOutput, run.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
      try run.run()
      var watched = try Program.run(["-c", "watch base"], in: folder)
      // Until its row is there.
      for _ in 0..<100 where watched.errors.contains("there is no run") {
        usleep(50_000)
        watched = try Program.run(["-c", "watch base"], in: folder)
      }
      #expect(watched.status == 0, "\(watched.errors)")
      #expect(watched.output.hasPrefix("base is finished: 3,000 steps, G "))
      #expect(!(watched.output + watched.errors).contains("\u{1B}"))
      run.waitUntilExit()
      #expect(run.terminationStatus == 0)
      let full = try Program.run(["-c", "watch base full"], in: folder)
      #expect(full.output == watched.output)
    }
  }

  @Test func `a run whose process was killed is over`() throws {
    let program = try #require(Program.path)
    try Program.withFolder { folder in
      let script = Self.declarations + "run mine on ring steps=10M batch=16 as base\n"
      try script.write(toFile: folder + "/long.gansh", atomically: true, encoding: .utf8)
      let run = try PseudoTerminal(
        program, ["long.gansh"], environment: Program.environment(home: folder), folder: folder)
      try run.expect("D(G(z))")
      let terminal = try terminal(program, folder)
      try terminal.expect("In [1]: ")
      terminal.type("watch base\r")
      try terminal.expectRaw("\rbase  step ")
      run.signal(SIGKILL)
      _ = try run.waitForEnd()
      try terminal.expect("base is interrupted: ")
      try terminal.expect("In [2]: ")
    }
  }
}
