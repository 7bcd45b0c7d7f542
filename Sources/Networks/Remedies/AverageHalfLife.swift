import Foundation
import Specification

extension RemedyDefinition {
  /// Karras et al. 2020, arXiv:1912.04958 (`G_smoothing_kimg`), and Karras et al. 2022, arXiv:2206.00364, table 7 ("EMA
  /// half-life"): decay = 0.5^(batch / half-life).
  static let averageHalfLife = RemedyDefinition(
    signature: Signature(
      RecipeSpecification.averageHalfLife, synonyms: ["emakimg", "emahalflife", "emanimg"],
      summary: "an averaged generator, by its half-life in examples, in place of `ema`",
      discussion: """
        After so many examples half of what the average held is forgotten: the decay of an update is \
        0.5^(batch / half-life), so that another batch does not change it. StyleGAN2 has 10k, EDM 500k (there in thousands: \
        `ema_kimg=10`). `ema=0.999` says the decay of an update itself, and one takes the other's place.
        """, argument: .init("a number of examples", in: 1...1e9, standard: 10_000)),
    effect: .averageDecay { average in
      min(average.decay, pow(0.5, Double(average.batch) / average.strength))
    })
}
