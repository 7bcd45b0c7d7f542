import Specification
import TensorGraph

extension RemedyDefinition {
  /// Sinha et al. 2020, arXiv:2002.06224, algorithm 1.
  static let topK = RemedyDefinition(
    signature: Signature(
      "top-k", synonyms: ["topkgan", "topktraining"],
      summary: "share of the batch that the generator learns from: the fakes that score highest",
      discussion: """
        The generator's gradient is the mean over the best-scored fakes alone (Sinha et al. 2020); the paper lets the \
        share fall from 1 to 0.5, a hundredth each epoch: `top-k=1->0.5 over 20k`. The loss that is measured is that \
        of the whole batch.
        """, argument: .init("a share", in: 0.01...1, standard: 0.5), isOfDiscriminator: true),
    effect: .generatorScores { scores, share in
      let count = scores.shape[0]
      let table = Shape([count, count])
      let better = scores.reshape([1, count]).broadcast(to: table)
        .greater(than: scores.reshape([count, 1]).broadcast(to: table)).sum([1])
      // At least the best; of equal scores all are taken.
      let taken = (share * Double(count)).maximum(1.0).broadcast(to: scores.shape)
        .greater(than: better).stopGradient()
      let weight = taken * (Double(count) / taken.sum()).broadcast(to: scores.shape)
      let fixed = scores.stopGradient()
      return fixed + (scores - fixed) * weight
    })
}
