import Randomness
import Specification
import TensorGraph

/// A generator and those who judge it, and how the phases of an adversarial plan apply them.
struct AdversarialModel: Sendable {
  /// The generator, after what it is given results of: a mapping.
  let makers: [Network]
  let discriminators: [Network]
  let objective: ObjectiveDefinition
  /// Numbers of a latent vector, and what they are drawn from.
  let latent: Int
  let distribution: LatentDistribution
  /// `[channels, height, width]`, or a point's dimensions.
  let example: [Int]
  let batch: Int
  let fakes: FakeBatch

  /// What the terms of a discriminator's loss are computed from.
  struct DiscriminatorPasses {
    let real, fake: Tensor
    let scores: [Judgement]

    /// - Parameter place: of the penalty in the recipe: it has random numbers of its own.
    func penaltyInputs(_ judgement: Judgement, place: Int) -> PenaltyDefinition.Inputs {
      // What the discriminator's statistics are made of is real or fake, and nothing between.
      var unused = StateValues(graph: real.graph)
      return PenaltyDefinition.Inputs(
        real: real, fake: fake, realScores: judgement.real, fakeScores: judgement.fake
      ) {
        judgement.network.scores(
          of: $0, mode: .training(application: Mode.penaltyApplication + place), in: &unused)
      }
    }
  }

  /// What the generator's loss is computed from; scores of real examples where the objective reads them.
  struct GeneratorPasses {
    let scores: [(fake: Tensor, real: Tensor?)]
  }

  /// One discriminator's scores of a batch, `[N]`.
  struct Judgement {
    let network: Network
    let real, fake: Tensor
  }

  func discriminatorPasses(in states: inout StateValues) -> DiscriminatorPasses {
    let fake = generated(.discriminator, in: &states)
    let real = realExamples(in: states.graph)
    let scores = discriminators.map {
      judgement(by: $0, real: real, fake: fake, applications: (0, 1), in: &states)
    }
    return DiscriminatorPasses(real: real, fake: fake, scores: scores)
  }

  /// - Parameters:
  ///   - isFurther: whether the generator is updated alone, after an update in the same step; its fakes
  ///     are always fresh.
  func generatorPasses(isFurther: Bool, in states: inout StateValues) -> GeneratorPasses {
    let fake: Tensor
    if fakes == .same && !isFurther {
      // The pass that made these fakes has left its statistics already.
      var unused = StateValues(graph: states.graph)
      fake = generated(.discriminator, in: &unused)
    } else {
      fake = generated(isFurther ? .furtherUpdate : .generator, in: &states)
    }
    let applications =
      isFurther ? Application.inFurtherUpdate : Application.inGeneratorUpdate
    guard objective.pairsRealExamples else {
      return GeneratorPasses(
        scores: discriminators.map { network in
          let scores = network.scores(
            of: fake, mode: .training(application: applications.fake), in: &states)
          return (scores, nil)
        })
    }
    let real = realExamples(in: states.graph)
    return GeneratorPasses(
      scores: discriminators.map { network in
        let both = judgement(
          by: network, real: real, fake: fake, applications: applications, in: &states)
        return (both.fake, both.real)
      })
  }

  /// Images of given latents, with the generator's weights or their average.
  func sampler(isOfAverage: Bool) -> Evaluation {
    Evaluation(
      isOfAverage ? "sample_average" : "sample", .samples, isOfAverage: isOfAverage
    ) { count, states in
      let latents = states.graph.input(Plan.latents, Shape([count, latent]))
      let images = generated(
        from: [Model.Wire.latent: latents], mode: .inference, in: &states, average: isOfAverage)
      return [(Plan.images, images)]
    }
  }

  private func realExamples(in graph: Graph) -> Tensor {
    graph.input(BatchColumn.image.input, Shape([batch] + example))
  }

  /// A batch of the generator, from latents of its own.
  private func generated(_ purpose: Purpose, in states: inout StateValues) -> Tensor {
    let shape = Shape([batch, latent])
    let latents: Tensor
    switch distribution {
    case .normal: latents = states.graph.random(.normal, purpose.latents, shape)
    case .uniform:
      latents = states.graph.random(.uniform, purpose.latents, shape) * 2 - 1
    }
    return generated(
      from: [Model.Wire.latent: latents], mode: .training(application: purpose.application),
      in: &states)
  }

  /// What the last of the makers gives, each given the results of those before it.
  private func generated(
    from wires: [String: Tensor], mode: Mode, in states: inout StateValues, average: Bool = false
  ) -> Tensor {
    var wires = wires
    for network in makers {
      let outputs = network.apply(to: wires, mode: mode, in: &states, average: average)
      wires.merge(outputs) { _, new in new }
    }
    return wires[Model.Wire.image] ?? states.graph.constant(0)
  }

  /// Together in one batch where that is the same, so that weights are read once.
  private func judgement(
    by network: Network, real: Tensor, fake: Tensor, applications: (real: Int, fake: Int),
    in states: inout StateValues
  ) -> Judgement {
    guard network.treatsExamplesAlone else {
      let onReal = network.scores(
        of: real, mode: .training(application: applications.real), in: &states)
      let onFake = network.scores(
        of: fake, mode: .training(application: applications.fake), in: &states)
      return Judgement(network: network, real: onReal, fake: onFake)
    }
    let both = network.scores(
      of: .concatenate([real, fake], axis: 0), mode: .training(application: applications.real),
      in: &states)
    return Judgement(
      network: network, real: both.slice(axis: 0, start: 0, size: batch),
      fake: both.slice(axis: 0, start: batch, size: batch))
  }

  /// Applications of the discriminator whose random numbers differ; see `Mode.training`.
  private enum Application {
    static let inGeneratorUpdate = (real: 3, fake: 2)
    static let inFurtherUpdate = (real: 5, fake: 4)
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
