import Specification
import TensorGraph

extension PenaltyDefinition {
  /// Karras et al. 2018, arXiv:1710.10196, appendix A.1.
  static let drift = PenaltyDefinition(
    Signature(
      "drift", summary: "the square of the scores of real examples",
      discussion: """
        ε·E D(x)² keeps the scores near 0 (Karras et al. 2018, appendix A.1): ε = 0.001, beside \
        `penalty=gp:10`.
        """,
      argument: .init("a weight", in: PenaltySpecification.weights, standard: 0.001))
  ) { $0.realScores.squared().mean() }
}
