import MetricDescriptions
import Randomness
package import Specification
import TensorGraph

/// The programs of a run, built from its specification.
///
/// - One for each `Execution` that occurs: `step` updates the discriminator and then the generator,
///   `discriminator` and `generator` one of them, and with a penalty that comes at intervals there is
///   one more of each, `step+r1`.
/// - `sample`, `sample_average`: images of given latents, with the generator's weights or their
///   average.
///
/// Inputs of the first: `real` `[batch, …]` in [-1, 1], unless only the generator is updated and its loss
/// reads no real examples, and the scalars of `inputs`. Latents are drawn in the graph.
package struct StepPrograms: Sendable {
  package let architecture: ArchitectureSpecification
  package let recipe: RecipeSpecification
  package let generator: Network
  package let discriminator: Network
  let objective: ObjectiveDefinition
  private let penalties: [(specification: PenaltySpecification, definition: PenaltyDefinition)]
  let optimisers: (generator: OptimiserDefinition, discriminator: OptimiserDefinition)

  package static let sample = "sample"
  package static let sampleAverage = "sample_average"
  package static let real = "real"
  package static let latents = "latents"
  package static let images = "images"
  static let smoothing = "objective.smoothing"

  /// - Throws: `NetworksError` where the layers do not fit together, the example or each other, or where
  ///   the recipe names what this release does not build.
  package init(
    architecture: ArchitectureSpecification, recipe: RecipeSpecification
  ) throws(NetworksError) {
    self.architecture = architecture
    self.recipe = recipe
    objective = try recipe.objective.definition()
    var penalties: [(PenaltySpecification, PenaltyDefinition)] = []
    for penalty in recipe.penalties { penalties.append((penalty, try penalty.definition())) }
    self.penalties = penalties
    optimisers = (
      try recipe.generatorOptimiser.definition(), try recipe.discriminatorOptimiser.definition()
    )
    let placed: PlacedArchitecture
    do { placed = try architecture.placed() } catch { throw .architecture("\(error)") }
    generator = Network(.generator, placed.generator)
    discriminator = Network(.discriminator, placed.discriminator)
    guard recipe.batch > 0, recipe.discriminatorSteps > 0, recipe.generatorSteps > 0 else {
      throw .recipe(batch: recipe.batch, discriminatorSteps: recipe.discriminatorSteps)
    }
  }

  /// The programs that a run needs.
  ///
  /// - Parameters:
  ///   - samples: examples that the samplers make at once.
  /// - Throws: `NetworksError.sharedStream`, which no specification should lead to.
  package func training(samples: Int) throws(NetworksError) -> [NetworkProgram] {
    try recipe.possibleExecutions.map(program) + sampling(count: samples)
  }

  /// The samplers alone: `sample`, and `sample_average` if the recipe keeps an average.
  package func sampling(count: Int) throws(NetworksError) -> [NetworkProgram] {
    let averages = recipe.generatorAverage == nil ? [false] : [false, true]
    return try averages.map { average throws(NetworksError) in
      let graph = Graph()
      var states = StateValues(graph: graph)
      let latents = graph.input(Self.latents, Shape([count, architecture.latent]))
      let images = generator.apply(
        to: latents, mode: .inference, in: &states, average: average)
      return try NetworkProgram(
        name: average ? Self.sampleAverage : Self.sample, graph: graph,
        outputs: [(Self.images, images)], updates: [])
    }
  }

  // MARK: Updates

  private func program(_ execution: Execution) throws(NetworksError) -> NetworkProgram {
    let graph = Graph()
    var states = StateValues(graph: graph)
    var outputs: [(name: String, tensor: Tensor)] = []
    if execution.updatesDiscriminator {
      let fake = generated(.discriminator, in: &states)
      outputs = updateDiscriminator(fake: fake, execution, in: &states)
    }
    if execution.updatesGenerator {
      outputs += updateGenerator(isFurther: !execution.updatesDiscriminator, &states)
    }
    return try NetworkProgram(
      name: execution.program, graph: graph, outputs: outputs, updates: states.updates)
  }

  /// A batch of the generator, from latents of its own.
  private func generated(_ purpose: Purpose, in states: inout StateValues) -> Tensor {
    let shape = Shape([recipe.batch, architecture.latent])
    let latents: Tensor
    switch architecture.latentDistribution {
    case .normal: latents = states.graph.random(.normal, purpose.latents, shape)
    case .uniform:
      latents = states.graph.random(.uniform, purpose.latents, shape) * 2 - 1
    }
    return generator.apply(
      to: latents, mode: .training(application: purpose.application), in: &states)
  }

  private func updateDiscriminator(
    fake: Tensor, _ execution: Execution, in states: inout StateValues
  ) -> [(name: String, tensor: Tensor)] {
    let graph = states.graph
    let real = realExamples(in: graph)
    let parameters = values(of: discriminator, in: states)
    let (realScores, fakeScores) = scores(
      real: real, fake: fake, applications: (0, 1), in: &states)
    var loss = objective.discriminatorLoss(
      .init(
        real: realScores, fake: fakeScores, smoothing: graph.input(Self.smoothing, .scalar)))
    for (index, penalty) in penalties.enumerated()
    where execution.includes(penalty.specification) {
      // What the discriminator's statistics are made of is real or fake, and nothing between.
      var unused = StateValues(graph: graph)
      let inputs = PenaltyDefinition.Inputs(
        real: real, fake: fake, realScores: realScores, fakeScores: fakeScores
      ) {
        discriminator.scores(
          of: $0, mode: .training(application: Mode.penaltyApplication + index), in: &unused)
      }
      let value = penalty.definition.value(inputs)
      loss = loss + value * graph.input(penalty.specification.input, .scalar)
    }
    let gradients = graph.gradients(of: loss, withRespectTo: parameters.map(\.tensor))
    optimisers.discriminator.update(
      parameters, of: discriminator.name, gradients: gradients, in: &states)
    return [
      (Self.discriminatorLoss.name, loss), (scoreMetrics.real.name, shown(realScores)),
      (scoreMetrics.fake.name, shown(fakeScores)),
      (Self.discriminatorGradientNorm.name, norm(gradients)),
    ]
  }

  private func shown(_ scores: Tensor) -> Tensor {
    (objective.isOfProbabilities ? scores.sigmoid() : scores).mean()
  }

  private func realExamples(in graph: Graph) -> Tensor {
    graph.input(Self.real, Shape([recipe.batch] + architecture.example.dimensions))
  }

  /// Together in one batch where that is the same, so that weights are read once.
  private func scores(
    real: Tensor, fake: Tensor, applications: (real: Int, fake: Int), in states: inout StateValues
  ) -> (real: Tensor, fake: Tensor) {
    guard discriminator.treatsExamplesAlone else {
      let onReal = discriminator.scores(
        of: real, mode: .training(application: applications.real), in: &states)
      let onFake = discriminator.scores(
        of: fake, mode: .training(application: applications.fake), in: &states)
      return (onReal, onFake)
    }
    let both = discriminator.scores(
      of: .concatenate([real, fake], axis: 0), mode: .training(application: applications.real),
      in: &states)
    return (
      both.slice(axis: 0, start: 0, size: recipe.batch),
      both.slice(axis: 0, start: recipe.batch, size: recipe.batch)
    )
  }

  /// The loss is differentiated in a graph of its own, where the discriminator's weights are states
  /// and not what its update made of them: the update depends on the fakes too, and its derivative
  /// is not wanted. What both graphs say alike, the fakes first of all, is one node again here.
  ///
  /// - Parameter isFurther: whether a generator's update has gone before in the same step; its fakes
  ///   are always fresh.
  private func updateGenerator(
    isFurther: Bool, _ states: inout StateValues
  ) -> [(name: String, tensor: Tensor)] {
    let graph = Graph()
    var own = StateValues(graph: graph)
    let parameters = values(of: generator, in: own)
    let isSame = recipe.fakes == .same && !isFurther
    let fake = generated(
      isFurther ? .furtherUpdate : isSame ? .discriminator : .generator, in: &own)
    // The pass that made these fakes has left its statistics already, if the fakes are the same.
    var replaced = isSame ? [] : own.updates
    own = StateValues(graph: graph)
    let loss = generatorLoss(fake: fake, isFurther: isFurther, in: &own)
    replaced += own.updates
    let gradients = graph.gradients(of: loss, withRespectTo: parameters.map(\.tensor))

    // Running statistics go from pass to pass either way.
    let source =
      recipe.updates == .simultaneous
      ? states.before(replacing: discriminator.trained.map(\.name)) : states
    let rebuilt = source.rebuild([loss] + replaced.map(\.tensor) + gradients)
    for (state, tensor) in zip(replaced, rebuilt.dropFirst()) {
      states.replace(state.name, by: tensor)
    }
    let here = Array(rebuilt.suffix(gradients.count))
    optimisers.generator.update(
      values(of: generator, in: states), of: generator.name, gradients: here, in: &states)
    if recipe.generatorAverage != nil { Average.update(generator.parameters, in: &states) }
    return [
      (Self.generatorLoss.name, rebuilt[0]), (Self.generatorGradientNorm.name, norm(here)),
    ]
  }

  /// Real examples are scored where the objective reads their scores.
  private func generatorLoss(
    fake: Tensor, isFurther: Bool, in states: inout StateValues
  ) -> Tensor {
    let graph = fake.graph
    let applications =
      isFurther ? Application.inFurtherUpdate : Application.inGeneratorUpdate
    guard objective.pairsRealExamples else {
      let scores = discriminator.scores(
        of: fake, mode: .training(application: applications.fake), in: &states)
      return objective.generatorLoss(fake: scores)
    }
    let both = scores(
      real: realExamples(in: graph), fake: fake, applications: applications, in: &states)
    return objective.generatorLoss(fake: both.fake, real: both.real)
  }

  /// Applications of the discriminator whose random numbers differ; see `Mode.training`.
  private enum Application {
    static let inGeneratorUpdate = (real: 3, fake: 2)
    static let inFurtherUpdate = (real: 5, fake: 4)
  }

  private func values(
    of network: Network, in states: StateValues
  ) -> [(name: String, tensor: Tensor)] {
    network.trained.map { (name: $0.name, tensor: states.value($0.name, Shape($0.shape))) }
  }

  /// The L2 norm of all gradients together.
  private func norm(_ gradients: [Tensor]) -> Tensor {
    let squares = gradients.map { $0.squared().sum() }
    return squares.dropFirst().reduce(squares[0], +).sqrt()
  }

  /// What a batch of fakes is for.
  private enum Purpose: Int {
    case discriminator, generator, furtherUpdate

    var application: Int { rawValue }

    // The streams are those of `Randomness.Stream`.
    var latents: RandomStream {
      switch self {
      case .discriminator:
        RandomStream(Stream.discriminatorLatent, for: "latents of the discriminator's update")
      case .generator:
        RandomStream(Stream.generatorLatent, for: "latents of the generator's update")
      case .furtherUpdate:
        RandomStream(Stream.furtherLatent, for: "latents of the generator's further updates")
      }
    }
  }
}
