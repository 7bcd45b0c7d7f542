import Shell
import TestSupport
import Testing

@Suite struct HelpTests {
  private func help(_ words: String) throws -> Program.Result {
    try Program.withFolder { try Program.run(["-c", "help \(words)"], in: $0) }
  }

  @Test func `help finds a page for every topic and searches for other words`() throws {
    try Program.withFolder { folder in
      let names =
        Registry.verbs + Manual.sections.map(\.name)
        + Manual.sections.flatMap { $0.entries.map(\.name) }
        + OptionUse.all.map(\.option.key) + Setting.all.map(\.key)
      let script = Set(names).sorted().map { "help \($0)\n" }.joined()
      let result = try Program.run(["--echo"], in: folder, input: script)
      #expect(result.status == 0, "\(result.errors)")
      #expect(!result.output.contains("What has to do with"))
    }
    #expect(try help("mirror").output.contains("  flip  mirror every other image"))
    #expect(try help("Gulrajani").output.contains("  gp"))
    #expect(try help("leave").output.contains("  quit"))
    #expect(try help("xyzzy").errors.contains("nothing is known about `xyzzy`"))
  }

  @Test func `a word with several meanings tells of all`() throws {
    let conv = try help("conv").output
    #expect(conv.contains("(layers)") && conv.contains("(presets)"))
    let penalty = try help("penalty").output
    #expect(penalty.contains("penalty= of `recipe`") && penalty.contains("gp:10"))
    let seed = try help("seed").output
    #expect(seed.contains("seed= of `data`") && seed.contains("seed= of `run`"))
    #expect(try help("|").output.contains("| latex"))
  }
}
