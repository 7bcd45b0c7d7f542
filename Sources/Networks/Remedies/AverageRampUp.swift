import Foundation
import Specification

extension RemedyDefinition {
  /// Karras et al. 2020, arXiv:2006.06676, appendix E: the half-life is at most a share of the images seen.
  static let averageRampUp = RemedyDefinition(
    signature: Signature(
      "ema-ramp-up", synonyms: ["emarampup", "emarampupratio"],
      summary: "half-life of the averaged generator while young, as a share of the examples seen",
      discussion: """
        With it the average of `ema=` forgets its beginning: its half-life is never longer than this share of the \
        examples seen so far (StyleGAN2-ADA; 0.05 there).
        """, argument: .init("a share", in: .leastNonzeroMagnitude...1, standard: 0.05)),
    effect: .averageDecay { average in
      let seen = Double(average.updates) * Double(average.batch)
      guard seen > 0 else { return 0 }
      return min(average.decay, pow(0.5, Double(average.batch) / (average.strength * seen)))
    })
}
