import Foundation
import Glibc
import TestSupport
import Testing

/// Pictures and curves as a person sees them, and where nobody does.
@Suite(.serialized) struct PictureTests {
  private static let runs = """
    data ring ring modes=8
    arch mine like mlp points=2 width=16
    run mine on ring steps=60 batch=16 seed=7 sample-every=10 as base
    arch faces like dcgan image=16x16x1 width=4 latent=4
    data drawn portraits count=64 size=16 grey=yes
    run faces on drawn steps=4 batch=8 seed=7 sample-every=1 as small

    """

  /// A folder with the runs of above, made once.
  private static let made = Result { () throws -> String in
    let folder = NSTemporaryDirectory() + "gansh-pictures-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let result = try Program.run([], in: folder, input: runs)
    guard result.status == 0 else { throw FixtureError(result.errors) }
    return folder
  }

  private func withRuns(_ body: (String) throws -> Void) throws {
    let origin = try Self.made.get()
    try Program.withFolder { folder in
      let copy = folder + "/lab"
      try FileManager.default.copyItem(atPath: origin, toPath: copy)
      try body(copy)
    }
  }

  /// The program at a terminal that answers with `reply` when it is asked.
  private func terminal(
    in folder: String, _ arguments: [String] = [], variables: [String: String] = [:]
  ) throws -> PseudoTerminal {
    let program = try #require(Program.path, "gansh is built before its tests")
    let environment = Program.environment(home: folder).merging(variables) { $1 }
    let terminal = try PseudoTerminal(
      program, arguments, environment: environment, folder: folder)
    if arguments.isEmpty { try terminal.expect("In [1]: ") }
    return terminal
  }

  // MARK: Off a terminal

  @Test func `off a terminal a line says where pictures can be written`() throws {
    try withRuns { folder in
      for (line, expected) in [
        ("samples base", "write it to a file: `samples base at 60 to base.png`"),
        ("show samples base at 25", "base: 64 samples after step 20; write it to a file"),
        ("filmstrip base", "write it to a file: `filmstrip base to strip.png`"),
      ] {
        let result = try Program.run(["-c", line], in: folder)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains(expected), "\(line): \(result.output)")
        #expect(!result.output.contains("\u{1B}"))
      }
    }
  }

  @Test func `off a terminal curves are letters without colours`() throws {
    try withRuns { folder in
      let result = try Program.run(["-c", "plot base d_real d_fake"], in: folder)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.hasPrefix("discriminator scores\n"))
      #expect(result.output.contains("* D(x)") && result.output.contains("o D(G(z))"))
      #expect(result.output.hasSuffix("base: as measured\n"))
      #expect(!result.output.contains("\u{1B}"))
    }
  }

  @Test func `the variable draws nothing where nothing can be looked at`() throws {
    try withRuns { folder in
      setenv("GANSH_PICTURES", "sixel", 1)
      defer { unsetenv("GANSH_PICTURES") }
      let result = try Program.run(["-c", "samples base"], in: folder)
      #expect(!result.output.contains("\u{1B}"))
    }
  }

  @Test func `files are written in the kind that their name says`() throws {
    try withRuns { folder in
      let lines = """
        samples small to a.svg; samples small at 2 to a.png; filmstrip small to b.png
        filmstrip small latent=3,64 frames=2 to b.svg; animate small latent=3 to c.png
        animate small fps=2 megabytes=0.01 to d.apng; filmstrip base to e.png; plot base to f.svg
        """
      let result = try Program.run([], in: folder, input: lines)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("b.png: small: 4 rows over 4 steps"))
      #expect(result.output.contains("b.svg: small: 2 rows over 2 steps"))
      #expect(result.output.contains("c.png: 4 pictures, 8 a second"))
      #expect(result.output.contains("d.apng: 2 pictures, of 4 that would be above 10 kB"))
      #expect(result.output.contains("e.png: base: 1 row over 6 steps"))
      for (name, beginning) in [
        ("a.png", "\u{89}PNG"), ("b.png", "\u{89}PNG"), ("c.png", "\u{89}PNG"), ("a.svg", "<?xml"),
        ("b.svg", "<?xml"), ("f.svg", "<?xml"),
      ] {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
        #expect(
          Array(bytes.prefix(beginning.count)) == beginning.unicodeScalars.map { UInt8($0.value) })
      }
    }
  }

  @Test(
    arguments: [
      ("filmstrip base latent=1 to a.png", "makes points, which stand together on a sheet"),
      ("filmstrip small latent=65 to a.png", "a latent is a whole number from 1 to 64"),
      ("filmstrip small to a.gif", "a filmstrip is a PNG or an SVG file"),
      ("animate small to a.gif", "an animation is a PNG file that moves"),
      ("animate small fps=0 to a.png", "fps is a number"),
      ("plot base d_reel", "there is no run and no metric `d_reel`"),
      ("plot bace d_real", "there is no run `bace`"),
      ("show base at 3", "`at` belongs to samples"), ("samples base at 3", "has kept no sheet"),
      ("watch bose", "there is no run `bose`"), ("watch", "no run is at work"),
      ("watch base quick", "did you mean `full`?"),
    ] as [(String, String)])
  func `a slip is answered with the way out`(line: String, expected: String) throws {
    try withRuns { folder in
      let result = try Program.run(["-c", line], in: folder)
      #expect(result.status == 1)
      // The nearest word is offered only where it is near.
      let isOffered = expected.hasPrefix("did you mean") && result.errors.contains("the form is")
      #expect(result.errors.contains(expected) || isOffered, "\(result.errors)")
    }
  }

  // MARK: At a terminal

  @Test func `a terminal that answers 4 gets sixels, and is asked once`() throws {
    try withRuns { folder in
      let terminal = try terminal(in: folder)
      terminal.resize(rows: 40, columns: 100, cellWidth: 9, cellHeight: 18)
      terminal.type("samples base\r")
      try terminal.expectRaw("\u{1B}[c")
      terminal.type("\u{1B}[6;18;9t\u{1B}[?62;4c")
      try terminal.expectRaw("\u{1B}P")
      try terminal.expectRaw("\u{1B}\\\u{1B}8\u{1B}[")
      try terminal.expectRaw("base: 64 samples after step 60")
      terminal.type("plot base d_real\r")
      try terminal.expectRaw("\u{1B}P")
      try terminal.expectRaw("base: as measured")
      #expect(terminal.raw.components(separatedBy: "\u{1B}[c").count == 2)
      #expect(!terminal.transcript.contains("62;4c"), "no answer is taken for something typed")
    }
  }

  @Test func `a terminal that answers kitty's question gets PNG`() throws {
    try withRuns { folder in
      let terminal = try terminal(in: folder)
      terminal.type("samples small\r")
      try terminal.expectRaw("\u{1B}[c")
      terminal.type("\u{1B}_Gi=31;OK\u{1B}\\\u{1B}[?62c")
      try terminal.expectRaw("\u{1B}_Ga=T,f=100,q=2,C=1,c=")
      try terminal.expectRaw("small: 64 samples after step 4")
    }
  }

  @Test func `a silent terminal gets blocks and curves in letters, after a tenth of a second`()
    throws
  {
    try withRuns { folder in
      let terminal = try terminal(in: folder)
      terminal.type("samples base\r")
      try terminal.expectRaw("\u{1B}[c")
      try terminal.expectRaw("\u{1B}[38;5;")
      try terminal.expectRaw("base: 64 samples after step 60")
      terminal.type("plot base d_real\r")
      try terminal.expect("discriminator scores")
      try terminal.expect("└")
      try terminal.expect("base: as measured")
    }
  }

  @Test func `what is typed while the terminal is asked is not lost`() throws {
    try withRuns { folder in
      let terminal = try terminal(in: folder)
      terminal.type("samples base\r")
      try terminal.expectRaw("\u{1B}[c")
      terminal.type("help qu\u{1B}[?62;4cit\r")
      try terminal.expectRaw("\u{1B}P")
      try terminal.expect("leave gansh")
    }
  }

  @Test func `answers that come too late are not taken for keys`() throws {
    try withRuns { folder in
      let terminal = try terminal(in: folder)
      terminal.type("samples base\r")
      try terminal.expect("64 samples after step 60")
      try terminal.expect("In [2]: ")
      terminal.type("he\u{1B}[6;18;9t\u{1B}[?62")
      _ = terminal.listen(for: 0.2)
      terminal.type(";4clp quit\r")
      try terminal.expect("leave gansh")
      #expect(!terminal.transcript.contains("error"))
    }
  }

  @Test func `the variable chooses without a terminal's word`() throws {
    try withRuns { folder in
      let none = try terminal(in: folder, variables: ["GANSH_PICTURES": "none"])
      none.type("samples base\r")
      try none.expect("write it to a file")
      #expect(!none.raw.contains("\u{1B}[c"))
      let kitty = try terminal(in: folder, variables: ["GANSH_PICTURES": "kitty"])
      kitty.type("samples base\r")
      try kitty.expectRaw("\u{1B}_Ga=T")
    }
  }
}
