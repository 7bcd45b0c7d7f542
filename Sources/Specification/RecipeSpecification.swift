import Language

/// How a pair of networks is trained.
package struct RecipeSpecification: Sendable, Hashable {
  package var objective: Objective
  package var generatorOptimiser: OptimiserSpecification
  package var discriminatorOptimiser: OptimiserSpecification
  package var batch: Int
  /// Discriminator updates for each generator update.
  package var discriminatorSteps: Int
  /// Generator updates in a step.
  package var generatorSteps: Int
  /// Updates of the discriminator that the generator's loss is seen through.
  package var unrolledSteps: Int
  /// Whether the generator is updated through the discriminator as just updated.
  package var updates: UpdateOrder
  /// Whether the generator update uses the fakes of the last discriminator update.
  package var fakes: FakeBatch
  /// The share of the averaged generator kept at each step; nil: no average is kept.
  package var generatorAverage: Double?
  /// The remedy that says a half-life in its place.
  package static let averageHalfLife = "ema-half-life"
  /// Whether an average of the generator's weights is kept.
  package var keepsAverage: Bool {
    generatorAverage != nil || strength(of: Self.averageHalfLife) != nil
  }
  /// Target of the discriminator on real examples; 1 is no smoothing.
  package var realLabel: Double
  /// What the divergence of an autoencoder's codes is multiplied by.
  package var divergenceWeight: Double
  /// What an example counts that a classifier learns from, by its class.
  package var classWeights: ClassWeights
  /// How far the cosine of an example's own class has to be above those of others, to be said alike: Wang et al. 2018.
  package var margin: Double
  /// What is done to examples before they are learned from.
  package var augmentation: Augmentation
  /// What images are spoilt by that a network learns to repair.
  package var damage: Damage
  /// What a repaired image is compared with its original by.
  package var reconstruction: Reconstruction
  /// What the adversarial loss of a repaired image is multiplied by.
  package var adversarialWeight: Double
  /// Learning over tasks; nil: all examples are one.
  package var meta: MetaLearning?
  /// The part of the way that weights move from one task to the next.
  package var metaRate: Double
  /// Layers that keep their weights, one entry a network, in the order of their names.
  package var frozen: [Freezing]
  /// Costs that are added to the discriminator's loss; each keyword at most once.
  package var penalties: [PenaltySpecification]
  /// Changes of the step against an unstable game; each keyword at most once, in alphabetical order.
  package var remedies: [RemedySpecification]
  /// Dials that glide from the first step on, one schedule each, in the order of their keys; what a recipe says of
  /// such a dial beside it is where it begins.
  package var schedules: [Tweak] = []
  package var precision: Precision

  package init(
    objective: Objective = .nonSaturating,
    generatorOptimiser: OptimiserSpecification = OptimiserSpecification(),
    discriminatorOptimiser: OptimiserSpecification = OptimiserSpecification(),
    batch: Int = 64, discriminatorSteps: Int = 1, generatorSteps: Int = 1,
    unrolledSteps: Int = 0, updates: UpdateOrder = .sequential, fakes: FakeBatch = .same,
    generatorAverage: Double? = nil,
    realLabel: Double = 1, divergenceWeight: Double = 1,
    classWeights: ClassWeights = .equal, margin: Double = 0, augmentation: Augmentation = .none,
    damage: Damage = .none,
    reconstruction: Reconstruction = .squares, adversarialWeight: Double = 1e-3,
    meta: MetaLearning? = nil, metaRate: Double = 0.5,
    frozen: [Freezing] = [], penalties: [PenaltySpecification] = [],
    remedies: [RemedySpecification] = [], precision: Precision = .single
  ) {
    self.objective = objective
    self.generatorOptimiser = generatorOptimiser
    self.discriminatorOptimiser = discriminatorOptimiser
    self.batch = batch
    self.discriminatorSteps = discriminatorSteps
    self.generatorSteps = generatorSteps
    self.unrolledSteps = unrolledSteps
    self.updates = updates
    self.fakes = fakes
    self.generatorAverage = generatorAverage
    self.realLabel = realLabel
    self.divergenceWeight = divergenceWeight
    self.classWeights = classWeights
    self.margin = margin
    self.augmentation = augmentation
    self.damage = damage
    self.reconstruction = reconstruction
    self.adversarialWeight = adversarialWeight
    self.meta = meta
    self.metaRate = metaRate
    self.frozen = frozen
    self.penalties = penalties
    self.remedies = remedies
    self.precision = precision
  }

  /// What an argument is where a stored text leaves it out: what programs did before there was the
  /// argument. Defaults may change; of this nothing is ever changed, so that what was recorded means what
  /// it meant.
  package static let neutral = RecipeSpecification(
    objective: .nonSaturating,
    generatorOptimiser: .neutral, discriminatorOptimiser: .neutral,
    batch: 64, discriminatorSteps: 1, generatorSteps: 1, unrolledSteps: 0,
    updates: .sequential, fakes: .same,
    generatorAverage: nil, realLabel: 1, divergenceWeight: 1, classWeights: .equal, margin: 0,
    augmentation: .none, damage: .none,
    reconstruction: .squares, adversarialWeight: 1e-3, meta: nil, metaRate: 0.5, frozen: [],
    penalties: [], remedies: [], precision: .single)
}

extension RecipeSpecification {
  /// Lets a dial glide; of a dial of both networks, that of each.
  mutating func setSchedule(_ dial: Dial, to setting: DialSetting?) {
    if let (generator, discriminator) = dial.ofEachNetwork {
      setSchedule(generator, to: setting)
      setSchedule(discriminator, to: setting)
      return
    }
    schedules.removeAll { $0.dial == dial }
    guard let setting else { return }
    schedules.append(Tweak(dial, setting, from: 0))
    schedules.sort { $0.dial.rawValue < $1.dial.rawValue }
  }

  /// What stands for a dial in a text: its schedule, or its number.
  func text(of dial: Dial, _ number: Double) -> String {
    schedules.first { $0.dial == dial }?.setting.description ?? printed(number)
  }
}

/// What examples count in a classifier's loss.
package enum ClassWeights: String, Sendable, Hashable, CaseIterable {
  case equal
  /// As many times as much as its class is rarer than the mean one; of an attribute the same of examples of which it holds and
  /// of those of which it does not.
  case balanced
}

/// In which contractions multiply. Weights, statistics and sums are single precision in any case.
package enum Precision: String, Sendable, Hashable, CaseIterable {
  case single = "fp32"
  /// Eight bits of mantissa, where the processor has instructions for it.
  case bfloat16 = "bf16"
}

/// The error of a repaired image, a mean over values: of squares or of absolute values, over the whole image or over what
/// was damaged alone.
package enum Reconstruction: String, Sendable, Hashable, CaseIterable {
  case squares = "l2"
  case absolute = "l1"
  case squaresInHole = "hole-l2"
  case absoluteInHole = "hole-l1"

  package var isOfHole: Bool { self == .squaresInHole || self == .absoluteInHole }
  package var isOfSquares: Bool { self == .squares || self == .squaresInHole }
}

/// Which discriminator the generator is updated through.
package enum UpdateOrder: String, Sendable, Hashable, CaseIterable {
  /// As its update of the same step has just left it.
  case sequential
  /// As both networks were before the step.
  case simultaneous
  /// Both as a step of both would leave them, from where they were: Gidel et al. 2019, arXiv:1802.10551.
  case extragradient

  /// One line of help.
  package var summary: String {
    switch self {
    case .sequential: "the generator is updated through the discriminator as just updated"
    case .simultaneous: "both networks are updated from where they were before the step"
    case .extragradient:
      "gradients are taken where a step of both would lead, and the step begins where they were "
        + "(Gidel et al. 2019, arXiv:1802.10551)"
    }
  }

  /// Words for it elsewhere.
  package var synonyms: [String] {
    switch self {
    case .sequential: ["alternating", "alternating-updates"]
    case .simultaneous: ["simultaneous-updates", "simgd"]
    case .extragradient: ["extra-gradient", "extra-adam", "extrapolation"]
    }
  }
}

/// Which fakes the generator is updated on.
package enum FakeBatch: String, Sendable, Hashable, CaseIterable {
  /// Those of the discriminator's last update.
  case same
  /// Fakes of other latents.
  case fresh

  /// One line of help.
  package var summary: String {
    switch self {
    case .same: "those of the discriminator's last update"
    case .fresh: "fakes of other latents"
    }
  }
}
