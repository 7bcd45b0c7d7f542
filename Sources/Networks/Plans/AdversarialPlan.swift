import MetricDescriptions
import Specification
import TensorGraph

extension Plan {
  /// Phases `discriminator` and `generator` (the second through the first as just updated), and samplers.
  ///
  /// Of a bidirectional model the discriminators judge pairs, x with its code E(x) and G(z) with z, and the
  /// generator's phase moves the encoder too (Donahue et al. 2017, arXiv:1605.09782; Dumoulin et al. 2017,
  /// arXiv:1606.00704).
  ///
  /// - Throws: `NetworksError` where the recipe names what this release does not build.
  static func adversarial(
    _ networks: Model, recipe: RecipeSpecification
  ) throws(NetworksError) -> Plan {
    let objective = try recipe.objective.definition()
    let remedies = try recipe.remedyDefinitions()
    let architecture = networks.architecture
    let model = AdversarialModel(
      makers: networks.networks.filter { [.mapping, .generator].contains($0.role) },
      discriminators: networks.networks(of: .discriminator),
      encoder: networks.network(.encoder) ?? networks.network(.reconstructor),
      labels: architecture.labels,
      objective: objective, remedies: remedies, latent: architecture.latent,
      distribution: architecture.latentDistribution, example: architecture.example.dimensions,
      batch: recipe.batch, pack: architecture.pack,
      fakes: recipe.fakes, isUnrolled: recipe.unrolledSteps > 0)
    let averages = recipe.keepsAverage
    try recipe.checkFrozen(among: networks.networks)
    try model.check(recipe, isOfPoints: architecture.example.dimensions.count == 1)
    let scores = AdversarialMetrics.scores(of: objective)
    let discriminator = try model.discriminatorPhase(recipe)
    return try Plan(
      networks: model.made.map { PlannedNetwork($0, isAveraged: averages) }
        + model.discriminators.map { PlannedNetwork($0) },
      labels: model.takesLabels ? model.labels : nil,
      phases: [discriminator, try model.generatorPhase(recipe, after: discriminator)],
      updates: recipe.updates, batch: recipe.batch,
      measured: [
        AdversarialMetrics.generatorLoss, AdversarialMetrics.discriminatorLoss, scores.real,
        scores.fake, AdversarialMetrics.generatorGradientNorm,
        AdversarialMetrics.discriminatorGradientNorm,
      ] + (model.tellsLabels ? [AdversarialMetrics.labelLoss] : [])
        + (remedies.isAdaptive ? AdversarialMetrics.ofAugmentation : []),
      evaluations: (averages ? [false, true] : [false]).flatMap { isOfAverage in
        [model.sampler(isOfAverage: isOfAverage)]
          + (model.reconstruction(isOfAverage: isOfAverage).map { [$0] } ?? [])
      } + (model.judge.map { [$0] } ?? []))
  }
}

extension AdversarialModel {
  /// - Throws: for what does not go together, in a sentence.
  fileprivate func check(_ recipe: RecipeSpecification, isOfPoints: Bool) throws(NetworksError) {
    guard recipe.batch % pack == 0 else {
      throw .architecture(
        "a batch of \(recipe.batch) cannot be judged \(pack) at once; use a multiple")
    }
    for remedy in remedies {
      let keyword = remedy.signature.keyword
      if remedy.isOfImages && isOfPoints {
        throw .architecture("`\(keyword)` changes images, and examples are points")
      }
      if remedy.isOfCodes && encoder == nil {
        throw .architecture(
          "`\(keyword)` reads latents back, and the model has no network for it: write "
            + "`reconstructor(image) { … }`, or `like veegan`")
      }
      if remedy.readsRealExamples,
        let blind = discriminators.first(where: { !$0.hasFeatures })
      {
        throw .architecture(
          "`\(keyword)` compares what the last layer with weights is given, and the \(blind.name) has none "
            + "outside braces")
      }
      if case .generatorScores = remedy.effect, encodes {
        throw .architecture(
          "`\(keyword)` chooses among fakes, and a model with an encoder is trained by pairs")
      }
      if case .fakeTarget = remedy.effect, !objective.signature.options.contains("smooth") {
        throw .architecture(
          "`\(keyword)` means nothing with the objective `\(objective.signature.keyword)`: it has no target"
        )
      }
    }
    let game = remedies.first(where: \.isOfGames).map { "`\($0.signature.keyword)`" }
    if let both = recipe.unrolledSteps > 0 ? "`unrolled`" : game, recipe.generatorSteps > 1 {
      throw .architecture(
        "\(both) takes both players' losses of one batch, and with `generator-steps` above 1 the generator "
          + "has batches of its own")
    }
    if let game, recipe.unrolledSteps > 0 {
      throw .architecture(
        "\(game) and `unrolled` both differentiate the other player's updates, and do not go together"
      )
    }
    guard recipe.updates == .extragradient else { return }
    guard recipe.generatorSteps == 1, recipe.discriminatorSteps == 1, recipe.unrolledSteps == 0
    else {
      throw .architecture(
        "`updates=extragradient` moves both players once a step: `critic=1 generator-steps=1 unrolled=0`"
      )
    }
  }

  fileprivate func discriminatorPhase(
    _ recipe: RecipeSpecification
  ) throws(NetworksError) -> Phase {
    let (objective, remedies) = (objective, remedies)
    var terms = [
      LossTerm<DiscriminatorPasses>("objective") { passes in
        let graph = passes.batch.fake.graph
        return passes.scores.enumerated().map { number, scores in
          let (real, fake) = remedies.judged(scores.real, scores.fake, by: number)
          return objective.discriminatorLoss(
            .init(
              real: real, fake: fake, fakeTarget: remedies.fakeTarget(in: graph),
              smoothing: graph.input(Self.smoothing, .scalar)))
        }.added
      }
    ]
    terms += try recipe.penaltyTerms { passes, place in
      passes.scores.map { passes.penaltyInputs($0, place: place) }
    }
    if let loss = labelLoss {
      // Odena et al. 2017, arXiv:1610.09585, equation 3: of real examples and of fakes.
      terms.append(
        LossTerm("label") { passes in
          passes.scores.compactMap { judgement in
            guard let told = judgement.told, let labels = passes.batch.labels else { return nil }
            return loss.value(told.real, labels.real, known: labels.known)
              + loss.value(told.fake, labels.fake, known: nil)
          }.added
        })
    }
    let scores = AdversarialMetrics.scores(of: objective)
    let smooths = objective.signature.options.contains("smooth")
    return Phase(
      "discriminator", updating: try recipe.moved(of: discriminators),
      by: try PhaseOptimiser(recipe) { $0.discriminatorOptimiser },
      updates: .dial(.discriminatorSteps), terms: terms,
      columns: Set([.image] + (takesLabels ? [.label, .known, .drawnLabel] : [])),
      inputs: { moment in
        (smooths ? [(Self.smoothing, 1 - moment.dials.realLabel)] : [])
          + remedies.strengths(moment.dials)
      },
      remedies: remedies.corrections(ofDiscriminator: true),
      scalars: remedies.isAdaptive
        ? [AdaptiveAugmentation.probability, AdaptiveAugmentation.overfitting] : [],
      measured: [
        AdversarialMetrics.discriminatorLoss, scores.real, scores.fake,
      ] + (tellsLabels ? [AdversarialMetrics.labelLoss] : [])
        + (remedies.isAdaptive ? AdversarialMetrics.ofAugmentation : [])
        + [AdversarialMetrics.discriminatorGradientNorm],
      passes: { _, states in discriminatorPasses(in: &states) },
      measures: { passes in
        var measures = [passes.scores.map(\.real), passes.scores.map(\.fake)].map { shown($0) }
        if let loss = labelLoss, let labels = passes.batch.labels {
          let told = passes.scores.compactMap(\.told).map {
            loss.value($0.real, labels.real, known: labels.known)
          }
          measures.append(told.added * (1 / Double(told.count)))
        }
        return measures + passes.adapted
      })
  }

  /// - Parameter discriminator: the phase that it may be seen through.
  fileprivate func generatorPhase(
    _ recipe: RecipeSpecification, after discriminator: Phase
  ) throws(NetworksError) -> Phase {
    let (objective, remedies) = (objective, remedies)
    let averaged = recipe.keepsAverage ? made : []
    let (exchanges, isUnrolled) = (encodes, isUnrolled)
    var terms = [
      LossTerm<GeneratorPasses>("objective") { passes in
        passes.scores.map { scores in
          guard exchanges, let real = scores.real else {
            return objective.generatorLoss(
              fake: remedies.generatorScores(scores.fake), real: scores.real,
              isUnrolled: isUnrolled)
          }
          // Donahue et al. 2017, section 3.3: generator and encoder are each to be taken for the other.
          return objective.discriminatorLoss(
            .init(real: scores.fake, fake: real, smoothing: real.graph.constant(0)))
        }.added
      }
    ]
    if let loss = labelLoss {
      terms.append(
        LossTerm("label") { passes in
          passes.scores.compactMap { scores in
            guard let told = scores.told, let label = passes.label else { return nil }
            return loss.value(told, label, known: nil)
          }.added
        })
    }
    terms += remedies.generatorTerms
    var columns = Set(
      (pairsRealExamples ? [.image] + (takesLabels ? [.label] : []) : [])
        + (takesLabels ? [BatchColumn.drawnLabel] : []))
    var unrolling: Unrolling?
    if recipe.unrolledSteps > 0 {
      let kept = discriminators.flatMap(\.parameters).map(\.name)
      unrolling = Unrolling(
        of: discriminator, steps: recipe.unrolledSteps,
        isSimultaneous: recipe.updates == .simultaneous,
        states: Set(kept + discriminator.updated.flatMap(discriminator.states)))
    }
    if unrolling != nil || remedies.contains(where: \.isOfGames) {
      columns.formUnion(discriminator.columns)
    }
    return Phase(
      "generator", updating: try recipe.moved(of: made),
      by: try PhaseOptimiser(recipe) { $0.generatorOptimiser },
      updates: .fixed(recipe.generatorSteps), terms: terms,
      columns: columns,
      inputs: {
        Average.inputs(of: averaged, movedBy: "generator", remedies: remedies)($0)
          + remedies.strengths($0.dials)
      },
      remedies: remedies.corrections(ofGenerator: true), averaged: averaged,
      // The same fakes are those of the weights that the discriminator's update saw: a power iteration takes
      // one step for both.
      seenBefore: fakes == .same
        ? made.flatMap(\.parameters).filter { !$0.role.isTrained } : [],
      unrolling: unrolling,
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
