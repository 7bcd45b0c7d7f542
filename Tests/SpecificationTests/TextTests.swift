import Datasets
import Language
import Networks
import Specification
import Testing

struct TextTests {
  // MARK: Architectures

  @Test(arguments: [
    "dcgan image=16x16x1 width=8", "dcgan image=64x64x3", "dcgan image=128x128x3 width=4",
    "mlp image=64x64x3", "mlp points=2", "mlp points=5 width=7 latent=9 prior=uniform",
    "conv image=24x40x1 width=3 latent=12",
  ])
  func `a preset's numbers are printed and read back`(preset: String) throws {
    let made = try architecture("arch a like \(preset)")
    let text = "arch a \(made)"
    #expect(try architecture(text) == made)
    #expect(try architecture("arch a " + preset) == made)
    // On one line it is the same.
    #expect(try architecture(statement(text).description) == made)
    #expect("\(try architecture(text))" == "\(made)")
  }

  @Test func `dcgan is printed with every number`() throws {
    let made = try architecture("arch dc like dcgan image=16x16x3 width=64 latent=100")
    #expect(
      made.description == """
        like dcgan image=16x16x3 latent=100 prior=normal {
          generator init=normal:0.02 {
            reshape 1x1x100
            deconv 128 kernel=4 stride=1 padding=valid bias=no
            batchnorm momentum=torch:0.1 eps=1e-05
            relu
            deconv 64 kernel=4 stride=2 padding=1 bias=no
            batchnorm momentum=torch:0.1 eps=1e-05
            relu
            deconv 3 kernel=4 stride=2 padding=1 bias=no
            tanh
          }
          discriminator init=normal:0.02 {
            conv 64 kernel=4 stride=2 padding=1 bias=no
            lrelu 0.2
            conv 128 kernel=4 stride=2 padding=1 bias=no
            batchnorm momentum=torch:0.1 eps=1e-05
            lrelu 0.2
            conv 1 kernel=4 stride=1 padding=valid bias=no
          }
        }
        """)
  }

  @Test func `the published pair written out is the preset`() throws {
    let text = """
      arch mine conv image=64x64x3 latent=100 {
        generator     { dense 8x8x512; lrelu 0.2; batchnorm momentum=0.8
                        deconv 128 kernel=4 stride=2; lrelu 0.2; batchnorm momentum=0.8
                        deconv 64  kernel=4 stride=2; lrelu 0.2; batchnorm momentum=0.8
                        deconv 3   kernel=4 stride=2; tanh }
        discriminator { conv 64 kernel=4 stride=2; lrelu 0.2; dropout 0.3
                        conv 128 kernel=4 stride=2; lrelu 0.2; dropout 0.3
                        flatten; dense 1 } }
      """
    var mine = try architecture(text)
    #expect(mine.origin == "custom")
    mine.origin = "conv"
    #expect(mine == (try architecture("arch a like conv image=64x64x3")))
  }

  @Test func `a network that is left out is the preset's, or the other architecture's`() throws {
    let toy = try architecture("arch toy like mlp points=2")
    let other = try architecture(
      "arch other like toy { discriminator { dense 9; relu; dense 1 } }", known: ["toy": toy])
    #expect(other.network(named: "generator") == toy.network(named: "generator"))
    #expect(other.network(named: "discriminator")?.layers.count == 3)
    #expect(other.network(named: "discriminator")?.initialisation == .torch)
    #expect(try architecture("arch a \(other)") == other)
    let mixed = try architecture(
      "arch m conv image=16 width=4 { discriminator init=he-normal { dense 1 } }")
    #expect(mixed.network(named: "generator")?.layers.count == 11)
    #expect(mixed.network(named: "discriminator")?.initialisation == .heNormal)
    #expect(mixed.example == .image(ImageShape(height: 16, width: 16, channels: 3)))
  }

  @Test(arguments: 0..<60) func `a random pair is printed and read back`(seed: UInt64) throws {
    var dice = Dice(state: seed)
    let made = try randomArchitecture(&dice)
    let text = "arch a \(made)"
    #expect(try architecture(text) == made, "\(text)")
    #expect(try architecture(statement(text).description) == made)
    // The text that is stored is read without knowing any layer, and is the same.
    #expect(try ArchitectureSpecification(stored: statement(text)) == made)
    for network in try Model(made).networks {
      for (before, after) in zip(network.layers, network.layers.dropFirst())
      where before.depth == after.depth {
        #expect(before.output == after.input)
      }
      #expect(Set(network.parameters.map(\.name)).count == network.parameters.count)
      // A checkpoint's parameters and the parameters of a run's text have the same owners.
      var names = LayerNames(of: network.name)
      let owners = network.specification.layers.map { layer in
        names.next(
          layer.keyword, name: layer.name,
          beginsBlock: ["dense", "conv", "deconv"].contains(layer.keyword))
      }
      #expect(owners == network.layers.map(\.scope))
    }
  }

  private func randomArchitecture(_ dice: inout Dice) throws -> ArchitectureSpecification {
    let image = ImageShape(
      height: dice.whole(4...20), width: dice.whole(4...20), channels: dice.pick([1, 3]))
    let schemes = [
      "normal:\(dice.real(1e-3...1))", "glorot-uniform", "glorot-normal", "he-uniform", "he-normal",
      "torch", "orthogonal:\(dice.real(0.1...2))",
    ]
    var generator = ["dense \(dice.whole(4...8))x\(dice.whole(4...8))x\(dice.whole(1...5))"]
    for _ in 0..<dice.whole(0...5) { generator.append(randomLayer(&dice)) }
    generator += ["dense \(image)", "tanh"]
    var discriminator = ["conv 2 \(randomWindow(&dice)) bias=\(dice.pick(["yes", "no"]))"]
    for _ in 0..<dice.whole(0...3) { discriminator.append(plainLayer(&dice)) }
    discriminator += ["flatten", "dense 1"]
    let origin = dice.pick(["custom", "like mlp", "like conv", "like dcgan"])
    let prior = dice.pick(LatentDistribution.allCases)
    return try architecture(
      """
      arch a \(origin) image=\(image) latent=\(dice.whole(1...200)) prior=\(prior.rawValue) {
        generator init=\(dice.pick(schemes)) { \(generator.joined(separator: "; ")) }
        discriminator init=\(dice.pick(schemes)) { \(discriminator.joined(separator: "; ")) } }
      """)
  }

  private func randomWindow(_ dice: inout Dice) -> String {
    "kernel=\(dice.whole(1...4))x\(dice.whole(1...4)) stride=\(dice.whole(1...2))x\(dice.whole(1...2)) "
      + "padding=\(dice.pick(["same", "valid", "\(dice.whole(0...2))"]))"
  }

  private func plainLayer(_ dice: inout Dice) -> String {
    dice.pick([
      "batchnorm momentum=keras:\(dice.real(0...1)) eps=\(dice.real(1e-9...1e-2))",
      "batchnorm momentum=torch:\(dice.real(0...1))", "layernorm eps=\(dice.real(1e-9...1e-2))",
      "dropout \(dice.real(0...0.9))", "relu", "lrelu \(dice.real(0...1))",
      "elu \(dice.real(0...2))", "gelu", "silu", "softplus", "sigmoid", "tanh",
    ])
  }

  /// A layer that can be given any image.
  private func randomLayer(_ dice: inout Dice) -> String {
    let bias = "bias=\(dice.pick(["yes", "no"]))"
    return dice.pick([
      plainLayer(&dice), "conv \(dice.whole(1...4)) kernel=3x2 stride=2x1 padding=same \(bias)",
      "deconv 2 kernel=3x2 stride=2x1 padding=same \(bias)",
      "deconv 2 kernel=4 stride=2 padding=1 outpad=\(dice.whole(0...1))", "maxpool 1 stride=1",
      "avgpool 1 stride=\(dice.whole(1...2))",
      "upsample 2 filter=\(dice.pick(["nearest", "bilinear"]))",
    ])
  }

  // MARK: Recipes and runs

  @Test func `a recipe's options are read`() throws {
    let recipe = try RecipeSpecification(
      parsing: statement(
        "recipe calm lr=1e-4 dlr=4e-4 betas=0,0.9 batch=32 critic=5 fakes=fresh ema=0.999 smooth=0.9 objective=minimax penalty=gp:5 precision=bf16"
      ), .all)
    #expect(
      recipe
        == RecipeSpecification(
          objective: Objective("minimax"),
          generatorOptimiser: OptimiserSpecification(learningRate: 1e-4, beta1: 0, beta2: 0.9),
          discriminatorOptimiser: OptimiserSpecification(learningRate: 4e-4, beta1: 0, beta2: 0.9),
          batch: 32, discriminatorSteps: 5, fakes: .fresh, generatorAverage: 0.999, realLabel: 0.9,
          penalties: [PenaltySpecification("gp", weight: 5)], precision: .bfloat16))
    let like = try RecipeSpecification(
      parsing: statement("recipe b like calm ema=no"), .all, known: ["calm": recipe])
    #expect(like.generatorAverage == nil && like.batch == 32)
    #expect(
      RecipeSpecification().description
        == "objective=nonsaturating lr=0.0002 betas=0.5,0.999 epsilon=1e-08 batch=64 critic=1 "
        + "fakes=same ema=no smooth=1 penalty=no")
  }

  @Test func `several penalties are joined, each with its interval`() throws {
    func penalties(_ text: String) throws -> [PenaltySpecification] {
      try RecipeSpecification(parsing: statement("recipe r penalty=\(text)"), .all).penalties
    }
    #expect(
      try penalties("r1:1@4+drift:0.001") == [
        PenaltySpecification("r1", weight: 1, interval: 4),
        PenaltySpecification("drift", weight: 0.001),
      ])
    #expect(
      try penalties("r1:1e+3+r2") == [
        PenaltySpecification("r1", weight: 1000), PenaltySpecification("r2", weight: 1),
      ])
    #expect(try penalties("gp@16") == [PenaltySpecification("gp", weight: 10, interval: 16)])
    #expect(try penalties("no").isEmpty)
    for (text, reason, place) in [
      ("r1:1+r1:2", "twice", "r1:2"), ("r1:x", "a weight from 0", "r1:x"),
      ("r1:1@0", "every how many", "r1:1@0"), ("gp:10+grad:1", "no penalty `grad`", "grad:1"),
      ("r1@2+r2@3+gp@5+drift@7", "due together in 16 ways", "r1@2"),
      ("r1:1+", "no penalty ``", ""), ("wgan-gp:10", "no penalty `wgan-gp`", "wgan-gp:10"),
    ] {
      let line = "recipe r penalty=\(text)"
      #expect {
        try RecipeSpecification(parsing: statement(line), .all)
      } throws: { error in
        guard let fault = error as? Diagnostic, let span = fault.span else { return false }
        let marked = String(
          decoding: Array(line.utf8)[span.start..<min(span.end, line.utf8.count)], as: UTF8.self)
        return fault.message.contains(reason) && marked.hasPrefix(place)
      }
    }
  }

  @Test func `an optimiser has its number, and no option of another`() throws {
    func recipe(_ text: String) throws -> RecipeSpecification {
      try RecipeSpecification(parsing: statement("recipe r \(text)"), .all)
    }
    let both = try recipe("optimiser=rmsprop lr=5e-5")
    #expect(both.generatorOptimiser.argument == 0.99)
    #expect(both.description.hasSuffix(" optimiser=rmsprop:0.99"))
    let one = try recipe("doptimiser=sgd:0.5 gbetas=0,0.9")
    #expect(one.generatorOptimiser.keyword == "adam" && one.discriminatorOptimiser.argument == 0.5)
    #expect(one.description.hasSuffix("goptimiser=adam doptimiser=sgd:0.5"))
    for typed in [both, one, try recipe("optimiser=sgd:0"), try recipe("optimiser=adamw")] {
      #expect(try recipe("\(typed)") == typed, "what is printed can be typed")
    }
    for (text, reason) in [
      ("optimiser=adam:1", "takes no number"), ("optimiser=sgd:1", "a momentum from 0"),
      ("optimiser=adm", "no optimiser `adm`"), ("optimiser=sgd betas=0,0.9", "`sgd` has no betas"),
      ("objective=hinge smooth=0.9", "means nothing"), ("objective=wgan", "no objective `wgan`"),
      ("penalty=r1:1 penalty.gp=2", "no penalty `gp`"),
      ("penalty=gp:10->0", "where the weight begins"),
      ("penalty=gp:10->0 over 20", "where the weight begins"),
      ("penalty=10->0 over 20", "glides by its own name"),
    ] {
      #expect {
        try recipe(text)
      } throws: { error in
        (error as? Diagnostic)?.message.contains(reason) == true
          && (error as? Diagnostic)?.span != nil
      }
    }
  }

  @Test(arguments: 0..<30) func `random recipes, data and runs are printed and read back`(
    seed: UInt64
  ) throws {
    var dice = Dice(state: 77 + seed)
    for _ in 0..<10 {
      let recipe = randomRecipe(&dice)
      #expect(try RecipeSpecification(stored: statement("recipe r \(recipe)")) == recipe)
      let dataset = dice.dataset()
      #expect(
        try DatasetSpecification(parsing: statement("data d \(dataset)"), .all) == dataset,
        "\(dataset)")
      let architecture =
        switch dataset.exampleShape {
        case .image(let image):
          try SpecificationTests.architecture("arch a like mlp image=\(image) width=2")
        case .point(let dimensions):
          try SpecificationTests.architecture("arch a like mlp points=\(dimensions) width=2")
        }
      let run = RunSpecification(
        architecture: architecture, dataset: dataset, recipe: recipe,
        steps: dice.whole(1...100_000),
        seed: dice.next(), logInterval: dice.whole(1...9), sampleInterval: dice.whole(1...900),
        checkpointInterval: dice.whole(1...900), sampleCount: dice.whole(1...64))
      let text = "\(run)"
      #expect(
        try RunSpecification(parsing: parse(SourceText(name: "t", text: text))) == run,
        "\(text)")
    }
  }

  private func randomRecipe(_ dice: inout Dice) -> RecipeSpecification {
    func adam(_ dice: inout Dice) -> OptimiserSpecification {
      let signature = dice.pick(Signatures.all.optimisers)
      return OptimiserSpecification(
        signature.keyword,
        argument: signature.argument.map { _ in dice.real(0...0.99) },
        learningRate: dice.real(1e-6...1e-2), beta1: dice.real(0...0.9),
        beta2: dice.real(0...0.999),
        epsilon: dice.real(1e-9...1e-6))
    }
    let generator = adam(&dice)
    var recipe = RecipeSpecification(
      objective: Objective(
        dice.pick(Signatures.all.objectives.filter { $0.options.contains("smooth") }).keyword),
      generatorOptimiser: generator,
      discriminatorOptimiser: dice.coin() ? generator : adam(&dice), batch: dice.whole(1...512),
      discriminatorSteps: dice.whole(1...5), generatorSteps: dice.whole(1...3),
      updates: dice.pick(UpdateOrder.allCases), fakes: dice.pick(FakeBatch.allCases),
      generatorAverage: dice.coin() ? nil : dice.real(0...0.9999), realLabel: dice.real(0.5...1),
      penalties: Signatures.all.penalties.filter { _ in dice.coin() }.map {
        PenaltySpecification(
          $0.keyword, weight: dice.real(0...50), interval: dice.coin() ? 1 : dice.whole(2...99))
      },
      remedies: Signatures.all.remedies.filter { _ in dice.coin() }.map {
        RemedySpecification($0.keyword, dice.real(0.01...1))
      }.sorted { $0.keyword < $1.keyword },
      precision: dice.pick(Precision.allCases))
    recipe.unrolledSteps = dice.whole(0...3)
    let low = dice.real(0.01...1)
    recipe.augmentation = Augmentation(
      [
        .flip(probability: dice.real(0...1)), .crop(area: low...dice.real(low...1)),
        .rotate(degrees: dice.real(0...180)), .shift(share: dice.real(0...1)),
        .colour(strength: dice.real(0...1)), .brightness(strength: dice.real(0...1)),
        .contrast(strength: dice.real(0...1)), .saturation(strength: dice.real(0...1)),
        .noise(deviation: low...dice.real(low...255)), .blur(deviation: 0...dice.real(0...20)),
        .cutout(side: dice.real(0...1)),
      ].filter { _ in dice.coin() })
    if dice.coin() { recipe.augmentation.parts.append(.mixup(alpha: dice.real(0.01...100))) }
    let dials: [Dial] =
      [
        .generatorLearningRate, .discriminatorEpsilon, .realLabel, .divergenceWeight, .firstBeta,
        .secondBeta,
      ]
      + recipe.remedies.map { .remedy($0.keyword) }
      + recipe.penalties.map { .weight(of: $0.keyword) }
      + (recipe.generatorAverage == nil ? [] : [.generatorAverage])
    for dial in dials where dice.coin() {
      guard let start = recipe.numbers(of: dial).first else { continue }
      // Of both networks it begins where the first of them stands.
      recipe.set(dial, to: [start])
      let end = min(dial.range.upperBound, max(dial.range.lowerBound, dice.real(0.5...0.9)))
      let schedule = DialSetting.schedule(from: start, to: end, steps: dice.whole(1...9000))
      recipe.schedules.append(Tweak(dial, schedule, from: 0))
    }
    recipe.schedules.sort { $0.dial.rawValue < $1.dial.rawValue }
    return recipe
  }

  @Test func `a schedule of a recipe glides from the first step, and turns go before it`() throws {
    let recipe = try RecipeSpecification(
      parsing: statement(
        "recipe r lr=1e-3->0 over 100 dlr=5e-4 penalty=r1:10 penalty.r1=10->0 over 10"),
      .all)
    #expect(
      "\(recipe)".contains("glr=0.001->0 over 100 dlr=0.0005")
        && "\(recipe)".contains("penalty=r1:10 penalty.r1=10->0 over 10"), "\(recipe)")
    func rates(_ tweaks: [Tweak], after done: Int) -> [Double] {
      let now = recipe.tuned(by: tweaks, after: done)
      return [now.generatorOptimiser.learningRate, now.discriminatorOptimiser.learningRate]
    }
    #expect(rates([], after: 0) == [1e-3, 5e-4])
    #expect(abs(rates([], after: 50)[0] - 5e-4) < 1e-12 && rates([], after: 200)[0] == 0)
    let turn = Tweak(.learningRate, .numbers([2e-3]), from: 20)
    #expect(rates([turn], after: 30) == [2e-3, 2e-3])
    for text in [
      "optimiser=rmsprop epsilon=1e-8->1e-6 over 10",
      "doptimiser=rmsprop depsilon=1e-8->1e-6 over 10",
    ] {
      let written = try RecipeSpecification(parsing: statement("recipe r \(text)"), .all)
      #expect(try RecipeSpecification(stored: statement("recipe r \(written)")) == written)
    }
    let steady = try RecipeSpecification(
      parsing: statement("recipe q like r optimiser=sgd").options, .all,
      base: RecipeSpecification(parsing: statement("recipe r beta1=0.5->0 over 5"), .all))
    #expect(steady.schedules.isEmpty)
    let plain = try RecipeSpecification(
      parsing: statement("recipe q like r lr=1e-4").options, .all, base: recipe)
    #expect(plain.schedules.map(\.dial) == [.weight(of: "r1")])
    for (text, part) in [
      ("lr=1e-3->0", "does not know how long"), ("clip-norm=1->-1 over 5", "clip-norm"),
      ("critic=5->1 over 10", "critic"), ("lr=1->20 over 5", "lr"),
    ] {
      #expect { try RecipeSpecification(parsing: statement("recipe r \(text)"), .all) } throws: {
        "\(($0 as? Diagnostic)?.message ?? "")".contains(part)
      }
    }
  }

  @Test func `defaults of data sets are what the manual says`() throws {
    func printed(_ text: String) throws -> String {
      "\(try DatasetSpecification(parsing: statement("data d " + text), .all))"
    }
    #expect(
      try printed("celeba path=~/celeba size=64")
        == "celeba path=~/celeba split=all size=64 channels=3 crop=celeba-178 filter=lanczos flip=no"
    )
    #expect(
      try printed("folder path=\"my photos\" labels=yes size=32x48 grey=yes")
        == "folder path=\"my photos\" labels=yes size=32x48 channels=1 crop=centre filter=lanczos flip=no"
    )
    #expect(try printed("portraits") == "portraits count=10000 seed=1 size=32 channels=3 flip=no")
    #expect(try printed("ring") == "ring modes=8 radius=1 sigma=0.01")
    #expect(try printed("grid") == "grid side=5 spacing=2 sigma=0.05")
    #expect(
      try printed("mnist path=x")
        == "mnist path=x split=train size=28 channels=1 crop=centre filter=lanczos flip=no")
    #expect(
      try printed("idx path=x channels=3")
        == "idx path=x labels=yes size=28 channels=3 crop=centre filter=lanczos flip=no")
    #expect(
      try printed("cifar10 path=x split=all grey=no")
        == "cifar10 path=x split=all size=32 channels=3 crop=centre filter=lanczos flip=no")
    #expect(try printed("folder path=x labels=./a.csv").contains("labels=./a.csv "))
    #expect(try printed("celeba path=x crop=108").contains("crop=celeba-108"))
  }

  @Test func `networks and data must be of one shape`() throws {
    let run = RunSpecification(
      architecture: try architecture("arch a like mlp image=64x64x3"),
      dataset: try DatasetSpecification(
        parsing: statement("data d portraits size=32 channels=1"), .all),
      recipe: RecipeSpecification(), steps: 1, seed: 1)
    let fault = #expect(throws: Diagnostic.self) { try run.checkFit(at: Span(0, 1)) }
    #expect(
      fault?.message
        == "the architecture makes images of 64x64x3, but the data are images of 32x32x1")
    #expect(
      fault?.help == [
        "declare the data with channels=3", "declare the data with size=64x64",
        "or the architecture with image=32x32x1",
      ])
  }

  @Test func `the keys offered for completion are those that are read`() {
    for kind in [SourceSignature].all.keywords {
      let keys = [SourceSignature].all.optionKeys(of: kind)
      for key in keys where key != "path" {
        let text = "data d \(kind) \(keys.contains("path") ? "path=x " : "")\(key)=?"
        #expect(fault(text)?.contains("has no option") != true, "\(text)")
      }
    }
    for key in RecipeSpecification.optionKeys {
      #expect(fault("recipe r \(key)=?")?.contains("has no option") == false)
    }
    for key in ArchitectureSpecification.optionKeys where key != "image" {
      #expect(fault("arch a like mlp image=64 \(key)=?")?.contains("has no option") == false)
    }
    for keyword in Signatures.all.layers.map(\.keyword) {
      let text = "arch a mlp image=8 { discriminator { \(keyword); flatten; dense 1 } }"
      #expect(fault(text)?.contains("unknown layer") != true)
    }
  }

  @Test func `a background is printed where it is not white, and parses to the same`() throws {
    for (text, printed) in [
      ("white", nil), ("black", "background=black"), ("#80FF00", "background=\"#80ff00\""),
      ("#ffffff", nil),
    ] as [(String, String?)] {
      let value = try DatasetSpecification(
        parsing: statement("data x folder path=p background=\(text)"), .all)
      #expect(value.description.contains("background") == (printed != nil))
      if let printed { #expect(value.description.contains(printed)) }
      #expect(try DatasetSpecification(parsing: statement("data x \(value)"), .all) == value)
    }
    for wrong in ["grey", "#12345", "#12345g", "#+12345", "7"] {
      #expect(throws: Diagnostic.self) {
        try DatasetSpecification(
          parsing: statement("data x folder path=p background=\(wrong)"), .all)
      }
    }
  }
}
