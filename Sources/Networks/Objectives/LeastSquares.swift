import Specification
import TensorGraph

extension ObjectiveDefinition {
  /// Mao et al. 2017, arXiv:1611.04076, equation 9 (targets 0 and 1).
  static let leastSquares = ObjectiveDefinition(
    Signature(
      "lsgan", synonyms: ["ls", "mse", "leastsquares"],
      summary: "squared distances of the scores from 1 for real examples and 0 for fakes",
      discussion: """
        D minimises ½·E (D(x) - 1)² + ½·E D(G(z))², G minimises ½·E (D(G(z)) - 1)² (Mao et al. 2017, \
        equation 9). With `smooth=` the target of real examples is lower, for D alone.
        """, options: ["smooth"]), boundary: (score: 0.5, reach: 0.5),
    discriminator: { scores in
      let real = (scores.real - 1 + scores.smoothing).squared().mean()
      let fake = scores.fakeTarget.map { scores.fake - $0 } ?? scores.fake
      return (real + fake.squared().mean()) * 0.5
    },
    generator: .ofFakes { ($0 - 1).squared().mean() * 0.5 })
}
