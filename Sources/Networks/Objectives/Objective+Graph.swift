package import Specification
package import TensorGraph

extension Objective {
  /// The discriminator's loss, (real + fake) / 2, by cross-entropy on logits:
  /// ½·E[softplus(-D(x)) + smoothing·D(x)] + ½·E[softplus(D(G(z)))].
  ///
  /// - Parameters:
  ///   - real: `[N]`, logits of real examples.
  ///   - fake: `[N]`, logits of generated ones.
  ///   - smoothing: scalar dial, 1 minus the target of real examples; written this way so that a
  ///     confident discriminator's small gradients are not lost by cancellation.
  /// - Source: Goodfellow et al. 2014, arXiv:1406.2661, equation 1.
  package func discriminatorLoss(real: Tensor, fake: Tensor, smoothing: Tensor) -> Tensor {
    switch self {
    case .minimax, .nonSaturating:
      let realLoss = ((-real).softplus() + real * smoothing).mean()
      return (realLoss + fake.softplus().mean()) * 0.5
    }
  }

  /// The generator's loss: E[log(1 - D)] or -E[log D], of the probability D that a logit stands for.
  ///
  /// - Parameters:
  ///   - fake: `[N]`, logits of generated examples.
  /// - Source: Goodfellow et al. 2014, arXiv:1406.2661, section 3.
  package func generatorLoss(fake: Tensor) -> Tensor {
    switch self {
    case .minimax: -fake.softplus().mean()
    case .nonSaturating: (-fake).softplus().mean()
    }
  }
}
