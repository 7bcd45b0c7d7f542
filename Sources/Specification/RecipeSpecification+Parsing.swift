package import Language

extension RecipeSpecification {
  /// The options of `recipe`, which `run` takes as well; for completion.
  package static let optionKeys = [
    "objective", "lr", "glr", "dlr", "betas", "gbetas", "dbetas", "beta1", "beta2", "epsilon",
    "gepsilon", "depsilon",
    "optimiser", "goptimiser", "doptimiser", "batch", "critic", "generator-steps", "unrolled",
    "updates", "fakes",
    "ema", "smooth", "beta", "penalty", "precision", "augment", "damage", "reconstruction",
    "adversarial", "class-weights", "margin", "freeze", "meta", "tasks", "meta-rate",
  ]

  /// The recipe that a `recipe` statement declares:
  /// `recipe calm objective=nonsaturating lr=1e-4 betas=0.5,0.999 batch=64`, or
  /// `recipe calmer like calm lr=5e-5`.
  ///
  /// - Parameters:
  ///   - signatures: the keywords that there are.
  ///   - known: recipes that were declared before.
  package init(
    parsing statement: Statement, _ signatures: Signatures,
    known: [String: RecipeSpecification] = [:]
  ) throws(Diagnostic) {
    _ = try statement.declaredName()
    try statement.checkPenaltySchedule()
    var base = RecipeSpecification()
    if let like = statement.operands.dropFirst().first, like.text == "like" {
      guard let term = statement.operands.dropFirst(2).first else {
        throw Diagnostic("`like` needs a recipe after it", at: like.span)
      }
      guard let recipe = known[term.text] else {
        throw Diagnostic(
          "there is no recipe `\(term.brief)`", at: term.span,
          help: suggestion(for: term.text, in: known.keys.sorted(), kind: "recipes"))
      }
      base = recipe
      try statement.expectOperands(atMost: 3)
    } else {
      try statement.expectOperands(atMost: 1)
    }
    if let block = statement.block {
      throw Diagnostic(
        "`recipe` takes no block", at: Span(block.span.start, block.span.start + 1))
    }
    try self.init(parsing: statement.options, signatures, base: base)
  }

  /// The recipe of a stored statement, in which what is left out is neutral. Keywords of another release
  /// are kept as they are; such a recipe is listed and compared, and trains nothing.
  package init(stored statement: Statement) throws(Diagnostic) {
    try statement.expect("recipe")
    _ = try statement.declaredName()
    self = .neutral
    var reader = try OptionReader(statement.options, of: "a recipe")
    try read(from: &reader, nil)
    try reader.finish()
  }

  /// A recipe with some options changed; every option must be a recipe's.
  package init(
    parsing options: [Option], _ signatures: Signatures, base: RecipeSpecification
  ) throws(Diagnostic) {
    self = base
    var reader = try OptionReader(options, of: "a recipe")
    try take(from: &reader, signatures)
    try reader.finish()
  }

  /// Takes a recipe's options, and leaves others for the reader's next user.
  ///
  /// `lr`, `betas` and `epsilon` are for both optimisers; with `g` or `d` before them for one, which
  /// goes before. `ema=no` keeps no average.
  ///
  /// - Throws: also for an option that the objective or the optimiser has no use for.
  package mutating func take(
    from options: inout OptionReader, _ signatures: Signatures
  ) throws(Diagnostic) {
    try read(from: &options, signatures)
    try checkMeaning(of: options, signatures)
    for network in [\Self.generatorOptimiser, \Self.discriminatorOptimiser] {
      let known = signatures.optimisers.named(self[keyPath: network].keyword)?.options ?? []
      let neutral = OptimiserSpecification.neutral
      if !known.contains("betas") {
        (self[keyPath: network].beta1, self[keyPath: network].beta2) = (
          neutral.beta1, neutral.beta2
        )
      }
      if !known.contains("epsilon") { self[keyPath: network].epsilon = neutral.epsilon }
    }
    dropIdleSchedules(signatures)
  }

  /// Takes away schedules, of a recipe that this one is like, of dials that its optimisers do not read.
  private mutating func dropIdleSchedules(_ signatures: Signatures) {
    func reads(_ optimiser: OptimiserSpecification, _ key: String) -> Bool {
      signatures.optimisers.named(optimiser.keyword)?.options.contains(key) ?? true
    }
    if !reads(generatorOptimiser, "epsilon") { setSchedule(.generatorEpsilon, to: nil) }
    if !reads(discriminatorOptimiser, "epsilon") { setSchedule(.discriminatorEpsilon, to: nil) }
    if !reads(generatorOptimiser, "betas") && !reads(discriminatorOptimiser, "betas") {
      for dial in [Dial.firstBeta, .secondBeta] { setSchedule(dial, to: nil) }
    }
  }

  /// - Parameter signatures: the keywords that there are; nil: any is taken.
  private mutating func read(
    from options: inout OptionReader, _ signatures: Signatures?
  ) throws(Diagnostic) {
    options.meaning = { Self.options(called: $0, signatures) }
    if let term = options.take("objective") {
      let known = try signatures?.objectives.read(term.text, at: term.span, as: "objective")
      objective = Objective(known?.keyword ?? term.text)
    }
    try takeOptimisers(from: &options, signatures?.optimisers)
    for prefix in ["", "g", "d"] {
      let rate = try number(of: prefix + "lr", from: &options)
      let betas = try options.take(prefix + "betas").map { term throws(Diagnostic) in
        try Self.betas(term, for: prefix + "betas")
      }
      if betas != nil { for dial in [Dial.firstBeta, .secondBeta] { setSchedule(dial, to: nil) } }
      let epsilon = try number(of: prefix + "epsilon", from: &options)
      func change(_ optimiser: inout OptimiserSpecification) {
        if let rate { optimiser.learningRate = rate }
        if let betas { (optimiser.beta1, optimiser.beta2) = betas }
        if let epsilon { optimiser.epsilon = epsilon }
      }
      if prefix != "d" { change(&generatorOptimiser) }
      if prefix != "g" { change(&discriminatorOptimiser) }
    }
    if let beta = try number(of: "beta1", from: &options) { set(.firstBeta, to: [beta]) }
    if let beta = try number(of: "beta2", from: &options) { set(.secondBeta, to: [beta]) }
    if let term = options.take("batch") { batch = try term.integer(in: Limits.batch, for: "batch") }
    if let term = options.take("critic") {
      discriminatorSteps = try term.integer(in: 1...100, for: "critic")
    }
    if let term = options.take("generator-steps") {
      generatorSteps = try term.integer(in: 1...100, for: "generator-steps")
    }
    if let term = options.take("unrolled") {
      unrolledSteps = try term.integer(in: Limits.unrolledSteps, for: "unrolled")
    }
    if let term = options.take("updates") {
      updates = try term.choice(of: UpdateOrder.self, for: "updates")
    }
    if let term = options.take("fakes") {
      fakes = try term.choice(of: FakeBatch.self, for: "fakes")
    }
    if let term = options.take("ema") {
      generatorAverage = term.text == "no" ? nil : try number(term, of: .generatorAverage)
      if generatorAverage == nil { setSchedule(.generatorAverage, to: nil) }
      // One takes the other's place.
      setRemedy(Self.averageHalfLife, to: nil)
      setSchedule(.remedy(Self.averageHalfLife), to: nil)
    }
    if let number = try number(of: "smooth", from: &options) { realLabel = number }
    if let number = try number(of: "beta", from: &options) { divergenceWeight = number }
    if let term = options.take("class-weights") {
      classWeights = try term.choice(of: ClassWeights.self, for: "class-weights")
    }
    if let term = options.take("margin") {
      margin = try term.number(in: 0...1, for: "margin")
    }
    if let term = options.take("augment") { augmentation = try Augmentation(parsing: term) }
    if let term = options.take("damage") { damage = try Damage(parsing: term) }
    if let term = options.take("freeze") { frozen = try Freezing.list(term) }
    if let term = options.take("reconstruction") {
      reconstruction = try term.choice(of: Reconstruction.self, for: "reconstruction")
    }
    if let number = try number(of: "adversarial", from: &options) { adversarialWeight = number }
    try takeMetaLearning(from: &options)
    if let number = try number(of: "meta-rate", from: &options) { metaRate = number }
    if let term = options.take("penalty") {
      penalties = try PenaltySpecification.list(term, signatures?.penalties)
      schedules.removeAll { if case .weight = $0.dial { true } else { false } }
    }
    for index in penalties.indices {
      let dial = Dial.weight(of: penalties[index].keyword)
      if let number = try number(of: dial.rawValue, from: &options) {
        penalties[index].weight = number
      }
    }
    if let signatures { try checkWeights(options, signatures) }
    if let term = options.take("precision") {
      precision = try term.choice(of: Precision.self, for: "precision")
    }
    try takeRemedies(from: &options, signatures?.remedies)
  }

  /// - Throws: for the weight of a penalty that the recipe has not.
  private func checkWeights(
    _ options: OptionReader, _ signatures: Signatures
  ) throws(Diagnostic) {
    for option in options.remaining {
      guard case .weight(let keyword)? = Dial(rawValue: option.key.text) else { continue }
      let known = try signatures.penalties.read(keyword, at: option.key.span, as: "penalty")
      let missing = PenaltySpecification(keyword, weight: known.argument?.standard ?? 1)
      let list = (penalties + [missing]).map(\.description).joined(separator: "+")
      throw Diagnostic(
        "the recipe has no penalty `\(keyword)`", at: option.key.span,
        help: ["begin with one: `penalty=\(list) \(option.key.text)=\(option.value.source)`"])
    }
  }

  /// - Parameter signatures: nil: what is left and a number is a remedy, perhaps of another release.
  private mutating func takeRemedies(
    from options: inout OptionReader, _ signatures: [Signature]?
  ) throws(Diagnostic) {
    guard let signatures else {
      for option in options.remaining {
        switch option.value.value {
        case .number, .schedule: break
        default: continue
        }
        let key = option.key.text
        _ = options.take(key)
        setRemedy(key, to: try number(option.value, of: .remedy(key)))
      }
      return
    }
    for signature in signatures {
      guard let term = options.take(signature.keyword) else { continue }
      let dial = Dial.remedy(signature.keyword)
      guard term.text != "no" else {
        setRemedy(signature.keyword, to: nil)
        setSchedule(dial, to: nil)
        continue
      }
      try signature.check(term)
      setRemedy(signature.keyword, to: try number(term, of: dial))
      if signature.keyword == Self.averageHalfLife { try replaceDecay(options, at: term.span) }
    }
  }

  /// A half-life takes the place of a decay that was said before.
  ///
  /// - Throws: where both are said in the same statement.
  private mutating func replaceDecay(
    _ options: OptionReader, at place: Span
  ) throws(Diagnostic) {
    if generatorAverage != nil, options.span(of: "ema") != nil {
      throw Diagnostic(
        "`ema` says the decay of an update, and `\(Self.averageHalfLife)` another one", at: place,
        help: ["leave one of them out"])
    }
    generatorAverage = nil
    setSchedule(.generatorAverage, to: nil)
  }

  /// A number that a dial begins at, and its schedule if it has one.
  private mutating func number(
    of key: String, from options: inout OptionReader
  ) throws(Diagnostic) -> Double? {
    guard let term = options.take(key), let dial = Dial(rawValue: key) else { return nil }
    return try number(term, of: dial)
  }

  private mutating func number(_ term: Term, of dial: Dial) throws(Diagnostic) -> Double {
    let key = dial.rawValue
    guard case .schedule(let from, _, let over) = term.value else {
      setSchedule(dial, to: nil)
      return try term.number(in: dial.range, for: key)
    }
    guard over != nil else {
      throw Diagnostic(
        "a recipe does not know how long a run is", at: term.span,
        help: ["say how many steps the schedule takes: `\(key)=\(term.source) over 20k`"])
    }
    setSchedule(dial, to: try dial.setting(term, rest: 1))
    return from
  }

  /// - Throws: for a keyword that is not there, as a stored recipe of another release may have it.
  package func checkKnown(_ signatures: Signatures) throws(Diagnostic) {
    _ = try signatures.objectives.read(objective.keyword, at: nil, as: "objective")
    for penalty in penalties {
      _ = try signatures.penalties.read(penalty.keyword, at: nil, as: "penalty")
    }
    for optimiser in [generatorOptimiser, discriminatorOptimiser] {
      _ = try signatures.optimisers.read(optimiser.keyword, at: nil, as: "optimiser")
    }
    for remedy in remedies where signatures.remedies.named(remedy.keyword) == nil {
      throw Diagnostic("a recipe of this release has no option `\(remedy.keyword)`")
    }
  }

  /// - Throws: for an option that what was chosen does not read.
  private func checkMeaning(
    of options: OptionReader, _ signatures: Signatures
  ) throws(Diagnostic) {
    let chosen = signatures.objectives.named(objective.keyword)
    let smooths = realLabel != 1 || schedules.contains { $0.dial == .realLabel }
    if smooths, let chosen, !chosen.options.contains("smooth") {
      let others = signatures.objectives.filter { $0.options.contains("smooth") }.map(\.keyword)
      throw Diagnostic(
        "`smooth` means nothing with the objective `\(objective.keyword)`: it has no target",
        at: options.span(of: "smooth") ?? options.span(of: "objective"),
        help: ["smooth=1, or one of " + others.joined(separator: ", ")])
    }
    for (key, typed) in [
      ("betas", "betas"), ("betas", "beta1"), ("betas", "beta2"), ("epsilon", "epsilon"),
    ] {
      for prefix in typed == key ? ["", "g", "d"] : [""] {
        guard let span = options.span(of: prefix + typed) else { continue }
        let optimisers =
          (prefix == "d" ? [] : [generatorOptimiser])
          + (prefix == "g" ? [] : [discriminatorOptimiser])
        let known = optimisers.compactMap { signatures.optimisers.named($0.keyword) }
        guard let unable = known.first, !known.contains(where: { $0.options.contains(key) }) else {
          continue
        }
        throw Diagnostic("`\(unable.keyword)` has no \(key)", at: span)
      }
    }
  }

  /// `optimiser=` for both networks, `goptimiser=` and `doptimiser=` for one: `adam`, `sgd:0.9`.
  private mutating func takeOptimisers(
    from options: inout OptionReader, _ signatures: [Signature]?
  ) throws(Diagnostic) {
    for prefix in ["", "g", "d"] {
      guard let term = options.take(prefix + "optimiser") else { continue }
      let (keyword, argument) = try Self.optimiser(term, for: prefix + "optimiser", signatures)
      if prefix != "d" {
        (generatorOptimiser.keyword, generatorOptimiser.argument) = (keyword, argument)
      }
      if prefix != "g" {
        (discriminatorOptimiser.keyword, discriminatorOptimiser.argument) = (keyword, argument)
      }
    }
  }

  private static func optimiser(
    _ term: Term, for what: String, _ signatures: [Signature]?
  ) throws(Diagnostic) -> (keyword: String, argument: Double?) {
    let word = term.text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      .map(String.init)
    let number = word.count > 1 ? Double(word[1]) : nil
    guard let signature = try signatures?.read(word[0], at: term.span, as: "optimiser") else {
      return (word[0], number)
    }
    guard word.count > 1 else { return (signature.keyword, signature.argument?.standard) }
    guard let argument = signature.argument else {
      throw Diagnostic(
        "`\(signature.keyword)` takes no number after it", at: term.span,
        help: ["write `\(what)=\(signature.keyword)`"])
    }
    guard let number, argument.range.contains(number) else {
      let (lower, upper) = (argument.range.lowerBound, argument.range.upperBound)
      throw term.mismatch(
        what,
        "\(argument.name) from \(printed(lower)) to "
          + "\(upper == 1.0.nextDown ? "below 1" : printed(upper)) after `\(signature.keyword):`")
    }
    return (signature.keyword, number)
  }

  private static func betas(
    _ term: Term, for what: String
  ) throws(Diagnostic) -> (Double, Double) {
    let elements = term.elements
    guard elements.count == 2 else {
      throw term.mismatch(what, "two numbers with a comma between: `0.5,0.999`")
    }
    return (
      try elements[0].number(in: Dial.betas.range, for: "the first of \(what)"),
      try elements[1].number(in: Dial.betas.range, for: "the second of \(what)")
    )
  }
}
