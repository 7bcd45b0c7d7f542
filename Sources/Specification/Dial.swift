/// A number of a recipe that enters the compiled step as an input, so that it can be turned at any
/// step. The raw value is its key, in a recipe as well.
package enum Dial: Sendable, Hashable {
  case learningRate
  case generatorLearningRate
  case discriminatorLearningRate
  case betas
  case generatorBetas
  case discriminatorBetas
  /// One of the decays of both networks: unlike the pair it can glide.
  case firstBeta
  case secondBeta
  case epsilon
  case generatorEpsilon
  case discriminatorEpsilon
  /// Discriminator updates for each step.
  case discriminatorSteps
  /// Decay of the averaged generator, where one is kept.
  case generatorAverage
  /// Target of the discriminator on real examples.
  case realLabel
  /// What the divergence of an autoencoder's codes is multiplied by.
  case divergenceWeight
  /// What the adversarial loss of a repaired image is multiplied by.
  case adversarialWeight
  /// The part of the way that weights move from one task to the next, of a run that learns over tasks.
  case metaRate
  /// The weight of the penalty, of a recipe that has one.
  case penaltyWeight
  /// The weight of one of several penalties, by its keyword.
  case weight(of: String)
  /// The strength of a remedy that the recipe has, by its keyword.
  case remedy(String)
}

extension Dial: RawRepresentable {
  private static let weightPrefix = "penalty."

  package init?(rawValue key: String) {
    if let known = Self.allCases.first(where: { $0.rawValue == key }) {
      self = known
    } else if key.hasPrefix(Self.weightPrefix), key.count > Self.weightPrefix.count {
      self = .weight(of: String(key.dropFirst(Self.weightPrefix.count)))
    } else if key.contains("-"), key.utf8.allSatisfy({ $0 == 45 || (97...122).contains($0) }) {
      // Which remedies there are is said by their signatures.
      self = .remedy(key)
    } else {
      return nil
    }
  }

  package var rawValue: String {
    switch self {
    case .learningRate: "lr"
    case .generatorLearningRate: "glr"
    case .discriminatorLearningRate: "dlr"
    case .betas: "betas"
    case .generatorBetas: "gbetas"
    case .discriminatorBetas: "dbetas"
    case .firstBeta: "beta1"
    case .secondBeta: "beta2"
    case .epsilon: "epsilon"
    case .generatorEpsilon: "gepsilon"
    case .discriminatorEpsilon: "depsilon"
    case .discriminatorSteps: "critic"
    case .generatorAverage: "ema"
    case .realLabel: "smooth"
    case .divergenceWeight: "beta"
    case .adversarialWeight: "adversarial"
    case .metaRate: "meta-rate"
    case .penaltyWeight: "penalty"
    case .weight(let keyword): Self.weightPrefix + keyword
    case .remedy(let keyword): keyword
    }
  }
}

extension Dial: Codable {}

extension Dial: CaseIterable {
  /// Those that every recipe may have; the weights of several penalties come to them.
  package static let allCases: [Dial] = [
    .learningRate, .generatorLearningRate, .discriminatorLearningRate, .betas, .generatorBetas,
    .discriminatorBetas, .firstBeta, .secondBeta, .epsilon, .generatorEpsilon,
    .discriminatorEpsilon, .discriminatorSteps,
    .generatorAverage, .realLabel, .divergenceWeight, .adversarialWeight, .metaRate,
    .penaltyWeight,
  ]
}

extension Dial {
  /// The dial that a key like `learning_rate` says in words.
  package init?(inWords key: String) {
    func letters(of text: String) -> String { text.lowercased().filter(\.isLetter) }
    let wanted = letters(of: key)
    let dial = Self.allCases.first { letters(of: $0.summary).hasPrefix(wanted) }
    guard let dial, wanted.count > 5 else { return nil }
    self = dial
  }

  /// The dials of the generator and of the discriminator alone, of a dial of both.
  package var ofEachNetwork: (generator: Dial, discriminator: Dial)? {
    switch self {
    case .learningRate: (.generatorLearningRate, .discriminatorLearningRate)
    case .betas: (.generatorBetas, .discriminatorBetas)
    case .epsilon: (.generatorEpsilon, .discriminatorEpsilon)
    case .generatorLearningRate, .discriminatorLearningRate, .generatorBetas, .discriminatorBetas,
      .firstBeta, .secondBeta, .generatorEpsilon, .discriminatorEpsilon, .discriminatorSteps,
      .generatorAverage, .realLabel,
      .divergenceWeight, .adversarialWeight, .metaRate, .penaltyWeight, .weight, .remedy:
      nil
    }
  }

  /// Numbers that it consists of.
  package var count: Int {
    switch self {
    case .betas, .generatorBetas, .discriminatorBetas: 2
    default: 1
    }
  }

  /// Where each of its numbers lies.
  package var range: ClosedRange<Double> {
    switch self {
    case .learningRate, .generatorLearningRate, .discriminatorLearningRate: 0...10
    case .betas, .generatorBetas, .discriminatorBetas, .firstBeta, .secondBeta, .generatorAverage:
      0...1.0.nextDown
    case .epsilon, .generatorEpsilon, .discriminatorEpsilon: .leastNonzeroMagnitude...1
    case .discriminatorSteps: 1...100
    case .realLabel: 0.5...1
    case .metaRate: 0...1
    case .divergenceWeight, .adversarialWeight: 0...1e6
    case .penaltyWeight, .weight: PenaltySpecification.weights
    case .remedy: 0...1e9
    }
  }

  /// Whether it counts something, and so cannot glide.
  package var isWhole: Bool { self == .discriminatorSteps }

  /// One line for help.
  package var summary: String {
    switch self {
    case .learningRate: "learning rate of both networks"
    case .generatorLearningRate: "learning rate of the generator alone"
    case .discriminatorLearningRate: "learning rate of the discriminator alone"
    case .betas: "Adam's two decays"
    case .generatorBetas: "Adam's two decays for the generator alone"
    case .discriminatorBetas: "Adam's two decays for the discriminator alone"
    case .firstBeta: "the first of Adam's decays, of both networks"
    case .secondBeta: "the second of Adam's decays, of both networks"
    case .epsilon: "what keeps the optimiser from dividing by 0"
    case .generatorEpsilon: "what keeps the generator's optimiser from dividing by 0"
    case .discriminatorEpsilon: "what keeps the discriminator's optimiser from dividing by 0"
    case .discriminatorSteps: "discriminator's updates for each of the generator's"
    case .generatorAverage: "decay of the averaged generator, if the recipe keeps one"
    case .realLabel:
      "the discriminator's target on real examples, or a classifier's of the label that is right"
    case .divergenceWeight: "weight of the divergence of an autoencoder's codes"
    case .adversarialWeight: "weight of the adversarial loss of repaired images"
    case .metaRate: "the part of the way that weights move from one task to the next"
    case .penaltyWeight: "weight of the penalty, if the recipe has one; of several, `penalty.r1`"
    case .weight(let keyword): "weight of the penalty `\(keyword)`"
    case .remedy(let keyword): "strength of `\(keyword)`, if the recipe has it"
    }
  }
}

extension RecipeSpecification {
  /// Whether the run that was compiled for this recipe has the dial.
  package func has(_ dial: Dial) -> Bool {
    switch dial {
    case .generatorAverage: generatorAverage != nil
    case .penaltyWeight: penalties.count == 1
    case .metaRate: meta != nil
    // Each task has as many batches as another.
    case .discriminatorSteps: meta == nil
    case .weight(let keyword): penalties.contains { $0.keyword == keyword }
    case .remedy(let keyword): strength(of: keyword) != nil
    default: true
    }
  }

  /// What a dial stands at; for a dial of both networks, at the generator's.
  package func numbers(of dial: Dial) -> [Double] {
    switch dial {
    case .learningRate, .generatorLearningRate: [generatorOptimiser.learningRate]
    case .discriminatorLearningRate: [discriminatorOptimiser.learningRate]
    case .betas, .generatorBetas: [generatorOptimiser.beta1, generatorOptimiser.beta2]
    case .discriminatorBetas: [discriminatorOptimiser.beta1, discriminatorOptimiser.beta2]
    case .firstBeta: [generatorOptimiser.beta1]
    case .secondBeta: [generatorOptimiser.beta2]
    case .epsilon, .generatorEpsilon: [generatorOptimiser.epsilon]
    case .discriminatorEpsilon: [discriminatorOptimiser.epsilon]
    case .discriminatorSteps: [Double(discriminatorSteps)]
    case .generatorAverage: generatorAverage.map { [$0] } ?? []
    case .realLabel: [realLabel]
    case .divergenceWeight: [divergenceWeight]
    case .adversarialWeight: [adversarialWeight]
    case .metaRate: [metaRate]
    case .penaltyWeight: penalties.first.map { [$0.weight] } ?? []
    case .weight(let keyword):
      penalties.first { $0.keyword == keyword }.map { [$0.weight] } ?? []
    case .remedy(let keyword): strength(of: keyword).map { [$0] } ?? []
    }
  }

  /// Turns a dial; as many numbers as it has, in its range.
  package mutating func set(_ dial: Dial, to numbers: [Double]) {
    guard numbers.count == dial.count, let first = numbers.first, let last = numbers.last else {
      return
    }
    switch dial {
    case .learningRate:
      set(.generatorLearningRate, to: numbers)
      set(.discriminatorLearningRate, to: numbers)
    case .generatorLearningRate: generatorOptimiser.learningRate = first
    case .discriminatorLearningRate: discriminatorOptimiser.learningRate = first
    case .betas:
      set(.generatorBetas, to: numbers)
      set(.discriminatorBetas, to: numbers)
    case .generatorBetas: (generatorOptimiser.beta1, generatorOptimiser.beta2) = (first, last)
    case .discriminatorBetas:
      (discriminatorOptimiser.beta1, discriminatorOptimiser.beta2) = (first, last)
    case .firstBeta: (generatorOptimiser.beta1, discriminatorOptimiser.beta1) = (first, first)
    case .secondBeta: (generatorOptimiser.beta2, discriminatorOptimiser.beta2) = (first, first)
    case .epsilon:
      set(.generatorEpsilon, to: numbers)
      set(.discriminatorEpsilon, to: numbers)
    case .generatorEpsilon: generatorOptimiser.epsilon = first
    case .discriminatorEpsilon: discriminatorOptimiser.epsilon = first
    case .discriminatorSteps: discriminatorSteps = Int(first)
    case .generatorAverage: generatorAverage = first
    case .realLabel: realLabel = first
    case .divergenceWeight: divergenceWeight = first
    case .adversarialWeight: adversarialWeight = first
    case .metaRate: metaRate = first
    case .penaltyWeight:
      for index in penalties.indices.prefix(1) { penalties[index].weight = first }
    case .weight(let keyword):
      for index in penalties.indices where penalties[index].keyword == keyword {
        penalties[index].weight = first
      }
    case .remedy(let keyword):
      if strength(of: keyword) != nil { setRemedy(keyword, to: first) }
    }
  }
}
