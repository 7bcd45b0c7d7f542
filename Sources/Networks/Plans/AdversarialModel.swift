import Randomness
import Specification
import TensorGraph

/// A generator and those who judge it, and how the phases of an adversarial plan apply them.
struct AdversarialModel: Sendable {
  /// The generator, after what it is given results of: a mapping.
  let makers: [Network]
  let discriminators: [Network]
  /// What is known of examples; nil: nothing.
  let labels: LabelShape?
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
    let labels: Labels?
    let scores: [Judgement]

    /// - Parameter place: of the penalty in the recipe: it has random numbers of its own.
    func penaltyInputs(_ judgement: Judgement, place: Int) -> PenaltyDefinition.Inputs {
      // What the discriminator's statistics are made of is real or fake, and nothing between.
      var unused = StateValues(graph: real.graph)
      return PenaltyDefinition.Inputs(
        real: real, fake: fake, realScores: judgement.real, fakeScores: judgement.fake
      ) { examples, areFakes in
        judgement.network.verdict(
          on: examples, areFakes ? labels?.fake : labels?.real,
          mode: .training(application: Mode.penaltyApplication + place), in: &unused
        ).score
      }
    }
  }

  /// Labels of a batch, `[N, k]`: of real examples, where they are known, and of fakes.
  struct Labels {
    let real, known, fake: Tensor
  }

  /// What the generator's loss is computed from; scores of real examples where the objective reads them.
  struct GeneratorPasses {
    let scores: [(fake: Tensor, real: Tensor?, told: Tensor?)]
    /// The fakes' labels.
    let label: Tensor?
  }

  /// One discriminator's scores of a batch, `[N]`, and what it tells of labels, `[N, k]`.
  struct Judgement {
    let network: Network
    let real, fake: Tensor
    let told: (real: Tensor, fake: Tensor)?
  }

  /// Whether some network is given labels or tells them.
  var takesLabels: Bool {
    labels != nil
      && (tellsLabels
        || (makers + discriminators).contains { network in
          network.inputs.contains { $0.wire == Model.Wire.label }
        })
  }

  /// Whether a discriminator is auxiliary.
  var tellsLabels: Bool {
    labels != nil && discriminators.contains { $0.outputs.contains { $0.name == Network.told } }
  }

  var labelLoss: LabelLoss? { tellsLabels ? labels.map { LabelLoss(labels: $0) } : nil }

  func discriminatorPasses(in states: inout StateValues) -> DiscriminatorPasses {
    let fake = generated(.discriminator, in: &states)
    let real = realExamples(in: states.graph)
    let labels = labels(in: states.graph)
    let scores = discriminators.map {
      judgement(by: $0, real: real, fake: fake, labels, applications: (0, 1), in: &states)
    }
    return DiscriminatorPasses(real: real, fake: fake, labels: labels, scores: scores)
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
    let label = column(.drawnLabel, in: states.graph)
    guard objective.pairsRealExamples else {
      return GeneratorPasses(
        scores: discriminators.map { network in
          let verdict = network.verdict(
            on: fake, label, mode: .training(application: applications.fake), in: &states)
          return (verdict.score, nil, verdict.told)
        }, label: label)
    }
    let real = realExamples(in: states.graph)
    let labels = labels(in: states.graph)
    return GeneratorPasses(
      scores: discriminators.map { network in
        let both = judgement(
          by: network, real: real, fake: fake, labels, applications: applications, in: &states)
        return (both.fake, both.real, both.told?.fake)
      }, label: label)
  }

  /// Images of given latents, with the generator's weights or their average.
  func sampler(isOfAverage: Bool) -> Evaluation {
    Evaluation(
      isOfAverage ? "sample_average" : "sample", .samples, isOfAverage: isOfAverage
    ) { count, states in
      var wires = [
        Model.Wire.latent: states.graph.input(Plan.latents, Shape([count, latent]))
      ]
      wires[Model.Wire.label] = column(.drawnLabel, in: states.graph, count: count)
      let images = generated(from: wires, mode: .inference, in: &states, average: isOfAverage)
      return [(Plan.images, images)]
    }
  }

  private func realExamples(in graph: Graph) -> Tensor {
    graph.input(BatchColumn.image.input, Shape([batch] + example))
  }

  private func labels(in graph: Graph) -> Labels? {
    guard let real = column(.label, in: graph), let known = column(.mask, in: graph),
      let fake = column(.drawnLabel, in: graph)
    else { return nil }
    return Labels(real: real, known: known, fake: fake)
  }

  /// Labels of a batch; nil where no network takes them.
  private func column(_ column: BatchColumn, in graph: Graph, count: Int? = nil) -> Tensor? {
    guard takesLabels, let labels else { return nil }
    return graph.input(column.input, Shape([count ?? batch, labels.count]))
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
    var wires = [Model.Wire.latent: latents]
    wires[Model.Wire.label] = column(.drawnLabel, in: states.graph)
    return generated(
      from: wires, mode: .training(application: purpose.application), in: &states)
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
    by network: Network, real: Tensor, fake: Tensor, _ labels: Labels?,
    applications: (real: Int, fake: Int), in states: inout StateValues
  ) -> Judgement {
    func judgement(_ real: Network.Verdict, _ fake: Network.Verdict) -> Judgement {
      let told = real.told.flatMap { real in fake.told.map { (real: real, fake: $0) } }
      return Judgement(network: network, real: real.score, fake: fake.score, told: told)
    }
    guard network.treatsExamplesAlone else {
      let onReal = network.verdict(
        on: real, labels?.real, mode: .training(application: applications.real), in: &states)
      let onFake = network.verdict(
        on: fake, labels?.fake, mode: .training(application: applications.fake), in: &states)
      return judgement(onReal, onFake)
    }
    let both = network.verdict(
      on: .concatenate([real, fake], axis: 0),
      labels.map { .concatenate([$0.real, $0.fake], axis: 0) },
      mode: .training(application: applications.real), in: &states)
    func half(_ start: Int) -> Network.Verdict {
      func part(_ tensor: Tensor) -> Tensor { tensor.slice(axis: 0, start: start, size: batch) }
      return Network.Verdict(score: part(both.score), told: both.told.map(part))
    }
    return judgement(half(0), half(batch))
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

extension Network {
  /// The output of an auxiliary discriminator.
  static let told = "class"

  /// A discriminator's score of each example, `[N]`, and what it tells of labels, `[N, k]`.
  struct Verdict {
    let score: Tensor
    let told: Tensor?
  }

  func verdict(
    on examples: Tensor, _ label: Tensor?, mode: Mode, in states: inout StateValues
  ) -> Verdict {
    var wires = [Model.Wire.image: examples]
    wires[Model.Wire.label] = label
    let outputs = apply(to: wires, mode: mode, in: &states)
    let count = examples.shape[0]
    return Verdict(
      score: (outputs[role.output] ?? examples).reshape([count]),
      told: outputs[Self.told].map { $0.reshape([count, $0.shape.count / count]) })
  }
}
