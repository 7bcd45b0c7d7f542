import Randomness
import Specification
import TensorGraph

/// A generator and those who judge it, and how the phases of an adversarial plan apply them.
struct AdversarialModel: Sendable {
  /// The generator, after what it is given results of: a mapping.
  let makers: [Network]
  let discriminators: [Network]
  /// What gives the code of a real example, where discriminators judge pairs of an example and its code: an
  /// encoder or a reconstructor; nil: they judge examples.
  var encoder: Network?
  /// What is known of examples; nil: nothing.
  let labels: LabelShape?
  let objective: ObjectiveDefinition
  let remedies: [RemedyDefinition]
  /// Numbers of a latent vector, and what they are drawn from.
  let latent: Int
  let distribution: LatentDistribution
  /// `[channels, height, width]`, or a point's dimensions.
  let example: [Int]
  let batch: Int
  /// Examples that are judged together.
  let pack: Int
  let fakes: FakeBatch
  /// Whether the generator's loss is seen through updates of the discriminators.
  let isUnrolled: Bool

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

  /// Whether the generator's loss reads scores of real examples.
  var pairsRealExamples: Bool {
    objective.pairsRealExamples || encodes || remedies.contains(where: \.readsRealExamples)
      || isUnrolled && objective.readsRealWhenUnrolled
  }

  /// Whether the encoder is to be taken for the generator, as the generator for it; a reconstructor is not.
  var encodes: Bool { encoder?.role == .encoder }

  /// What the generator's phase moves.
  var made: [Network] { makers + (encoder.map { [$0] } ?? []) }

  func discriminatorPasses(in states: inout StateValues) -> DiscriminatorPasses {
    let batch = batch(for: .discriminator, readsReal: true, in: &states)
    let scores = discriminators.map {
      judgement(by: $0, batch, applications: (0, 1), in: &states)
    }
    remedies.adapt(to: scores.map(\.real), batch: self.batch, in: &states)
    let kept = [AdaptiveAugmentation.probability, AdaptiveAugmentation.overfitting]
    return DiscriminatorPasses(
      batch: batch, scores: scores,
      adapted: remedies.isAdaptive ? kept.map { states.value($0, .scalar) } : [])
  }

  /// - Parameters:
  ///   - isFurther: whether the generator is updated alone, after an update in the same step; its fakes
  ///     are always fresh.
  func generatorPasses(isFurther: Bool, in states: inout StateValues) -> GeneratorPasses {
    let batch: Batch
    if fakes == .same && !isFurther {
      // The pass that made these fakes has left its statistics already.
      var unused = StateValues(graph: states.graph)
      batch = self.batch(for: .discriminator, readsReal: pairsRealExamples, in: &unused)
    } else {
      batch = self.batch(
        for: isFurther ? .furtherUpdate : .generator, readsReal: pairsRealExamples, in: &states)
    }
    let applications =
      isFurther ? Application.inFurtherUpdate : Application.inGeneratorUpdate
    let judgements = discriminators.map { network in
      judgement(by: network, batch, applications: applications, in: &states)
    }
    return GeneratorPasses(
      scores: judgements.map { ($0.fake, batch.real == nil ? nil : $0.real, $0.told?.fake) },
      label: batch.besideFake[Model.Wire.label],
      generation: generation(of: batch, judgements, isFurther: isFurther, in: &states))
  }

  /// What terms of the generator's loss are computed from.
  private func generation(
    of batch: Batch, _ judgements: [Judgement], isFurther: Bool, in states: inout StateValues
  ) -> RemedyDefinition.Generation {
    let application = Application.ofFakesCode + (isFurther ? 1 : 0)
    let readsCode = remedies.contains(where: \.isOfCodes)
    let code = readsCode ? encoder : nil
    let graph = states.graph
    return RemedyDefinition.Generation(
      latents: batch.latents, fakes: batch.fake,
      others: {
        // What passes twice in an update leaves its statistics once.
        var unused = StateValues(graph: graph)
        let purpose = isFurther ? Purpose.otherFurtherUpdate : .other
        let other = self.batch(for: purpose, readsReal: false, in: &unused)
        return (other.latents, other.fake)
      },
      features: judgements.compactMap(\.features),
      code: code?.apply(
        to: [Model.Wire.image: batch.fake], mode: .training(application: application), in: &states)[
          Model.Wire.latent])
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

  /// What is made of examples by way of their codes; nil without an encoder, or where the generator wants
  /// labels as well.
  func reconstruction(isOfAverage: Bool) -> Evaluation? {
    guard let encoder,
      !makers.contains(where: { $0.inputs.contains { $0.wire == Model.Wire.label } })
    else { return nil }
    return Evaluation(
      isOfAverage ? "reconstruct_average" : "reconstruct", .reconstructions,
      isOfAverage: isOfAverage
    ) { count, states in
      let image = states.graph.input(BatchColumn.image.input, Shape([count] + example))
      let code = encoder.apply(
        to: [Model.Wire.image: image], mode: .inference, in: &states, average: isOfAverage)
      return [
        (
          Plan.images,
          generated(from: code, mode: .inference, in: &states, average: isOfAverage)
        )
      ]
    }
  }

  /// The scores of examples, without noise and by running statistics; a mean over the discriminators. Nil where
  /// pairs of an example and its code are judged.
  var judge: Evaluation? {
    let wires = discriminators.flatMap { $0.inputs.map(\.wire) }
    guard encoder == nil, !wires.contains(Model.Wire.latent),
      pack == 1 || !wires.contains(Model.Wire.label)
    else { return nil }
    return Evaluation("judge", .judgements) { count, states in
      // A batch of whole packs; the last examples of another one are left out, and have the score 0.
      let whole = count - count % pack
      guard whole > 0 else {
        return [(Plan.scores, states.graph.constant(0, Shape([count])))]
      }
      let image = states.graph.input(BatchColumn.image.input, Shape([count] + example))
      var beside: [String: Tensor] = [:]
      beside[Model.Wire.label] = column(.label, in: states.graph, count: count)?
        .slice(axis: 0, start: 0, size: whole)
      let packed = image.slice(axis: 0, start: 0, size: whole).packed(pack)
      var scores: [Tensor] = []
      for network in discriminators {
        scores.append(network.verdict(on: packed, beside, mode: .inference, in: &states).score)
      }
      let mean = scores.count == 1 ? scores[0] : scores.added * (1 / Double(scores.count))
      let spread = states.graph.constant(0, Shape([whole / pack, pack]))
      var all = (mean.reshape([whole / pack, 1]) + spread).reshape([whole])
      if whole < count {
        all = .concatenate([all, states.graph.constant(0, Shape([count - whole]))], axis: 0)
      }
      return [(Plan.scores, all)]
    }
  }

  /// Fakes of latents of their own, real examples, and what goes with both.
  private func batch(
    for purpose: Purpose, readsReal: Bool, in states: inout StateValues
  ) -> Batch {
    let drawn = latents(purpose, in: states.graph)
    let latents = remedies.latents(drawn, application: purpose.rawValue)
    var besideFake: [String: Tensor] = [:]
    besideFake[Model.Wire.label] = column(.drawnLabel, in: states.graph)
    let mode = Mode.training(application: purpose.application)
    let fake = generated(
      from: besideFake.merging([Model.Wire.latent: latents]) { $1 }, mode: mode, in: &states)
    guard readsReal else {
      return Batch(
        real: nil, fake: fake, latents: latents, labels: nil, besideReal: [:],
        besideFake: withCodes(besideFake, latents), pack: pack)
    }
    let real = states.graph.input(BatchColumn.image.input, Shape([batch] + example))
    let labels = labels(in: states.graph)
    var besideReal: [String: Tensor] = [:]
    besideReal[Model.Wire.label] = labels?.real
    if let encoder {
      besideReal[Model.Wire.latent] =
        encoder.apply(to: [Model.Wire.image: real], mode: mode, in: &states)[encoder.role.output]
    }
    return Batch(
      real: real, fake: fake, latents: latents, labels: labels, besideReal: besideReal,
      besideFake: withCodes(besideFake, latents), pack: pack)
  }

  /// What goes with fakes: of models with codes their latents, too.
  private func withCodes(_ beside: [String: Tensor], _ latents: Tensor) -> [String: Tensor] {
    encoder == nil ? beside : beside.merging([Model.Wire.latent: latents]) { $1 }
  }

  private func labels(in graph: Graph) -> Labels? {
    guard let real = column(.label, in: graph), let known = column(.known, in: graph),
      let fake = column(.drawnLabel, in: graph)
    else { return nil }
    return Labels(real: real, known: known, fake: fake)
  }

  /// Labels of a batch; nil where no network takes them.
  private func column(_ column: BatchColumn, in graph: Graph, count: Int? = nil) -> Tensor? {
    guard takesLabels, let labels else { return nil }
    let values = graph.input(column.input, Shape([count ?? batch, labels.count]))
    return column == .known ? values : labels.normalised(values)
  }

  /// Examples as a discriminator is given them, `pack` together.
  private func seen(
    _ examples: Tensor, _ application: Int, in states: StateValues
  ) -> Tensor {
    remedies.seen(examples, application: application, in: states).packed(pack)
  }

  private func latents(_ purpose: Purpose, in graph: Graph) -> Tensor {
    let (shape, stream) = (Shape([batch, latent]), purpose.latents)
    switch distribution {
    case .normal: return graph.random(.normal, stream, shape)
    case .uniform: return graph.random(.uniform, stream, shape) * 2 - 1
    case .truncated:
      let bound = LatentDistribution.truncation
      let draws = LatentDistribution.draws.map { number in
        graph.random(
          .normal,
          RandomStream(stream.number | number << 40, for: "\(stream.purpose), draw \(number)"),
          shape)
      }
      let last = draws[draws.count - 1].maximum(-bound).minimum(graph.constant(bound))
      return draws.dropLast().reversed().reduce(last) { later, draw in
        draw.absolute().greater(than: bound).select(later, draw)
      }
    }
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

  /// Together in one batch where that is the same, so that weights are read once; of fakes alone where no loss
  /// reads real examples.
  private func judgement(
    by network: Network, _ batch: Batch, applications: (real: Int, fake: Int),
    in states: inout StateValues
  ) -> Judgement {
    func judgement(_ real: Network.Verdict, _ fake: Network.Verdict) -> Judgement {
      let told = real.told.flatMap { real in fake.told.map { (real: real, fake: $0) } }
      let features = real.features.flatMap { real in fake.features.map { (fake: $0, real: real) } }
      return Judgement(
        network: network, real: real.score, fake: fake.score, told: told, features: features)
    }
    func verdict(
      on examples: Tensor, _ beside: [String: Tensor], _ application: Int
    ) -> Network.Verdict {
      remedies.verdict(on: examples) {
        network.verdict(on: $0, beside, mode: .training(application: application), in: &states)
      }
    }
    guard let examples = batch.real else {
      let onFake = verdict(
        on: seen(batch.fake, applications.fake, in: states), batch.besideFake, applications.fake)
      return judgement(onFake, onFake)
    }
    let real = seen(examples, applications.real, in: states)
    let fake = seen(batch.fake, applications.fake, in: states)
    guard network.treatsExamplesAlone else {
      let onReal = verdict(on: real, batch.besideReal, applications.real)
      let onFake = verdict(on: fake, batch.besideFake, applications.fake)
      return judgement(onReal, onFake)
    }
    let together = Tensor.concatenate([real, fake], axis: 0)
    var beside: [String: Tensor] = [:]
    for (wire, _) in network.inputs {
      guard let ofReal = batch.besideReal[wire], let ofFake = batch.besideFake[wire] else {
        continue
      }
      beside[wire] = .concatenate([ofReal, ofFake], axis: 0)
    }
    let both = verdict(on: together, beside, applications.real)
    func half(_ start: Int) -> Network.Verdict {
      func part(_ tensor: Tensor) -> Tensor {
        tensor.slice(axis: 0, start: start, size: real.shape[0])
      }
      return Network.Verdict(
        score: part(both.score), told: both.told.map(part), features: both.features.map(part))
    }
    return judgement(half(0), half(real.shape[0]))
  }

  /// Applications of the discriminator whose random numbers differ; see `Mode.training`.
  private enum Application {
    static let inGeneratorUpdate = (real: 3, fake: 2)
    static let inFurtherUpdate = (real: 5, fake: 4)
    /// Of an encoder that is given fakes; 7 in a further update.
    static let ofFakesCode = 6
  }

  /// What a batch of fakes is for.
  private enum Purpose: Int {
    case discriminator, generator, furtherUpdate, other, otherFurtherUpdate

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
      case .other, .otherFurtherUpdate:
        RandomStream(
          Stream.lowWord(of: "latents.other") | UInt64(rawValue) << 32,
          for: "other latents of the same labels, \(self)")
      }
    }
  }
}
