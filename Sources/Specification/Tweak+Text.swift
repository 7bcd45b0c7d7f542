package import Language

extension DialSetting: CustomStringConvertible {
  /// As it is typed: `1e-4`, `0.5,0.9`, `2e-4->5e-5 over 20000`.
  package var description: String {
    switch self {
    case .numbers(let numbers): numbers.map(printed).joined(separator: ",")
    case .schedule(let from, let to, let steps): "\(printed(from))->\(printed(to)) over \(steps)"
    }
  }
}

extension Dial {
  /// Reads where it is turned to.
  ///
  /// - Parameters:
  ///   - rest: steps that a schedule without `over` takes.
  /// - Throws: for what the dial cannot be set to.
  package func setting(_ term: Term, rest: Int) throws(Diagnostic) -> DialSetting {
    if case .schedule(let from, let to, let over) = term.value {
      return try schedule(term, from: from, to: to, steps: over, rest: rest)
    }
    if isWhole {
      let range = Int(range.lowerBound)...Int(range.upperBound)
      return .numbers([Double(try term.integer(in: range, for: rawValue))])
    }
    if count == 1 { return .numbers([try weight(of: term).number(in: range, for: rawValue)]) }
    let elements = term.elements
    guard elements.count == count else {
      throw term.mismatch(rawValue, "two numbers with a comma between: `0.5,0.999`")
    }
    var numbers: [Double] = []
    for element in elements { numbers.append(try element.number(in: range, for: rawValue)) }
    return .numbers(numbers)
  }

  /// A penalty may be written as a recipe has it, `gp:5`.
  private func weight(of term: Term) -> Term {
    guard case .tagged(let word, let weight) = term.value else { return term }
    return self == .penaltyWeight || self == .weight(of: word.text) ? weight : term
  }

  private func schedule(
    _ term: Term, from: Double, to: Double, steps: Double?, rest: Int
  ) throws(Diagnostic) -> DialSetting {
    guard count == 1, !isWhole else {
      throw Diagnostic("\(rawValue) cannot glide from one value to another", at: term.span)
    }
    for end in [from, to] where !range.contains(end) {
      _ = try Term(.number(end), at: term.span, source: printed(end))
        .number(in: range, for: rawValue)
    }
    guard let steps else { return .schedule(from: from, to: to, steps: max(1, rest)) }
    guard let whole = Int(exactly: steps), Limits.steps.contains(whole) else {
      throw Diagnostic("`over` takes a whole number of steps", at: term.span)
    }
    return .schedule(from: from, to: to, steps: whole)
  }
}

extension RecipeSpecification {
  /// Reads the dials that a `tune` statement turns, against the recipe that the run was compiled for.
  ///
  /// - Parameters:
  ///   - rest: steps that a schedule without `over` takes.
  /// - Throws: for a key that is no dial, and says what a recipe's key that is none would take.
  package func settings(
    _ options: [Option], rest: Int, _ signatures: Signatures
  ) throws(Diagnostic) -> [(dial: Dial, setting: DialSetting)] {
    var settings: [(dial: Dial, setting: DialSetting)] = []
    for option in options {
      let key = option.key
      guard var dial = Dial(rawValue: key.text) else { throw Self.noDial(key, signatures) }
      if case .remedy(let keyword) = dial {
        guard let signature = signatures.remedies.named(keyword) else {
          throw Self.noDial(key, signatures)
        }
        try signature.check(option.value)
      }
      if dial == .penaltyWeight, penalties.count > 1,
        case .tagged(let word, _) = option.value.value,
        penalties.contains(where: { $0.keyword == word.text })
      {
        dial = .weight(of: word.text)
      }
      guard has(dial) else { throw lacks(dial, key) }
      if let reason = idleness(of: dial, signatures) { throw Diagnostic(reason, at: key.span) }
      if dial == .penaltyWeight, case .tagged(let word, _) = option.value.value,
        word.text != penalties.first?.keyword
      {
        throw Diagnostic(
          "the run's penalty is `\(penalties.first?.keyword ?? "")`, not `\(word.text)`",
          at: option.value.span,
          help: ["go another way with it: `branch RUN penalty=\(option.value.source)`"])
      }
      if settings.contains(where: { $0.dial == dial }) {
        throw Diagnostic("`\(key.text)` is given twice", at: option.span)
      }
      settings.append((dial, try dial.setting(option.value, rest: rest)))
    }
    return settings
  }

  /// Why a dial would change nothing; nil: it would.
  private func idleness(of dial: Dial, _ signatures: Signatures) -> String? {
    func lacks(_ optimiser: OptimiserSpecification, _ key: String) -> Bool {
      signatures.optimisers.named(optimiser.keyword)?.options.contains(key) == false
    }
    let (g, d) = (generatorOptimiser, discriminatorOptimiser)
    let ofBetas: [Dial] = [.betas, .generatorBetas, .discriminatorBetas, .firstBeta, .secondBeta]
    let key = ofBetas.contains(dial) ? "betas" : "epsilon"
    switch dial {
    case .betas where lacks(g, key) && lacks(d, key),
      .firstBeta where lacks(g, key) && lacks(d, key),
      .secondBeta where lacks(g, key) && lacks(d, key),
      .epsilon where lacks(g, key) && lacks(d, key), .generatorBetas where lacks(g, key),
      .generatorEpsilon where lacks(g, key):
      return "`\(g.keyword)` has no \(key)"
    case .discriminatorBetas where lacks(d, key), .discriminatorEpsilon where lacks(d, key):
      return "`\(d.keyword)` has no \(key)"
    case .realLabel:
      let chosen = signatures.objectives.named(objective.keyword)
      return chosen?.options.contains("smooth") == false
        ? "`smooth` means nothing with the objective `\(objective.keyword)`: it has no target" : nil
    default: return nil
    }
  }

  private func lacks(_ dial: Dial, _ key: Word) -> Diagnostic {
    switch dial {
    case .generatorAverage:
      if keepsAverage {
        return Diagnostic(
          "the run's average has a half-life in place of a decay", at: key.span,
          help: ["turn that: `\(Self.averageHalfLife)`"])
      }
      return Diagnostic(
        "the run has no averaged generator to tune", at: key.span,
        help: ["go another way with one: `branch RUN ema=0.999`"])
    case .penaltyWeight where penalties.count > 1:
      let keys = penalties.map { "`\(Dial.weight(of: $0.keyword).rawValue)`" }
      return Diagnostic(
        "the run has several penalties", at: key.span,
        help: ["say which one: " + keys.joined(separator: ", ")])
    case .remedy(let keyword):
      return Diagnostic(
        "the run has no `\(keyword)` to tune", at: key.span,
        help: ["go another way with it: `branch RUN \(keyword)=…`"])
    case .penaltyWeight, .weight:
      let keys = penalties.map { "`\(Dial.weight(of: $0.keyword).rawValue)`" }
      let name = if case .weight(let keyword) = dial { " `\(keyword)`" } else { "" }
      return Diagnostic(
        "the run has no penalty\(name) to tune", at: key.span,
        help: keys.isEmpty
          ? ["go another way with one: `branch RUN penalty=r1:1`"]
          : ["it has " + keys.joined(separator: ", ")])
    default:
      return Diagnostic("the run has no `\(key.text)` to tune", at: key.span)
    }
  }

  private static func noDial(_ key: Word, _ signatures: Signatures) -> Diagnostic {
    if (optionKeys + RunSpecification.optionKeys).contains(key.text) {
      return Diagnostic(
        "`\(key.text)` is built into a run and cannot be turned",
        at: key.span, help: ["go another way with it: `branch RUN \(key.text)=…`"])
    }
    let dials = Dial.allCases.map(\.rawValue) + signatures.remedies.map(\.keyword)
    return Diagnostic(
      "there is no dial `\(key.text)`", at: key.span,
      help: Dial(inWords: key.text).map { ["did you mean `\($0.rawValue)`?"] }
        ?? suggestion(for: key.text, in: dials, kind: "dials"))
  }
}

extension Signature {
  /// Whether a dial of it can be turned to where a term says.
  ///
  /// - Throws: where a number of it is out of the range.
  func check(_ term: Term) throws(Diagnostic) {
    let range = argument?.range ?? 0...1
    if case .schedule(let from, let to, _) = term.value {
      for end in [from, to] where !range.contains(end) {
        _ = try Term(.number(end), at: term.span, source: printed(end)).number(
          in: range, for: keyword)
      }
    } else {
      _ = try term.number(in: range, for: keyword)
    }
  }
}

extension DialSetting {
  /// Reads what `description` printed.
  ///
  /// - Throws: for what the dial cannot be set to.
  package init(parsing text: String, of dial: Dial) throws(Diagnostic) {
    let statements = try parse(
      SourceText(name: "setting", text: "tune \(dial.rawValue)=\(text)"))
    guard statements.count == 1, let option = statements[0].options.first,
      statements[0].options.count == 1
    else { throw Diagnostic("`\(text)` is no setting of \(dial.rawValue)") }
    self = try dial.setting(option.value, rest: 1)
  }
}
