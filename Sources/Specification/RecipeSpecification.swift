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

  package init(
    objective: Objective = .nonSaturating,
    generatorOptimiser: AdamSpecification = AdamSpecification(),
    discriminatorOptimiser: AdamSpecification = AdamSpecification(),
    batch: Int = 64, discriminatorSteps: Int = 1, fakes: FakeBatch = .same,
    generatorAverage: Double? = nil, realLabel: Double = 1
  ) {
    self.objective = objective
    self.generatorOptimiser = generatorOptimiser
    self.discriminatorOptimiser = discriminatorOptimiser
    self.batch = batch
    self.discriminatorSteps = discriminatorSteps
    self.fakes = fakes
    self.generatorAverage = generatorAverage
    self.realLabel = realLabel
  }
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
