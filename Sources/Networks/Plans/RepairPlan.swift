package import MetricDescriptions
import Specification
import TensorGraph

extension Plan {
  /// The phase `restorer`, in which what was made of a damaged image is to be the original, and before it
  /// `discriminator`, where there are such: they tell originals from repaired images, in which all that was not
  /// damaged is the original's.
  ///
  /// - Throws: `NetworksError` where the recipe has no damage, or names what this release does not build.
  static func repair(_ model: Model, recipe: RecipeSpecification) throws(NetworksError) -> Plan {
    guard let restorer = model.network(.restorer) else {
      throw .architecture("a repair model needs a restorer")
    }
    guard !recipe.damage.isEmpty else {
      throw .architecture(
        "a restorer learns to repair damage, and the recipe has none: `damage=noise:25`, `damage=hole:centre`"
      )
    }
    let own = RepairModel(
      restorer: restorer, discriminators: model.networks(of: .discriminator),
      objective: try recipe.objective.definition(),
      example: model.architecture.example.dimensions, batch: recipe.batch,
      keepsRest: recipe.damage.keepsRest)
    try recipe.checkFrozen(among: model.networks)
    try own.check(recipe)
    let averages = recipe.keepsAverage
    let discriminator = own.discriminators.isEmpty ? nil : try own.discriminatorPhase(recipe)
    let scores = AdversarialMetrics.scores(of: own.objective)
    return try Plan(
      networks: [PlannedNetwork(restorer, isAveraged: averages)]
        + own.discriminators.map { PlannedNetwork($0) },
      phases: (discriminator.map { [$0] } ?? []) + [try own.restorerPhase(recipe)],
      updates: recipe.updates, batch: recipe.batch,
      measured: [RepairMetrics.loss, RepairMetrics.noiseRatio]
        + (discriminator == nil
          ? []
          : [
            RepairMetrics.adversarialLoss, AdversarialMetrics.discriminatorLoss, scores.real,
            scores.fake, AdversarialMetrics.discriminatorGradientNorm,
          ]) + [RepairMetrics.gradientNorm],
      evaluations: (averages ? [false, true] : [false]).map(own.restoration))
  }
}

/// A network that repairs images and those who judge what it makes.
private struct RepairModel: Sendable {
  let restorer: Network
  let discriminators: [Network]
  let objective: ObjectiveDefinition
  /// `[channels, height, width]`.
  let example: [Int]
  let batch: Int
  /// Whether all that was not damaged is taken from the damaged image.
  let keepsRest: Bool

  /// An image, its damage and what is made of it.
  struct Repair {
    let original, damaged: Tensor
    /// `[N, 1, height, width]`: 1 where nothing is left.
    let hole: Tensor
    /// What the restorer gives, and that with what was not damaged in its place.
    let restored, repaired: Tensor
  }

  struct Judged {
    let repair: Repair
    let judgements: [Judgement]
  }

  /// A discriminator's scores, of each image or of each of its parts: `[N]`.
  struct Judgement {
    let network: Network
    let real, fake: Tensor
  }

  // MARK: Passes

  func repair(in states: inout StateValues) -> Repair {
    let graph = states.graph
    let original = graph.input(BatchColumn.image.input, Shape([batch] + example))
    let (damaged, hole) = damage(in: graph, count: batch)
    let restored = restored(damaged, hole, mode: .training(application: 0), in: &states)
    return Repair(
      original: original, damaged: damaged, hole: hole, restored: restored,
      repaired: keepsRest ? damaged + (restored - damaged) * hole : restored)
  }

  private func damage(in graph: Graph, count: Int) -> (damaged: Tensor, hole: Tensor) {
    (
      graph.input(BatchColumn.damaged.input, Shape([count] + example)),
      graph.input(BatchColumn.hole.input, Shape([count, 1] + example.dropFirst()))
    )
  }

  private func restored(
    _ damaged: Tensor, _ hole: Tensor, mode: Mode, in states: inout StateValues,
    average: Bool = false
  ) -> Tensor {
    restorer.apply(
      to: [Model.Wire.image: damaged, Model.Wire.mask: hole], mode: mode, in: &states,
      average: average)[restorer.role.output] ?? damaged
  }

  /// The scores of some images, `[N]` or more.
  private func scores(
    of images: Tensor, _ hole: Tensor, by network: Network, application: Int,
    in states: inout StateValues
  ) -> Tensor {
    let outputs = network.apply(
      to: [Model.Wire.image: images, Model.Wire.mask: hole],
      mode: .training(application: application), in: &states)
    guard let score = outputs[network.role.output] else {
      preconditionFailure("\(network.name) gives no score")
    }
    return score.reshape([score.shape.count])
  }

  private func judgement(
    by network: Network, _ repair: Repair, applications: (real: Int, fake: Int),
    in states: inout StateValues
  ) -> Judgement {
    guard network.treatsExamplesAlone else {
      return Judgement(
        network: network,
        real: scores(
          of: repair.original, repair.hole, by: network, application: applications.real, in: &states
        ),
        fake: scores(
          of: repair.repaired, repair.hole, by: network, application: applications.fake, in: &states
        ))
    }
    // Together in one batch, so that weights are read once.
    let both = scores(
      of: .concatenate([repair.original, repair.repaired], axis: 0),
      .concatenate([repair.hole, repair.hole], axis: 0), by: network,
      application: applications.real, in: &states)
    let half = both.shape[0] / 2
    return Judgement(
      network: network, real: both.slice(axis: 0, start: 0, size: half),
      fake: both.slice(axis: 0, start: half, size: half))
  }

  /// What the restorer makes of damaged images.
  func restoration(isOfAverage: Bool) -> Evaluation {
    Evaluation(
      isOfAverage ? "restore_average" : "restore", .restorations, isOfAverage: isOfAverage
    ) { count, states in
      let (damaged, hole) = damage(in: states.graph, count: count)
      return [
        (
          Plan.images,
          restored(damaged, hole, mode: .inference, in: &states, average: isOfAverage)
        )
      ]
    }
  }

  // MARK: Phases

  func discriminatorPhase(_ recipe: RecipeSpecification) throws(NetworksError) -> Phase {
    let objective = objective
    var terms = [
      LossTerm<Judged>("objective") { passes in
        passes.judgements.map { judgement in
          objective.discriminatorLoss(
            .init(
              real: judgement.real, fake: judgement.fake,
              smoothing: judgement.real.graph.input(Self.smoothing, .scalar)))
        }.added
      }
    ]
    terms += try recipe.penaltyTerms { passes, place in
      passes.judgements.map { penaltyInputs($0, passes.repair, place: place) }
    }
    let scores = AdversarialMetrics.scores(of: objective)
    let smooths = objective.signature.options.contains("smooth")
    let remedies = try recipe.remedyDefinitions()
    return Phase(
      "discriminator", updating: try recipe.moved(of: discriminators),
      by: try PhaseOptimiser(recipe) { $0.discriminatorOptimiser },
      updates: .dial(.discriminatorSteps), terms: terms, columns: [.image, .damaged, .hole],
      inputs: { smooths ? [(Self.smoothing, 1 - $0.dials.realLabel)] : [] },
      remedies: remedies.corrections(ofDiscriminator: true),
      measured: [
        AdversarialMetrics.discriminatorLoss, scores.real, scores.fake,
        AdversarialMetrics.discriminatorGradientNorm,
      ],
      passes: { _, states in
        let repair = repair(in: &states)
        return Judged(
          repair: repair,
          judgements: discriminators.map {
            judgement(by: $0, repair, applications: (0, 1), in: &states)
          })
      },
      measures: { passes in
        [passes.judgements.map(\.real), passes.judgements.map(\.fake)].map { shown($0) }
      })
  }

  func restorerPhase(_ recipe: RecipeSpecification) throws(NetworksError) -> Phase {
    let (objective, isAdversarial) = (objective, !discriminators.isEmpty)
    let (reconstruction, keepsRest, pairs) = (
      recipe.reconstruction, keepsRest, objective.pairsRealExamples
    )
    var terms = [
      LossTerm<Judged>("reconstruction") { passes in
        passes.repair.error(reconstruction, isOfHoles: keepsRest)
      }
    ]
    if isAdversarial {
      let weight = TermWeight("restorer.adversarial") { $0.adversarialWeight }
      terms.append(
        LossTerm("adversarial", weight: weight) { passes in
          Self.adversarialLoss(of: passes, objective, pairs: pairs)
        })
    }
    let averaged = recipe.keepsAverage ? [restorer] : []
    let remedies = try recipe.remedyDefinitions()
    return Phase(
      "restorer", updating: try recipe.moved(of: [restorer]),
      by: try PhaseOptimiser(recipe) { $0.generatorOptimiser }, terms: terms,
      columns: [.image, .damaged, .hole],
      inputs: Average.inputs(of: averaged, movedBy: "restorer", remedies: remedies),
      remedies: remedies.corrections(ofGenerator: true), averaged: averaged,
      // The images that the discriminators' update judged are judged again.
      seenBefore: isAdversarial ? restorer.parameters.filter { !$0.role.isTrained } : [],
      measured: [RepairMetrics.loss, RepairMetrics.noiseRatio]
        + (isAdversarial ? [RepairMetrics.adversarialLoss] : []) + [RepairMetrics.gradientNorm],
      passes: { _, states in
        guard isAdversarial else {
          return Judged(repair: repair(in: &states), judgements: [])
        }
        // The pass of the discriminators' update has left its statistics already.
        var unused = StateValues(graph: states.graph)
        let repair = repair(in: &unused)
        return Judged(
          repair: repair,
          judgements: discriminators.map {
            judgement(by: $0, repair, applications: (3, 2), in: &states)
          })
      },
      measures: { passes in
        [passes.repair.noiseRatio(isOfHoles: keepsRest)]
          + (isAdversarial ? [Self.adversarialLoss(of: passes, objective, pairs: pairs)] : [])
      })
  }

  private static func adversarialLoss(
    of passes: Judged, _ objective: ObjectiveDefinition, pairs: Bool
  ) -> Tensor {
    passes.judgements.map {
      objective.generatorLoss(fake: $0.fake, real: pairs ? $0.real : nil)
    }.added
  }

  private func penaltyInputs(
    _ judgement: Judgement, _ repair: Repair, place: Int
  ) -> PenaltyDefinition.Inputs {
    var unused = StateValues(graph: repair.original.graph)
    return PenaltyDefinition.Inputs(
      real: repair.original, fake: repair.repaired, realScores: judgement.real,
      fakeScores: judgement.fake
    ) { examples, _ in
      scores(
        of: examples, repair.hole, by: judgement.network,
        application: Mode.penaltyApplication + place, in: &unused)
    }
  }

  private static let smoothing = "objective.smoothing"

  /// Mean scores; probabilities where the objective takes scores for logits.
  private func shown(_ scores: [Tensor]) -> Tensor {
    let means = scores.map { (objective.isOfProbabilities ? $0.sigmoid() : $0).mean() }
    return means.added * (1 / Double(means.count))
  }

  // MARK: Checks

  /// - Throws: for what a repair model does not read, in a sentence.
  func check(_ recipe: RecipeSpecification) throws(NetworksError) {
    guard recipe.generatorSteps == 1 else {
      throw .architecture("a restorer is updated once in a step: `generator-steps=1`")
    }
    guard recipe.unrolledSteps == 0, recipe.updates != .extragradient else {
      throw .architecture(
        "`unrolled` and `updates=extragradient` are about generators of latents, not about restorers"
      )
    }
    for remedy in try recipe.remedyDefinitions() where !remedy.correctsUpdates {
      throw .architecture(
        "`\(remedy.signature.keyword)` is about generators of latents, not about restorers")
    }
  }
}

extension RepairModel.Repair {
  /// The mean error of what the restorer gives, or of what was damaged.
  func error(_ reconstruction: Reconstruction, isOfHoles: Bool) -> Tensor {
    let apart = restored - original
    let errors = reconstruction.isOfSquares ? apart.squared() : apart.absolute()
    guard reconstruction.isOfHole, isOfHoles else { return errors.mean() }
    return mean(inHoles: errors)
  }

  /// The peak signal-to-noise ratio of what was damaged, in decibels; values span 2.
  func noiseRatio(isOfHoles: Bool) -> Tensor {
    let squares = (repaired - original).squared()
    let error = isOfHoles ? mean(inHoles: squares) : squares.mean()
    return (error * 0.25).maximum(1e-12).log() * (-10 / 2.302585092994046)
  }

  private func mean(inHoles values: Tensor) -> Tensor {
    (values * hole).sum() / (hole.sum() * Double(original.shape[1])).maximum(1.0)
  }
}

/// What a step of a repair model measures.
package enum RepairMetrics {
  package static let all = [loss, noiseRatio, adversarialLoss, gradientNorm]

  package static let loss = MetricDescription(
    "restorer_loss", label: "R", family: "restorer loss", direction: .lowest,
    meaning:
      "the restorer's loss; the mean error of repaired images, with the adversarial loss by its weight",
    isListed: true)
  package static let noiseRatio = MetricDescription(
    "train_psnr", label: "PSNR", family: "noise ratio", unit: "dB", direction: .highest,
    meaning:
      "the peak signal-to-noise ratio of what is repaired in a batch; of holes over the holes alone",
    isListed: true)
  package static let adversarialLoss = MetricDescription(
    "adversarial_loss", label: "adversarial", family: "loss",
    meaning:
      "what the restorer loses by the discriminators' scores; of repaired images, before its weight"
  )
  package static let gradientNorm = MetricDescription(
    "restorer_gradient_norm", label: "∇R", family: "gradient norm",
    meaning: "the Euclidean norm of all gradients of the restorer together")
}
