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
    #expect(try help("every other image").output.contains(#/  flip +mirror every other image/#))
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

  /// Names of the literature and of other programs, and what the page that they lead to says.
  private static let otherNames = [
    ("R1", "r1: half of"), ("EMA", "ema= of `recipe`"), ("instance noise", "instance-noise: "),
    ("feature matching", "feature-matching: "), ("historical averaging", "historical-averaging: "),
    ("TTUR", "glr= of `recipe`"), ("TTUR", "dlr= of `recipe`"), ("TTUR", "Heusel et al. 2017"),
    ("two time-scale", "glr= of `recipe`"), ("extragradient", "updates= of `recipe`"),
    ("extragradient", "Gidel et al. 2019, arXiv:1802.10551"),
    ("consensus", "Mescheder et al. 2017"),
    ("SGA", "symplectic-adjustment: "), ("optimistic adam", "Daskalakis et al. 2018"),
    ("label smoothing", "Salimans et al. 2016"), ("label flipping", "flip-labels: "),
    ("minibatch discrimination", "minibatchdisc: "), ("gradient clipping", "clip-norm: "),
    ("weight clipping", "clip-weights: "), ("orthogonal regularization", "orthogonal-weights: "),
    ("orthogonal regularisation", "orthogonal-weights: "), ("gradient penalty", "gp: "),
    ("spectral normalisation", "weights=spectral"), ("spectral normalization", "`sngan`"),
    ("packing", "pack= of `arch`"), ("ADA", "ada-target: "), ("diffaugment", "augment-cutout: "),
    ("diffaugment", "augment-colour: "), ("r3gan", "r3: "), ("unrolled gan", "unrolled: "),
    ("batchnorm", "batchnorm: "), ("batch normalization", "batchnorm: "), ("top-k", "top-k: "),
    ("optimizer", "optimiser= of `recipe`"), ("schedules", "schedule: a number that glides"),
    ("wgan", "the first Wasserstein GAN"), ("wgan", "the preset `wgan-gp`"),
  ]

  @Test func `names of the literature lead to what is called otherwise here`() throws {
    for (words, part) in Self.otherNames {
      let result = try help(words)
      #expect(result.status == 0 && result.output.contains(part), "\(words): \(result.output)")
      #expect(!result.output.contains("What has to do with"), "\(words)")
    }
    let remedies = try help("remedies").output
    for word in ["pack=2", "unrolled=5", "critic=5", "ema=0.999", "weights=spectral", "minibatch"] {
      #expect(remedies.contains(word), "\(word)")
    }
  }

  @Test func `a page says what values of a choice mean, and how numbers glide`() throws {
    let updates = try help("updates").output
    #expect(updates.contains(#/\n  simultaneous +both networks/#), "\(updates)")
    #expect(try help("dense").output.contains("network, no, spectral, weightnorm, equalised"))
    #expect(try help("ema").output.contains("Yazıcı et al. 2019"))
    #expect(try help("flip-labels").output.contains("Chintala et al. 2016"))
    for word in ["glr", "run", "recipe", "schedule"] {
      #expect(try help(word).output.contains("glr=1e-3->1e-4 over 1000"), "\(word)")
    }
  }

  @Test func `whole words come before parts of words, and short ones count whole alone`() throws {
    let found = try help("leave").output.split(separator: "\n")
    #expect(found.dropFirst().first?.hasPrefix("  quit") == true, "\(found)")
    #expect(try help("sq").errors.contains("nothing is known about `sq`"))
  }
}
