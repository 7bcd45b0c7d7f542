import Specification
import TensorGraph

extension RemedyDefinition {
  /// Wu et al. 2021, arXiv:2109.02235, equation 10.
  static let gradientNormalisation = RemedyDefinition(
    signature: Signature(
      "gradient-normalisation",
      synonyms: ["gn", "gngan", "gradientnormalization", "gradnorm"],
      summary: "scores divided by their gradient's size plus this times their own",
      discussion: """
        The discriminator's score f becomes f / (‖∇f‖ + c·|f|) at each example, with c = 1 bounded between -1 and 1 \
        and 1-Lipschitz (Wu et al. 2021, equation 10). It takes gradients example by example: batch normalisation in \
        the discriminator spoils it. It costs about what a gradient penalty does on every pass.
        """, argument: .init("a factor", in: 0...1e3, standard: 1), isOfEachExample: true,
      isOfDiscriminator: true),
    effect: .normalisedScores { score, examples, factor in
      let gradient = score.graph.gradients(of: score.sum(), withRespectTo: [examples])[0]
      let size = gradient.squared().sum(Array(1..<gradient.shape.rank)).gradientNorm
      return score / (size + score.absolute() * factor)
    })
}
