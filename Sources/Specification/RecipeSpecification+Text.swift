package import Language

extension RecipeSpecification {
  /// The options of `recipe`, which `run` takes as well; for completion.
  package static let optionKeys = [
    "objective", "lr", "glr", "dlr", "betas", "gbetas", "dbetas", "epsilon", "gepsilon", "depsilon",
    "batch", "critic", "fakes", "ema", "smooth",
    "penalty", "precision",
  ]

  /// The recipe that a `recipe` statement declares:
  /// `recipe calm objective=nonsaturating lr=1e-4 betas=0.5,0.999 batch=64`, or
  /// `recipe calmer like calm lr=5e-5`.
  ///
  /// - Parameter known: recipes that were declared before.
  package init(
    parsing statement: Statement, known: [String: RecipeSpecification] = [:]
  ) throws(Diagnostic) {
    _ = try statement.declaredName()
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
    try self.init(parsing: statement.options, base: base)
  }

  /// The recipe of a stored statement, in which what is left out is neutral.
  package init(stored statement: Statement) throws(Diagnostic) {
    try statement.expect("recipe")
    _ = try statement.declaredName()
    try self.init(parsing: statement.options, base: .neutral)
  }

  /// A recipe with some options changed; every option must be a recipe's.
  package init(
    parsing options: [Option], base: RecipeSpecification
  ) throws(Diagnostic) {
    self = base
    var reader = try OptionReader(options, of: "a recipe")
    try take(from: &reader)
    try reader.finish()
  }

  /// Takes a recipe's options, and leaves others for the reader's next user.
  ///
  /// `lr`, `betas` and `epsilon` are for both optimisers; with `g` or `d` before them for one, which
  /// goes before. `ema=no` keeps no average.
  package mutating func take(from options: inout OptionReader) throws(Diagnostic) {
    options.meaning = { Dial(inWords: $0)?.rawValue }
    if let term = options.take("objective") {
      objective = try term.choice(of: Objective.self, for: "objective")
    }
    for prefix in ["", "g", "d"] {
      let rate = try options.take(prefix + "lr")?.number(
        in: Dial.learningRate.range, for: prefix + "lr")
      let betas = try options.take(prefix + "betas").map { term throws(Diagnostic) in
        try Self.betas(term, for: prefix + "betas")
      }
      let epsilon = try options.take(prefix + "epsilon")?
        .number(in: Dial.epsilon.range, for: prefix + "epsilon")
      func change(_ optimiser: inout AdamSpecification) {
        if let rate { optimiser.learningRate = rate }
        if let betas { (optimiser.beta1, optimiser.beta2) = betas }
        if let epsilon { optimiser.epsilon = epsilon }
      }
      if prefix != "d" { change(&generatorOptimiser) }
      if prefix != "g" { change(&discriminatorOptimiser) }
    }
    if let term = options.take("batch") { batch = try term.integer(in: Limits.batch, for: "batch") }
    if let term = options.take("critic") {
      discriminatorSteps = try term.integer(in: 1...100, for: "critic")
    }
    if let term = options.take("fakes") {
      fakes = try term.choice(of: FakeBatch.self, for: "fakes")
    }
    if let term = options.take("ema") {
      generatorAverage =
        term.text == "no" ? nil : try term.number(in: Dial.generatorAverage.range, for: "ema")
    }
    if let term = options.take("smooth") {
      realLabel = try term.number(in: Dial.realLabel.range, for: "smooth")
    }
    if let term = options.take("penalty") { penalty = try Self.penalty(term) }
    if let term = options.take("precision") {
      precision = try term.choice(of: Precision.self, for: "precision")
    }
  }

  /// `gp:10`, a kind and its weight; `gp` weighs 10; `no`.
  private static func penalty(_ term: Term) throws(Diagnostic) -> GradientPenalty? {
    if term.text == "no" { return nil }
    let parts = term.text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let kind = GradientPenalty.Kind(rawValue: String(parts[0])) else {
      let kinds = GradientPenalty.Kind.allCases.map(\.rawValue)
      throw term.mismatch(
        "penalty", "`gp:10`, the penalty and its weight, or `no`",
        help: nearest(to: String(parts[0]), in: kinds).map { ["did you mean `\($0)`?"] } ?? [])
    }
    guard parts.count == 2 else { return GradientPenalty(kind: kind, weight: 10) }
    guard let weight = Double(parts[1]), Dial.penaltyWeight.range.contains(weight) else {
      throw term.mismatch("penalty", "a weight from 0 to 1,000,000 after `\(kind.rawValue):`")
    }
    return GradientPenalty(kind: kind, weight: weight)
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

extension RecipeSpecification {
  private typealias Argument = (key: String, value: @Sendable (RecipeSpecification) -> String)

  /// Arguments that are printed only where they are not neutral, one line each. Those that are not here
  /// stand in every text.
  private static let optional: [Argument] = [("precision", { $0.precision.rawValue })]

  /// What a text means that leaves them out.
  package static var neutralArguments: [(key: String, value: String)] {
    optional.map { ($0.key, $0.value(.neutral)) }
  }
}

/// What stands after the name in a declaration; with what is left out neutral it is the same recipe.
extension RecipeSpecification: CustomStringConvertible {
  package var description: String {
    let (g, d) = (generatorOptimiser, discriminatorOptimiser)
    func both(_ key: String, _ value: (AdamSpecification) -> String) -> [String] {
      value(g) == value(d)
        ? ["\(key)=\(value(g))"] : ["g\(key)=\(value(g))", "d\(key)=\(value(d))"]
    }
    var parts = ["objective=\(objective.rawValue)"]
    parts += both("lr") { printed($0.learningRate) }
    parts += both("betas") { "\(printed($0.beta1)),\(printed($0.beta2))" }
    parts += both("epsilon") { printed($0.epsilon) }
    parts += ["batch=\(batch)", "critic=\(discriminatorSteps)", "fakes=\(fakes.rawValue)"]
    parts += ["ema=\(generatorAverage.map(printed) ?? "no")", "smooth=\(printed(realLabel))"]
    let penalty = penalty.map { "\($0.kind.rawValue):\(printed($0.weight))" }
    parts.append("penalty=\(penalty ?? "no")")
    for (key, value) in Self.optional where value(self) != value(.neutral) {
      parts.append("\(key)=\(value(self))")
    }
    return parts.joined(separator: " ")
  }
}
