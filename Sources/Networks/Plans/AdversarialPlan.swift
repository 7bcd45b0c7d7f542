import MetricDescriptions
import Specification
import TensorGraph

extension Plan {
  /// Phases `discriminator` and `generator` (the second through the first as just updated), and samplers.
  ///
  /// - Throws: `NetworksError` where the layers do not fit together, the example or each other, or where
  ///   the recipe names what this release does not build.
  static func adversarial(
    architecture: ArchitectureSpecification, recipe: RecipeSpecification
  ) throws(NetworksError) -> Plan {
    guard recipe.batch > 0, recipe.discriminatorSteps > 0, recipe.generatorSteps > 0 else {
      throw .recipe(batch: recipe.batch, discriminatorSteps: recipe.discriminatorSteps)
    }
    let objective = try recipe.objective.definition()
    let networks: Model
    do { networks = try Model(architecture) } catch { throw .architecture("\(error)") }
    let model = AdversarialModel(
      makers: networks.networks.filter { $0.role != .discriminator },
      discriminators: networks.networks(of: .discriminator), objective: objective,
      latent: architecture.latent, distribution: architecture.latentDistribution,
      example: architecture.example.dimensions, batch: recipe.batch, fakes: recipe.fakes)
    let averages = recipe.generatorAverage != nil
    let scores = AdversarialMetrics.scores(of: objective)
    return try Plan(
      networks: model.makers.map { PlannedNetwork($0, isAveraged: averages) }
        + model.discriminators.map { PlannedNetwork($0) },
      phases: [
        try model.discriminatorPhase(recipe), try model.generatorPhase(recipe),
      ],
      isSimultaneous: recipe.updates == .simultaneous, batch: recipe.batch,
      measured: [
        AdversarialMetrics.generatorLoss, AdversarialMetrics.discriminatorLoss, scores.real,
        scores.fake, AdversarialMetrics.generatorGradientNorm,
        AdversarialMetrics.discriminatorGradientNorm,
      ], evaluations: (averages ? [false, true] : [false]).map(model.sampler))
  }
}

extension AdversarialModel {
  fileprivate func discriminatorPhase(
    _ recipe: RecipeSpecification
  ) throws(NetworksError) -> Phase {
    let objective = objective
    var terms = [
      LossTerm<DiscriminatorPasses>("objective") { passes in
        let graph = passes.real.graph
        return passes.scores.map {
          objective.discriminatorLoss(
            .init(real: $0.real, fake: $0.fake, smoothing: graph.input(Self.smoothing, .scalar)))
        }.added
      }
    ]
    for (index, penalty) in recipe.penalties.enumerated() {
      let definition = try penalty.definition()
      let keyword = penalty.keyword
      let weight = TermWeight(penalty.input) { dials in
        dials.penalties.first { $0.keyword == keyword }?.weight ?? 0
      }
      terms.append(
        LossTerm(keyword, weight: weight, interval: penalty.interval) { passes in
          passes.scores.map { definition.value(passes.penaltyInputs($0, place: index)) }.added
        })
    }
    let scores = AdversarialMetrics.scores(of: objective)
    let smooths = objective.signature.options.contains("smooth")
    return Phase(
      "discriminator", updating: discriminators.flatMap(\.trained),
      by: try PhaseOptimiser(recipe) { $0.discriminatorOptimiser },
      updates: .dial(.discriminatorSteps), terms: terms, columns: [.image],
      inputs: { smooths ? [(Self.smoothing, 1 - $0.realLabel)] : [] },
      measured: [
        AdversarialMetrics.discriminatorLoss, scores.real, scores.fake,
        AdversarialMetrics.discriminatorGradientNorm,
      ],
      passes: { _, states in discriminatorPasses(in: &states) },
      measures: { passes in
        [passes.scores.map(\.real), passes.scores.map(\.fake)].map { shown($0) }
      })
  }

  fileprivate func generatorPhase(_ recipe: RecipeSpecification) throws(NetworksError) -> Phase {
    let objective = objective
    let averaged = recipe.generatorAverage == nil ? [] : makers
    let term = LossTerm<GeneratorPasses>("objective") { passes in
      passes.scores.map { objective.generatorLoss(fake: $0.fake, real: $0.real) }.added
    }
    return Phase(
      "generator", updating: makers.flatMap(\.trained),
      by: try PhaseOptimiser(recipe) { $0.generatorOptimiser },
      updates: .fixed(recipe.generatorSteps), terms: [term],
      columns: objective.pairsRealExamples ? [.image] : [],
      inputs: { dials in
        guard let average = dials.generatorAverage else { return [] }
        return averaged.map { (Average.input(of: $0), 1 - average) }
      },
      averaged: averaged,
      // The same fakes are those of the weights that the discriminator's update saw: a power iteration takes
      // one step for both.
      seenBefore: fakes == .same
        ? makers.flatMap(\.parameters).filter { !$0.role.isTrained } : [],
      measured: [AdversarialMetrics.generatorLoss, AdversarialMetrics.generatorGradientNorm],
      passes: { occurrence, states in
        generatorPasses(isFurther: occurrence.isLeading, in: &states)
      })
  }

  private static let smoothing = "objective.smoothing"

  /// Mean scores; probabilities where the objective takes scores for logits.
  private func shown(_ scores: [Tensor]) -> Tensor {
    let means = scores.map { (objective.isOfProbabilities ? $0.sigmoid() : $0).mean() }
    return means.count == 1 ? means[0] : means.added * (1 / Double(means.count))
  }
}

extension [Tensor] {
  /// The sum of some tensors of one shape, of which there is at least one.
  var added: Tensor { dropFirst().reduce(self[0], +) }
}
