import Specification
import TensorGraph

extension RecipeSpecification {
  /// A term for each penalty, summed over discriminators.
  ///
  /// - Parameter inputs: what a penalty is a function of, one for each discriminator; its place in the recipe gives it random
  ///   numbers of its own.
  /// - Throws: `NetworksError.unknown` for a keyword of another release.
  func penaltyTerms<Passes>(
    _ inputs: @escaping @Sendable (Passes, _ place: Int) -> [PenaltyDefinition.Inputs]
  ) throws(NetworksError) -> [LossTerm<Passes>] {
    var terms: [LossTerm<Passes>] = []
    for (place, penalty) in penalties.enumerated() {
      let definition = try penalty.definition()
      let keyword = penalty.keyword
      let weight = TermWeight(penalty.input) { dials in
        dials.penalties.first { $0.keyword == keyword }?.weight ?? 0
      }
      terms.append(
        LossTerm(keyword, weight: weight, interval: penalty.interval) { passes in
          inputs(passes, place).map(definition.value).added
        })
    }
    return terms
  }
}
