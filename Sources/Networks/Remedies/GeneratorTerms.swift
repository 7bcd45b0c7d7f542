import Specification
import TensorGraph

/// Summands of the generator's loss.
extension RemedyDefinition {
  /// Mao et al. 2019, arXiv:1903.05628, equation 2, inverted as their program minimises it.
  static let modeSeeking = RemedyDefinition(
    signature: Signature(
      "mode-seeking", synonyms: ["msgan", "diversityterm", "modeseekingweight"],
      summary: "weight of a term that drives samples of different latents apart",
      discussion: """
        The generator's loss gets 1 / (mean |G(z) - G(z')| / mean |z - z'| + 1e-5) of two batches of latents with the \
        same labels (Mao et al. 2019; weight 1 there). It costs a second pass of the generator.
        """, argument: .init("a weight", in: 0...1e6, standard: 1), isOfDiscriminator: true),
    effect: .generatorTerm { made in
      let other = made.others()
      let apart = (made.fakes - other.fakes).absolute().mean()
      let ofLatents = (made.latents - other.latents).absolute().mean()
      return 1 / (apart / ofLatents + 1e-5)
    })

  /// Salimans et al. 2016, arXiv:1606.03498, section 3.1.
  static let featureMatching = RemedyDefinition(
    signature: Signature(
      "feature-matching", synonyms: ["fm", "featurematchingloss"],
      summary: "weight of the distance between mean features of real examples and of fakes",
      discussion: """
        The generator's loss gets ‖E f(x) - E f(G(z))‖², where f is what the discriminator's last layer is given \
        (Salimans et al. 2016, section 3.1). There it stands in place of the loss; here it is added to it.
        """, argument: .init("a weight", in: 0...1e6, standard: 1), isOfDiscriminator: true),
    effect: .generatorTerm { made in
      made.features.map { ($0.real.mean([0]) - $0.fake.mean([0])).squared().sum() }.added
    }, readsRealExamples: true)

  /// Srivastava et al. 2017, arXiv:1705.07761, equation 3 with the squared distance of section 3.
  static let latentReconstruction = RemedyDefinition(
    signature: Signature(
      "latent-reconstruction", synonyms: ["reconstruction", "veegan", "latentregression"],
      summary: "weight of the distance between a latent and what is read back of its sample",
      discussion: """
        Generator and reconstructor (or encoder) get ½·E ‖z - F(G(z))‖² (VEEGAN, Srivastava et al. 2017): latents \
        that end in one mode cannot all be read back. It is about models with a `reconstructor(image) { … }` or an \
        `encoder(image) { … }`.
        """, argument: .init("a weight", in: 0...1e6, standard: 1), isOfDiscriminator: true),
    effect: .generatorTerm { made in
      guard let code = made.code else { return made.fakes.graph.constant(0) }
      return (made.latents - code).squared().sum() * (0.5 / Double(code.shape[0]))
    }, isOfCodes: true)
}
