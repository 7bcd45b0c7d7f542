/// A number of a recipe that enters the compiled step as an input, so that it can be turned at any
/// step. The raw value is the key by which a recipe knows it too.
package enum Dial: String, Sendable, Hashable, Codable, CaseIterable {
  case learningRate = "lr"
  case generatorLearningRate = "glr"
  case discriminatorLearningRate = "dlr"
  case betas
  case generatorBetas = "gbetas"
  case discriminatorBetas = "dbetas"
  case epsilon
  case generatorEpsilon = "gepsilon"
  case discriminatorEpsilon = "depsilon"
  /// Discriminator updates for each of the generator.
  case discriminatorSteps = "critic"
  /// Decay of the averaged generator, where one is kept.
  case generatorAverage = "ema"
  /// Target of the discriminator on real examples.
  case realLabel = "smooth"
  /// The weight of the penalty that the recipe has.
  case penaltyWeight = "penalty"

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
      .generatorEpsilon, .discriminatorEpsilon, .discriminatorSteps, .generatorAverage, .realLabel,
      .penaltyWeight:
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
    case .betas, .generatorBetas, .discriminatorBetas, .generatorAverage: 0...1.0.nextDown
    case .epsilon, .generatorEpsilon, .discriminatorEpsilon: .leastNonzeroMagnitude...1
    case .discriminatorSteps: 1...100
    case .realLabel: 0.5...1
    case .penaltyWeight: 0...1e6
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
    case .epsilon: "what keeps Adam from dividing by 0"
    case .generatorEpsilon: "what keeps the generator's Adam from dividing by 0"
    case .discriminatorEpsilon: "what keeps the discriminator's Adam from dividing by 0"
    case .discriminatorSteps: "discriminator's updates for each of the generator's"
    case .generatorAverage: "decay of the averaged generator, if the recipe keeps one"
    case .realLabel: "the discriminator's target on real examples"
    case .penaltyWeight: "weight of the gradient penalty, if the recipe has one"
    }
  }
}

extension RecipeSpecification {
  /// Whether the run that was compiled for this recipe has the dial.
  package func has(_ dial: Dial) -> Bool {
    switch dial {
    case .generatorAverage: generatorAverage != nil
    case .penaltyWeight: penalty != nil
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
    case .epsilon, .generatorEpsilon: [generatorOptimiser.epsilon]
    case .discriminatorEpsilon: [discriminatorOptimiser.epsilon]
    case .discriminatorSteps: [Double(discriminatorSteps)]
    case .generatorAverage: generatorAverage.map { [$0] } ?? []
    case .realLabel: [realLabel]
    case .penaltyWeight: penalty.map { [$0.weight] } ?? []
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
    case .epsilon:
      set(.generatorEpsilon, to: numbers)
      set(.discriminatorEpsilon, to: numbers)
    case .generatorEpsilon: generatorOptimiser.epsilon = first
    case .discriminatorEpsilon: discriminatorOptimiser.epsilon = first
    case .discriminatorSteps: discriminatorSteps = Int(first)
    case .generatorAverage: generatorAverage = first
    case .realLabel: realLabel = first
    case .penaltyWeight: penalty?.weight = first
    }
  }
}
