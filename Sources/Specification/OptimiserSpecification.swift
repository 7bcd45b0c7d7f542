import Language

/// How the weights of a network are moved, by its keyword, with its dials.
///
/// `learningRate` is a dial of all; the others belong to those optimisers whose signature names them.
package struct OptimiserSpecification: Sendable, Hashable {
  /// `adam`, `adamw`, `rmsprop`, `sgd`.
  package var keyword: String
  /// The number after the keyword (the momentum of `sgd:0.9`); nil for those that take none.
  package var argument: Double?
  package var learningRate: Double
  package var beta1: Double
  package var beta2: Double
  package var epsilon: Double

  package init(
    _ keyword: String = "adam", argument: Double? = nil, learningRate: Double = 2e-4,
    beta1: Double = 0.5, beta2: Double = 0.999, epsilon: Double = 1e-8
  ) {
    (self.keyword, self.argument, self.learningRate) = (keyword, argument, learningRate)
    (self.beta1, self.beta2, self.epsilon) = (beta1, beta2, epsilon)
  }

  /// What a stored text means that leaves it out; of this nothing is ever changed.
  package static let neutral = OptimiserSpecification(
    "adam", learningRate: 2e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8)

  /// `adam`, `sgd:0.9`.
  var choice: String { argument.map { "\(keyword):\(printed($0))" } ?? keyword }
}
