/// A remedy against an unstable game as a recipe has it, `clip-norm=1`: a keyword with its strength, which is a
/// dial. Its signature says what it does.
package struct RemedySpecification: Sendable, Hashable {
  package let keyword: String
  package var strength: Double

  package init(_ keyword: String, _ strength: Double) {
    (self.keyword, self.strength) = (keyword, strength)
  }
}

extension RecipeSpecification {
  /// The strength of a remedy; nil: the recipe has it not.
  package func strength(of remedy: String) -> Double? {
    remedies.first { $0.keyword == remedy }?.strength
  }

  /// Adds a remedy, changes its strength or, with nil, takes it away.
  package mutating func setRemedy(_ keyword: String, to strength: Double?) {
    remedies.removeAll { $0.keyword == keyword }
    guard let strength else { return }
    remedies.append(RemedySpecification(keyword, strength))
    remedies.sort { $0.keyword < $1.keyword }
  }
}
