import Specification
import TensorGraph

extension ObjectiveDefinition {
  /// Jolicoeur-Martineau 2018, arXiv:1807.00734, section 4.1; Huang et al. 2024, arXiv:2501.05441.
  static let relativistic = ObjectiveDefinition(
    Signature(
      "relativistic", synonyms: ["rpgan", "rsgan", "rp", "pairing"],
      wholes: ["r3gan": "objective=relativistic penalty=r1:1+r2:1"],
      summary: "each fake is scored against a real example: E log σ(D(x) - D(G(z)))",
      discussion: """
        D minimises E softplus(-(D(x) - D(G(z)))), G minimises E softplus(-(D(G(z)) - D(x))), over pairs \
        (Jolicoeur-Martineau 2018, section 4.1). With `penalty=r1:1+r2:1` it is the loss of R3GAN (Huang \
        et al. 2024).
        """),
    discriminator: { ($0.fake - $0.real).softplus().mean() },
    generator: .ofPairs { fake, real in (real - fake).softplus().mean() })

  /// Jolicoeur-Martineau 2018, arXiv:1807.00734, section 4.2, equations 13 and 14.
  static let relativisticAverage = ObjectiveDefinition(
    Signature(
      "ra", synonyms: ["ragan", "rasgan", "relativisticaverage"],
      summary: "each score is taken against the mean score of the other kind",
      discussion: """
        D minimises E softplus(-(D(x) - E D(G(z)))) + E softplus(D(G(z)) - E D(x)), G the same with real \
        and fake exchanged (Jolicoeur-Martineau 2018, section 4.2). Both are sums, not halves.
        """),
    discriminator: { average(first: $0.real, second: $0.fake) },
    generator: .ofPairs { fake, real in average(first: fake, second: real) })

  /// Jolicoeur-Martineau 2018, arXiv:1807.00734, appendix D, RaLSGAN.
  static let relativisticLeastSquares = ObjectiveDefinition(
    Signature(
      "ralsgan", synonyms: ["rals", "relativisticleastsquares"],
      summary: "each score's distance from the mean of the other kind is drawn to 1 or -1",
      discussion: """
        D minimises E (D(x) - E D(G(z)) - 1)² + E (D(G(z)) - E D(x) + 1)², G the same with real and fake \
        exchanged (Jolicoeur-Martineau 2018, RaLSGAN). Both are sums, not halves.
        """),
    discriminator: { apart(first: $0.real, second: $0.fake) },
    generator: .ofPairs { fake, real in apart(first: fake, second: real) })

  private static func apart(first: Tensor, second: Tensor) -> Tensor {
    (first - second.mean() - 1).squared().mean() + (second - first.mean() + 1).squared().mean()
  }

  private static func average(first: Tensor, second: Tensor) -> Tensor {
    (second.mean() - first).softplus().mean() + (second - first.mean()).softplus().mean()
  }
}
