import Specification
import TensorGraph

extension ObjectiveDefinition {
  /// Lim and Ye 2017, arXiv:1705.02894; Miyato et al. 2018, arXiv:1802.05957, equations 16 and 17.
  static let hinge = ObjectiveDefinition(
    Signature(
      "hinge",
      summary: "D gains from scores of real examples up to 1 and of fakes down to -1",
      discussion: """
        D minimises E max(0, 1 - D(x)) + E max(0, 1 + D(G(z))), G minimises -E D(G(z)) (Lim and Ye 2017; \
        Miyato et al. 2018, equations 16 and 17). Usual with spectral normalisation.
        """), boundary: (score: 0, reach: 1),
    discriminator: { (1 - $0.real).maximum(0.0).mean() + ($0.fake + 1).maximum(0.0).mean() },
    generator: .ofFakes { -$0.mean() })
}
