import MetricDescriptions
import Randomness
package import Specification
import TensorGraph

/// The programs of a run, built from its specification.
///
/// - `step`: one update of the discriminator and one of the generator, in this order. The generator
///   is updated through the discriminator as just updated.
/// - `discriminator`: an update of the discriminator alone, for recipes with several before each
///   generator update; `step` does the last of them.
/// - `sample`, `sample_average`: images of given latents, with the generator's weights or their
///   average.
///
/// Inputs of the first two: `real` `[batch, …]` in [-1, 1], and the scalars that
/// `RecipeSpecification.dials` lists. Latents are drawn in the graph.
package struct StepPrograms: Sendable {
  package let architecture: ArchitectureSpecification
  package let recipe: RecipeSpecification
  package let generator: Network
  package let discriminator: Network

  package static let step = "step"
  package static let discriminatorOnly = "discriminator"
  package static let sample = "sample"
  package static let sampleAverage = "sample_average"
  package static let real = "real"
  package static let latents = "latents"
  package static let images = "images"
  static let smoothing = "objective.smoothing"

  /// - Throws: `NetworksError` where the layers do not fit together, the example or each other.
  package init(
    architecture: ArchitectureSpecification, recipe: RecipeSpecification
  ) throws(NetworksError) {
    self.architecture = architecture
    self.recipe = recipe
    let placed: PlacedArchitecture
    do { placed = try architecture.placed() } catch { throw .architecture("\(error)") }
    generator = Network(.generator, placed.generator)
    discriminator = Network(.discriminator, placed.discriminator)
    guard recipe.batch > 0, recipe.discriminatorSteps > 0 else {
      throw .recipe(batch: recipe.batch, discriminatorSteps: recipe.discriminatorSteps)
    }
  }

  /// The programs that a run needs.
  ///
  /// - Parameters:
  ///   - samples: examples that the samplers make at once.
  /// - Throws: `NetworksError.sharedStream`, which no specification should lead to.
  package func training(samples: Int) throws(NetworksError) -> [NetworkProgram] {
    try [stepProgram(), discriminatorProgram()] + sampling(count: samples)
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

  private func stepProgram() throws(NetworksError) -> NetworkProgram {
    let graph = Graph()
    var states = StateValues(graph: graph)
    let fake = generated(.discriminator, in: &states)
    let first = updateDiscriminator(fake: fake, in: &states)
    let second = updateGenerator(&states)
    return try NetworkProgram(
      name: Self.step, graph: graph, outputs: first + second, updates: states.updates)
  }

  private func discriminatorProgram() throws(NetworksError) -> NetworkProgram {
    let graph = Graph()
    var states = StateValues(graph: graph)
    let fake = generated(.discriminator, in: &states)
    let outputs = updateDiscriminator(fake: fake, in: &states)
    return try NetworkProgram(
      name: Self.discriminatorOnly, graph: graph, outputs: outputs, updates: states.updates)
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
    fake: Tensor, in states: inout StateValues
  ) -> [(name: String, tensor: Tensor)] {
    let graph = states.graph
    let real = graph.input(
      Self.real, Shape([recipe.batch] + architecture.example.dimensions))
    let parameters = values(of: discriminator, in: states)
    let (realLogits, fakeLogits) = logits(real: real, fake: fake, in: &states)
    var loss = recipe.objective.discriminatorLoss(
      real: realLogits, fake: fakeLogits, smoothing: graph.input(Self.smoothing, .scalar))
    if let penalty = recipe.penalty {
      // What the discriminator's statistics are made of is real or fake, and nothing between.
      var unused = StateValues(graph: graph)
      let value = penalty.value(real: real, fake: fake) {
        discriminator.logits(
          of: $0, mode: .training(application: Mode.penaltyApplication), in: &unused)
      }
      loss = loss + value * graph.input(GradientPenalty.weightInput, .scalar)
    }
    let gradients = graph.gradients(of: loss, withRespectTo: parameters.map(\.tensor))
    Adam(network: discriminator.name).update(parameters, gradients: gradients, in: &states)
    return [
      (Self.discriminatorLoss.name, loss), (Self.realScore.name, realLogits.sigmoid().mean()),
      (Self.fakeScore.name, fakeLogits.sigmoid().mean()),
      (Self.discriminatorGradientNorm.name, norm(gradients)),
    ]
  }

  /// Together in one batch where that is the same, so that weights are read once.
  private func logits(
    real: Tensor, fake: Tensor, in states: inout StateValues
  ) -> (real: Tensor, fake: Tensor) {
    guard discriminator.treatsExamplesAlone else {
      let onReal = discriminator.logits(
        of: real, mode: .training(application: 0), in: &states)
      return (
        onReal, discriminator.logits(of: fake, mode: .training(application: 1), in: &states)
      )
    }
    let both = discriminator.logits(
      of: .concatenate([real, fake], axis: 0), mode: .training(application: 0), in: &states)
    return (
      both.slice(axis: 0, start: 0, size: recipe.batch),
      both.slice(axis: 0, start: recipe.batch, size: recipe.batch)
    )
  }

  /// The loss is differentiated in a graph of its own, where the discriminator's weights are states
  /// and not what its update made of them: the update depends on the fakes too, and its derivative
  /// is not wanted. What both graphs say alike, the fakes first of all, is one node again here.
  private func updateGenerator(
    _ states: inout StateValues
  ) -> [(name: String, tensor: Tensor)] {
    let graph = Graph()
    var own = StateValues(graph: graph)
    let parameters = values(of: generator, in: own)
    let fake = generated(recipe.fakes == .same ? .discriminator : .generator, in: &own)
    // The pass that made these fakes has left its statistics already, if the fakes are the same.
    var replaced = recipe.fakes == .same ? [] : own.updates
    own = StateValues(graph: graph)
    let logits = discriminator.logits(of: fake, mode: .training(application: 2), in: &own)
    replaced += own.updates
    let loss = recipe.objective.generatorLoss(fake: logits)
    let gradients = graph.gradients(of: loss, withRespectTo: parameters.map(\.tensor))

    let rebuilt = states.rebuild([loss] + replaced.map(\.tensor) + gradients)
    for (state, tensor) in zip(replaced, rebuilt.dropFirst()) {
      states.replace(state.name, by: tensor)
    }
    let here = Array(rebuilt.suffix(gradients.count))
    Adam(network: generator.name).update(
      values(of: generator, in: states), gradients: here, in: &states)
    if recipe.generatorAverage != nil { Average.update(generator.parameters, in: &states) }
    return [
      (Self.generatorLoss.name, rebuilt[0]), (Self.generatorGradientNorm.name, norm(here)),
    ]
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
  private enum Purpose {
    case discriminator, generator

    var application: Int { self == .discriminator ? 0 : 1 }

    // The streams are those of `Randomness.Stream`.
    var latents: RandomStream {
      switch self {
      case .discriminator:
        RandomStream(Stream.discriminatorLatent, for: "latents of the discriminator's update")
      case .generator:
        RandomStream(Stream.generatorLatent, for: "latents of the generator's update")
      }
    }
  }
}
