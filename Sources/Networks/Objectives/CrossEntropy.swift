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
    generator: .ofFakes { -$0.softplus().mean() },
    generatorOfReal: { -(-$0).softplus().mean() })

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
    let (real, fake) = (scores.real, scores.fake)
    let realLoss = ((-real).softplus() + real * scores.smoothing).mean()
    let fakeLoss = scores.fakeTarget.map { fake.softplus() - fake * $0 } ?? fake.softplus()
    return (realLoss + fakeLoss.mean()) * 0.5
  }

  /// Sønderby et al. 2017, arXiv:1610.04490, equation 7; Srivastava et al. 2017, arXiv:1705.07761, algorithm 1.
  static let reverseKL = ObjectiveDefinition(
    Signature(
      "reverse-kl", synonyms: ["kl", "logit"],
      summary: "the generator maximises the logit itself, an estimate of the reverse divergence",
      discussion: """
        The discriminator's loss is the minimax one, and its logit an estimate of log p(x)/q(x); the generator \
        minimises -E D(G(z)), the Kullback-Leibler divergence of its distribution from that of the data \
        (Sønderby et al. 2017, equation 7; VEEGAN's). It seeks modes rather than covering them.
        """, options: ["smooth"]),
    isOfProbabilities: true, discriminator: halvedCrossEntropy, generator: .ofFakes { -$0.mean() })
}
