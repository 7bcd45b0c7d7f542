import Specification
import TensorGraph

extension ObjectiveDefinition {
  /// Goodfellow et al. 2014, arXiv:1406.2661, equation 1.
  static let minimax = ObjectiveDefinition(
    Signature(
      "minimax", synonyms: ["vanilla", "gan"],
      summary: "the game as first written: the generator minimises log(1 - D(G(z)))",
      discussion: """
        D maximises E log D(x) + E log(1 - D(G(z))), G minimises the second term (Goodfellow et al. \
        2014, equation 1). Where the discriminator is sure, the generator's gradient vanishes. The \
        discriminator's loss is half of the sum, so that a penalty weighs twice what it does beside a sum.
        """, options: ["smooth"]),
    isOfProbabilities: true, discriminator: halvedCrossEntropy,
    generator: .ofFakes { -$0.softplus().mean() })

  /// Goodfellow et al. 2014, arXiv:1406.2661, section 3.
  static let nonSaturating = ObjectiveDefinition(
    Signature(
      "nonsaturating", synonyms: ["ns", "bce", "logistic"],
      summary: "the usual game: the generator maximises log D(G(z))",
      discussion: """
        The discriminator's loss is the minimax one; the generator's keeps its gradient where the \
        discriminator is sure (Goodfellow et al. 2014, section 3). Both are on logits. The \
        discriminator's loss is half of the sum, so that a penalty weighs twice what it does beside a sum.
        """, options: ["smooth"]),
    isOfProbabilities: true, discriminator: halvedCrossEntropy,
    generator: .ofFakes { (-$0).softplus().mean() })

  /// ½·E[softplus(-D(x)) + smoothing·D(x)] + ½·E[softplus(D(G(z)))]. The smoothing stands alone so that
  /// a confident discriminator's small gradients are not lost by cancellation.
  @Sendable private static func halvedCrossEntropy(_ scores: DiscriminatorInputs) -> Tensor {
    let real = scores.real
    let realLoss = ((-real).softplus() + real * scores.smoothing).mean()
    return (realLoss + scores.fake.softplus().mean()) * 0.5
  }
}
