import Specification
import TensorGraph

extension RemedyDefinition {
  /// Pascanu et al. 2013, arXiv:1211.5063, algorithm 1, as PyTorch's `clip_grad_norm_` computes it.
  static let clipNorm = RemedyDefinition(
    signature: Signature(
      "clip-norm",
      synonyms: [
        "clipgradnorm", "gradclip", "maxgradnorm", "gradientclipping", "gradientnormclipping",
      ],
      summary: "longest gradient of a network: longer ones are shortened to it",
      discussion: """
        All gradients of a phase are multiplied by c / ‖∇‖ where their norm together is above c (Pascanu et \
        al. 2013). It keeps a single bad step from throwing the game off. The metrics of gradient norms are \
        from before.
        """, argument: .init("a norm", in: .leastNonzeroMagnitude...1e6, standard: 1)),
    effect: .gradients { gradients, limit in
      let squares = gradients.map { $0.squared().sum() }
      let norm = squares.added.sqrt()
      let share = (limit / (norm + 1e-6)).minimum(norm.graph.constant(1))
      return gradients.map { $0 * share }
    })

  /// As PyTorch's `clip_grad_value_` computes it.
  static let clipValue = RemedyDefinition(
    signature: Signature(
      "clip-value", synonyms: ["clipgradvalue"],
      summary: "largest number of a gradient: larger ones are cut to it",
      discussion: """
        Every number of every gradient is cut to [-c, c]. Unlike `clip-norm` it changes the direction.
        """, argument: .init("a number", in: .leastNonzeroMagnitude...1e6, standard: 0.1)),
    effect: .gradients { gradients, limit in gradients.map { $0.clipped(to: limit) } })

  /// Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1.
  static let clipWeights = RemedyDefinition(
    signature: Signature(
      "clip-weights", synonyms: ["weightclip", "weightclipping", "clipvalueweights"],
      summary: "largest weight of the discriminator: larger ones are cut to it after each update",
      discussion: """
        Every weight of the discriminators is cut to [-c, c] (Arjovsky et al. 2017: c = 0.01, with \
        `objective=wasserstein`, rmsprop and lr=5e-5). A penalty of gradients does the same with less harm.
        """, argument: .init("a number", in: .leastNonzeroMagnitude...1e6, standard: 0.01),
      isOfDiscriminator: true),
    effect: .discriminatorWeights { weight, limit in weight.clipped(to: limit) })
}

extension Tensor {
  fileprivate func clipped(to limit: Tensor) -> Tensor {
    maximum(limit * -1).minimum(limit)
  }
}
