package import Specification

extension RunSpecification {
  /// The choices of kernels that a branch takes over from its parent: all, so that a branch without a change has the
  /// parent's bits; none in another precision, whose products are others.
  ///
  /// - Parameter choices: of the parent, by question.
  package func kernels(
    _ choices: [String: String], of parent: RunSpecification
  ) -> [String: String] {
    recipe.precision == parent.recipe.precision ? choices : [:]
  }
}
