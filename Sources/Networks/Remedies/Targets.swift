import Specification
import TensorGraph

extension RemedyDefinition {
  /// Goodfellow 2016, arXiv:1701.00160, section 4.2, which warns of it.
  static let smoothFakes = RemedyDefinition(
    signature: Signature(
      "smooth-fakes", synonyms: ["fakelabel", "twosidedsmoothing", "smoothfake"],
      summary: "the discriminator's target on fakes, 0 without it",
      discussion: """
        With `smooth=0.9 smooth-fakes=0.1` smoothing is two-sided. One-sided smoothing is safer: a target above 0 on \
        fakes rewards the generator for staying where it is (Goodfellow 2016, section 4.2).
        """, argument: .init("a target", in: 0...0.5, standard: 0.1), options: ["smooth"],
      isOfDiscriminator: true),
    effect: .fakeTarget)

  /// Chintala et al. 2016, "How to Train a GAN", tip 6; Salimans et al. 2016 have no figure for it.
  static let flipLabels = RemedyDefinition(
    signature: Signature(
      "flip-labels", synonyms: ["labelflip", "labelflipping", "noisylabels"],
      summary: "share of examples whose targets are exchanged in the discriminator's loss",
      discussion: """
        So large a share of the pairs of a real example and a fake exchange their scores before the \
        discriminator's loss is taken, at random: it learns from wrong labels now and then and cannot be sure \
        (Chintala et al. 2016, "How to Train a GAN", tip 6). The scores that are measured are those before.
        """, argument: .init("a share", in: 0...0.5, standard: 0.05), isOfDiscriminator: true),
    effect: .scores { scores in
      let draw = scores.draws.numbers(.uniform, 0, scores.real.shape)
      let isExchanged = 1 - draw.greater(than: scores.strength.broadcast(to: draw.shape))
      let moved = (scores.fake - scores.real) * isExchanged
      return (scores.real + moved, scores.fake - moved)
    })
}
