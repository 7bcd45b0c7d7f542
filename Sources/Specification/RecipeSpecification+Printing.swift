import Language

extension RecipeSpecification {
  private typealias Argument = (key: String, value: @Sendable (RecipeSpecification) -> String)

  /// Arguments that are printed only where they are not neutral, one line each. Those that are not here
  /// stand in every text.
  private static let optional: [Argument] = [
    ("precision", { $0.precision.rawValue }),
    ("beta", { $0.text(of: .divergenceWeight, $0.divergenceWeight) }),
    ("class-weights", { $0.classWeights.rawValue }),
    ("margin", { printed($0.margin) }),
    ("augment", { "\($0.augmentation)" }),
    ("damage", { "\($0.damage)" }),
    ("freeze", { $0.frozen.isEmpty ? "no" : $0.frozen.map(\.description).joined(separator: "+") }),
    ("meta", { $0.meta?.method ?? "no" }),
    ("meta-rate", { $0.text(of: .metaRate, $0.metaRate) }),
    ("reconstruction", { $0.reconstruction.rawValue }),
    ("adversarial", { $0.text(of: .adversarialWeight, $0.adversarialWeight) }),
    ("generator-steps", { String($0.generatorSteps) }),
    ("unrolled", { String($0.unrolledSteps) }),
    ("updates", { $0.updates.rawValue }),
  ]

  /// What a text means that leaves them out.
  package static var neutralArguments: [(key: String, value: String)] {
    optional.map { ($0.key, $0.value(.neutral)) }
      + [("optimiser", neutral.generatorOptimiser.choice)]
  }
}

/// What stands after the name in a declaration; with what is left out neutral it is the same recipe.
extension RecipeSpecification: CustomStringConvertible {
  package var description: String { options.joined(separator: " ") }

  /// Every option that is printed, `lr=0.0002`.
  package var options: [String] {
    let (g, d) = (generatorOptimiser, discriminatorOptimiser)
    func both(_ key: String, _ value: (OptimiserSpecification) -> String) -> [String] {
      let texts = (scheduled("g" + key) ?? value(g), scheduled("d" + key) ?? value(d))
      return texts.0 == texts.1
        ? ["\(key)=\(texts.0)"] : ["g\(key)=\(texts.0)", "d\(key)=\(texts.1)"]
    }
    func scheduled(_ key: String) -> String? {
      schedules.first { $0.dial.rawValue == key }?.setting.description
    }
    let neutral = Self.neutral.generatorOptimiser
    // What not every optimiser reads is printed for Adam, and for others where it is not neutral.
    func own(_ key: String, _ value: (OptimiserSpecification) -> String) -> [String] {
      func isPrinted(_ one: OptimiserSpecification, _ prefix: String) -> Bool {
        one.keyword == neutral.keyword || value(one) != value(neutral)
          || scheduled(prefix + key) != nil
      }
      if isPrinted(g, "g") && isPrinted(d, "d") { return both(key, value) }
      func part(_ prefix: String, _ one: OptimiserSpecification) -> [String] {
        isPrinted(one, prefix) ? ["\(prefix)\(key)=\(scheduled(prefix + key) ?? value(one))"] : []
      }
      return part("g", g) + part("d", d)
    }
    var parts = ["objective=\(objective.keyword)"]
    parts += both("lr") { printed($0.learningRate) }
    parts += own("betas") { "\(printed($0.beta1)),\(printed($0.beta2))" }
    parts += own("epsilon") { printed($0.epsilon) }
    parts += ["batch=\(batch)", "critic=\(discriminatorSteps)", "fakes=\(fakes.rawValue)"]
    let average = generatorAverage.map { text(of: .generatorAverage, $0) }
    parts += ["ema=\(average ?? "no")", "smooth=\(text(of: .realLabel, realLabel))"]
    let penalty = penalties.isEmpty ? "no" : penalties.map(\.description).joined(separator: "+")
    parts.append("penalty=\(penalty)")
    for (key, value) in Self.optional where value(self) != value(.neutral) {
      parts.append("\(key)=\(value(self))")
    }
    if let meta { parts.append("tasks=\(storedWord(meta.label))") }
    if [g, d].contains(where: { $0.choice != neutral.choice }) {
      parts += both("optimiser", \.choice)
    }
    for tweak in schedules {
      switch tweak.dial {
      case .weight, .firstBeta, .secondBeta: break
      default: continue
      }
      parts.append("\(tweak.dial.rawValue)=\(tweak.setting)")
    }
    parts += remedies.map { "\($0.keyword)=\(text(of: .remedy($0.keyword), $0.strength))" }
    return parts
  }
}
