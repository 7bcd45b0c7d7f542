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
    #expect(try help("mirror").output.contains(#/  flip +mirror every other image/#))
    #expect(try help("Gulrajani").output.contains("  gp"))
    #expect(try help("leave").output.contains("  quit"))
    #expect(try help("xyzzy").errors.contains("nothing is known about `xyzzy`"))
  }

  @Test func `every metric of a run is explained, under its heading too`() throws {
    try Program.withFolder { folder in
      let made = try Program.run([], in: folder, input: ExampleSetting.runs.script)
      try #require(made.status == 0, "\(made.errors)")
      let names = try Program.run(
        ["-c", "sql select name from metricName | csv"], in: folder
      ).output.split(separator: "\n").dropFirst().map(String.init)
      let explained = Manual.metrics.entries.map(\.name)
      #expect(names.contains("d_real") && Set(names).isSubset(of: Set(explained)), "\(names)")
    }
    #expect(try help("D(G(z))").output.hasPrefix("d_fake: the mean of the discriminator's"))
    #expect(try help("G").output.hasPrefix("generator_loss: "))
    #expect(try help("metrics").output.hasPrefix("metrics: what a run measures"))
    #expect(try help("metrics").output.contains("\n  d_real "))
    #expect(try help("modes").output.contains("(metrics)"))
  }

  @Test func `what holds if an option is left out reads as words`() throws {
    let labels = try help("labels").output
    #expect(labels.contains("or `no` (left out: no; of idx the file beside it)"), "\(labels)")
    #expect(try help("dbetas").output.contains("Adam's two decays for the discriminator alone"))
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
