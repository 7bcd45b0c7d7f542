import Specification
import TensorGraph

/// Remedies as a phase applies them when it moves weights.
extension [RemedyDefinition] {
  /// Those that a phase applies.
  ///
  /// - Parameters:
  ///   - isDiscriminator: whether the weights are those of discriminators.
  ///   - isGenerator: whether they are those of what makes examples.
  func corrections(
    ofDiscriminator isDiscriminator: Bool = false, ofGenerator isGenerator: Bool = false
  ) -> [RemedyDefinition] {
    filter { remedy in
      switch remedy.effect {
      case .gradients, .game: true
      case .weights(let correction): isGenerator || !correction.isOfGenerators
      case .discriminatorWeights: isDiscriminator
      case .examples, .adaptedExamples, .nothing, .latents, .scores, .normalisedScores, .fakeTarget,
        .generatorScores,
        .generatorTerm, .averageDecay:
        false
      }
    }
  }

  /// Their strengths as scalar inputs; a program reads some of them.
  func strengths(_ dials: RecipeSpecification) -> [(name: String, value: Double)] {
    map { ($0.input, dials.strength(of: $0.signature.keyword) ?? 0) }
      + (isAdaptive ? [(RemedyDefinition.adaptiveCeiling.input, ceiling(dials))] : [])
  }

  private func ceiling(_ dials: RecipeSpecification) -> Double {
    dials.strength(of: RemedyDefinition.adaptiveCeiling.signature.keyword)
      ?? AdaptiveAugmentation.ceiling
  }

  /// Names and values of the scalar inputs of corrections.
  ///
  /// - Parameter update: of the phase that applies them, from 1.
  func inputs(
    _ dials: RecipeSpecification, update: Int
  ) -> [(name: String, value: Double)] {
    strengths(dials)
      + flatMap { remedy -> [(name: String, value: Double)] in
        guard case .weights(let correction) = remedy.effect else { return [] }
        return correction.dials(update).map { (remedy.input(of: $0.name), $0.value) }
      }
  }

  /// What is kept of a weight.
  func states(of weight: String) -> [String] {
    flatMap { remedy -> [String] in
      guard case .weights(let correction) = remedy.effect else { return [] }
      return correction.states.map { remedy.state($0, of: weight) }
    }
  }

  /// What optimisers are given.
  func corrected(
    _ gradients: [Tensor], of weights: [(name: String, tensor: Tensor)],
    in states: inout StateValues
  ) -> [Tensor] {
    var gradients = gradients
    for remedy in self {
      let strength = { [graph = states.graph] in remedy.strength(in: graph) }
      switch remedy.effect {
      case .gradients(let correct): gradients = correct(gradients, strength())
      case .weights(let correction):
        for (index, (name, weight)) in weights.enumerated() {
          let names = correction.states.map { remedy.state($0, of: name) }
          let corrected = correction.correct(
            RemedyDefinition.Weight(
              weight: weight, gradient: gradients[index],
              states: names.map { states.value($0, weight.shape) }, strength: strength(),
              dial: { [graph = states.graph] in graph.input(remedy.input(of: $0), .scalar) }))
          gradients[index] = corrected.gradient
          for (state, value) in zip(names, corrected.states) { states.replace(state, by: value) }
        }
      case .game, .discriminatorWeights, .examples, .adaptedExamples, .nothing, .latents, .scores,
        .normalisedScores,
        .fakeTarget,
        .generatorScores, .generatorTerm, .averageDecay:
        break
      }
    }
    return gradients
  }

  /// Gradients after what corrects them by the other player's.
  func corrected(_ game: RemedyDefinition.Game) -> [Tensor] {
    reduce(game.gradients) { gradients, remedy in
      guard case .game(let correct) = remedy.effect, let graph = gradients.first?.graph else {
        return gradients
      }
      var game = game
      game.gradients = gradients
      return correct(game, remedy.strength(in: graph))
    }
  }

  /// What a weight is after its update.
  func corrected(weight: Tensor) -> Tensor {
    reduce(weight) { weight, remedy in
      guard case .discriminatorWeights(let correct) = remedy.effect else { return weight }
      return correct(weight, remedy.strength(in: weight.graph))
    }
  }
}

extension RemedyDefinition {
  fileprivate func input(of dial: String) -> String { "\(input).\(dial)" }
}
