import Specification
import TensorGraph

extension RemedyDefinition {
  /// Sønderby et al. 2017, arXiv:1610.04490, section 4; Arjovsky and Bottou 2017, arXiv:1701.04862, section 3.
  static let instanceNoise = RemedyDefinition(
    signature: Signature(
      "instance-noise", synonyms: ["instnoise", "inputnoise", "noisestd", "discriminatornoise"],
      summary: "deviation of the noise on everything that the discriminator is given",
      discussion: """
        Normal noise is added to real examples and fakes alike, so that their distributions overlap and the \
        discriminator cannot be sure (Sønderby et al. 2017). It is usual to let it fall to 0: `tune RUN \
        instance-noise=0.1->0`. Penalties look at the examples without it.
        """, argument: .init("a deviation", in: 0...10, standard: 0.1), isOfDiscriminator: true),
    effect: .examples { $0.examples + $0.noise * $0.strength })
}
