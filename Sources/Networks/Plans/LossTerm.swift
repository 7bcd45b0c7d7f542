package import Specification
package import TensorGraph

/// A summand of a phase's loss.
///
/// `Passes` is what the phase computes of a batch for all of its terms.
package struct LossTerm<Passes>: Sendable {
  /// Of the penalty or objective that it is: `r1`.
  package let name: String
  /// What it is multiplied by; nil: it counts as it is.
  package let weight: TermWeight?
  /// Every how many updates of the phase it is added; it then counts as many times.
  package let interval: Int
  /// The term before it is weighed, a scalar.
  let value: @Sendable (Passes) -> Tensor

  package init(
    _ name: String, weight: TermWeight? = nil, interval: Int = 1,
    value: @escaping @Sendable (Passes) -> Tensor
  ) {
    (self.name, self.weight, self.interval, self.value) = (name, weight, interval, value)
  }
}

/// What a term is multiplied by: a scalar input of the program, and its value in a recipe.
package struct TermWeight: Sendable {
  package let input: String
  package let value: @Sendable (RecipeSpecification) -> Double

  package init(_ input: String, value: @escaping @Sendable (RecipeSpecification) -> Double) {
    (self.input, self.value) = (input, value)
  }
}
