/// How a pair of networks is trained.
package struct RecipeSpecification: Sendable, Hashable, Codable {
  package var objective: Objective
  package var generatorOptimiser: AdamSpecification
  package var discriminatorOptimiser: AdamSpecification
  package var batch: Int
  /// Discriminator updates for each generator update.
  package var discriminatorSteps: Int
  /// Whether the generator update uses the fakes of the last discriminator update.
  package var fakes: FakeBatch
  /// The share of the averaged generator kept at each step; nil: no average is kept.
  package var generatorAverage: Double?
  /// Target of the discriminator on real examples; 1 is no smoothing.
  package var realLabel: Double
  package var penalty: GradientPenalty?
  package var precision: Precision

  package init(
    objective: Objective = .nonSaturating,
    generatorOptimiser: AdamSpecification = AdamSpecification(),
    discriminatorOptimiser: AdamSpecification = AdamSpecification(),
    batch: Int = 64, discriminatorSteps: Int = 1, fakes: FakeBatch = .same,
    generatorAverage: Double? = nil, realLabel: Double = 1, penalty: GradientPenalty? = nil,
    precision: Precision = .single
  ) {
    self.objective = objective
    self.generatorOptimiser = generatorOptimiser
    self.discriminatorOptimiser = discriminatorOptimiser
    self.batch = batch
    self.discriminatorSteps = discriminatorSteps
    self.fakes = fakes
    self.generatorAverage = generatorAverage
    self.realLabel = realLabel
    self.penalty = penalty
    self.precision = precision
  }

  /// What an argument is where a stored text leaves it out: what programs did before there was the
  /// argument. Defaults may change; of this nothing is ever changed, so that what was recorded means what
  /// it meant.
  package static let neutral = RecipeSpecification(
    objective: .nonSaturating,
    generatorOptimiser: AdamSpecification(
      learningRate: 2e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8),
    discriminatorOptimiser: AdamSpecification(
      learningRate: 2e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8),
    batch: 64, discriminatorSteps: 1, fakes: .same, generatorAverage: nil, realLabel: 1,
    penalty: nil, precision: .single)

  private enum CodingKeys: String, CodingKey {
    case objective, generatorOptimiser, discriminatorOptimiser, batch, discriminatorSteps, fakes,
      generatorAverage, realLabel, penalty, precision
  }

  /// What was written before there was a choice of precision was single, and is written like that
  /// still.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    objective = try values.decode(Objective.self, forKey: .objective)
    generatorOptimiser = try values.decode(AdamSpecification.self, forKey: .generatorOptimiser)
    discriminatorOptimiser = try values.decode(
      AdamSpecification.self, forKey: .discriminatorOptimiser)
    batch = try values.decode(Int.self, forKey: .batch)
    discriminatorSteps = try values.decode(Int.self, forKey: .discriminatorSteps)
    fakes = try values.decode(FakeBatch.self, forKey: .fakes)
    generatorAverage = try values.decodeIfPresent(Double.self, forKey: .generatorAverage)
    realLabel = try values.decode(Double.self, forKey: .realLabel)
    penalty = try values.decodeIfPresent(GradientPenalty.self, forKey: .penalty)
    precision = try values.decodeIfPresent(Precision.self, forKey: .precision) ?? .single
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(objective, forKey: .objective)
    try values.encode(generatorOptimiser, forKey: .generatorOptimiser)
    try values.encode(discriminatorOptimiser, forKey: .discriminatorOptimiser)
    try values.encode(batch, forKey: .batch)
    try values.encode(discriminatorSteps, forKey: .discriminatorSteps)
    try values.encode(fakes, forKey: .fakes)
    try values.encodeIfPresent(generatorAverage, forKey: .generatorAverage)
    try values.encode(realLabel, forKey: .realLabel)
    try values.encodeIfPresent(penalty, forKey: .penalty)
    if precision != .single { try values.encode(precision, forKey: .precision) }
  }
}

/// A cost of the discriminator's gradient in its input.
package struct GradientPenalty: Sendable, Hashable, Codable {
  /// Where the gradient is taken, and what it should be.
  package var kind: Kind
  /// A dial.
  package var weight: Double

  package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// (‖∇D‖ - 1)² between real examples and fakes: Gulrajani et al. 2017, algorithm 1.
    case interpolated = "gp"
  }

  package init(kind: Kind, weight: Double) {
    self.kind = kind
    self.weight = weight
  }
}

/// In which contractions multiply. Weights, statistics and sums are single precision in any case.
package enum Precision: String, Sendable, Hashable, Codable, CaseIterable {
  case single = "fp32"
  /// Eight bits of mantissa, where the processor has instructions for it.
  case bfloat16 = "bf16"
}

/// Adversarial objectives, all on logits; the discriminator loss is (real + fake) / 2.
package enum Objective: String, Sendable, Hashable, Codable, CaseIterable {
  /// Goodfellow et al. 2014, equation 1: the generator minimises E log(1 - D(G(z))).
  case minimax
  /// Goodfellow et al. 2014, section 3: the generator maximises E log D(G(z)).
  case nonSaturating = "nonsaturating"
}

package enum FakeBatch: String, Sendable, Hashable, Codable, CaseIterable {
  case same, fresh
}

/// Kingma and Ba 2015; all four are dials.
package struct AdamSpecification: Sendable, Hashable, Codable {
  package var learningRate: Double
  package var beta1: Double
  package var beta2: Double
  package var epsilon: Double

  package init(
    learningRate: Double = 2e-4, beta1: Double = 0.5, beta2: Double = 0.999, epsilon: Double = 1e-8
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }
}
