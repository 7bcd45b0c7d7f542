import Specification
import TensorGraph

/// Remedies as the passes of an adversarial model apply them.
extension [RemedyDefinition] {
  /// Examples as a discriminator is given them.
  ///
  /// - Parameter application: of the discriminator; each draws from streams of its own.
  func seen(_ examples: Tensor, application: Int, in states: StateValues) -> Tensor {
    reduce(examples) { examples, remedy in
      switch remedy.effect {
      case .examples(let change): return change(remedy.seen(examples, application))
      case .adaptedExamples(let change):
        let probability = states.value(AdaptiveAugmentation.probability, .scalar)
        return change(remedy.seen(examples, application), probability)
      default: return examples
      }
    }
  }

  /// Whether there is a probability that is adapted.
  var isAdaptive: Bool {
    contains { if case .adaptedExamples = $0.effect { true } else { false } }
  }

  /// Adapts the probability to scores of real examples, one tensor a discriminator.
  func adapt(to scores: [Tensor], batch: Int, in states: inout StateValues) {
    for remedy in self {
      guard case .adaptedExamples = remedy.effect else { continue }
      let graph = states.graph
      AdaptiveAugmentation.adapt(
        to: .concatenate(scores.map { $0.stopGradient() }, axis: 0), batch: batch,
        target: remedy.strength(in: graph),
        ceiling: RemedyDefinition.adaptiveCeiling.strength(in: graph), in: &states)
    }
  }

  /// Latent vectors as the generator is given them.
  func latents(_ latents: Tensor, application: Int) -> Tensor {
    reduce(latents) { latents, remedy in
      guard case .latents(let change) = remedy.effect else { return latents }
      return change(remedy.seen(latents, application))
    }
  }

  /// A discriminator's verdict on examples, with its scores as every loss reads them.
  ///
  /// - Parameter judge: the discriminator.
  func verdict(
    on examples: Tensor, by judge: (Tensor) -> Network.Verdict
  ) -> Network.Verdict {
    let changes = compactMap { remedy in
      if case .normalisedScores(let change) = remedy.effect { (remedy, change) } else { nil }
    }
    guard !changes.isEmpty else { return judge(examples) }
    // A node of its own through which the generator learns: what the discriminator does first may else be
    // merged with what made the examples, which would then not be on the way from the scores.
    let own = examples.maximum(-Double(Float.greatestFiniteMagnitude))
    var verdict = judge(own)
    for (remedy, change) in changes {
      verdict.score = change(verdict.score, own, remedy.strength(in: own.graph))
    }
    return verdict
  }

  /// Scores as the discriminator's loss reads them.
  ///
  /// - Parameter number: of the discriminator.
  func judged(_ real: Tensor, _ fake: Tensor, by number: Int) -> (real: Tensor, fake: Tensor) {
    reduce((real, fake)) { scores, remedy in
      guard case .scores(let change) = remedy.effect else { return scores }
      let graph = scores.0.graph
      return change(
        .init(
          real: scores.0, fake: scores.1, strength: remedy.strength(in: graph),
          draws: remedy.draws(in: graph, application: number)))
    }
  }

  /// Scores of fakes as the generator's loss reads them.
  func generatorScores(_ scores: Tensor) -> Tensor {
    reduce(scores) { scores, remedy in
      guard case .generatorScores(let change) = remedy.effect else { return scores }
      return change(scores, remedy.strength(in: scores.graph))
    }
  }

  /// The target of fakes; nil: it is 0.
  func fakeTarget(in graph: Graph) -> Tensor? {
    first { if case .fakeTarget = $0.effect { true } else { false } }?.strength(in: graph)
  }

  /// Summands of the generator's loss.
  var generatorTerms: [LossTerm<AdversarialModel.GeneratorPasses>] {
    compactMap { remedy in
      guard case .generatorTerm(let value) = remedy.effect else { return nil }
      let keyword = remedy.signature.keyword
      let weight = TermWeight(remedy.input) { $0.strength(of: keyword) ?? 0 }
      return LossTerm(keyword, weight: weight) { value($0.generation) }
    }
  }

  /// The decay of the averaged generator.
  func averageDecay(_ decay: Double, in dials: RecipeSpecification, updates: Int) -> Double {
    reduce(decay) { decay, remedy in
      guard case .averageDecay(let change) = remedy.effect,
        let strength = dials.strength(of: remedy.signature.keyword)
      else { return decay }
      return change(
        .init(decay: decay, strength: strength, batch: dials.batch, updates: updates))
    }
  }
}

extension RemedyDefinition {
  fileprivate func seen(_ examples: Tensor, _ application: Int) -> Seen {
    Seen(
      examples: examples, strength: strength(in: examples.graph),
      draws: draws(in: examples.graph, application: application))
  }
}
