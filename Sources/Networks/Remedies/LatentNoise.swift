import Specification
import TensorGraph

extension RemedyDefinition {
  static let latentNoise = RemedyDefinition(
    signature: Signature(
      "latent-noise", synonyms: ["znoise", "noiselatent"],
      summary: "deviation of the noise on latent vectors while training",
      discussion: """
        Normal noise is added to every latent vector of the training, so that neighbours are made alike; samples \
        are made of vectors without it. With `prior=uniform` it blurs the cube's faces.
        """, argument: .init("a deviation", in: 0...10, standard: 0.1), isOfDiscriminator: true),
    effect: .latents { $0.examples + $0.noise * $0.strength })
}
