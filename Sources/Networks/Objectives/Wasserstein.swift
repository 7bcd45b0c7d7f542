import Specification
import TensorGraph

extension ObjectiveDefinition {
  /// Arjovsky et al. 2017, arXiv:1701.07875, equation 2.
  static let wasserstein = ObjectiveDefinition(
    Signature(
      "wasserstein", synonyms: ["w", "earthmover"],
      wholes: [
        "wgan": "objective=wasserstein clip-weights=0.01",
        "wgangp": "objective=wasserstein penalty=gp:10",
      ],
      summary: "the difference of the mean scores, which a penalty has to bound",
      discussion: """
        D minimises E D(G(z)) - E D(x), G minimises -E D(G(z)) (Arjovsky et al. 2017, equation 2). The \
        score has to be kept Lipschitz: `penalty=gp:10`, with several updates of D for each of G, \
        `critic=5` (Gulrajani et al. 2017).
        """),
    discriminator: { $0.fake.mean() - $0.real.mean() },
    generator: .ofFakes { -$0.mean() }, generatorOfReal: { $0.mean() })
}
