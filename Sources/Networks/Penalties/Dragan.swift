import Randomness
import Specification
import TensorGraph

extension PenaltyDefinition {
  /// Kodali et al. 2017, arXiv:1705.07215, section 2.3, with the noise of the authors' program: half of
  /// the batch's deviation, uniform.
  static let dragan = PenaltyDefinition(
    Signature(
      "dragan", summary: "(‖∇D‖ - 1)² around the real examples",
      discussion: """
        Taken at a random point of the line between a real example and the same with noise, uniform up to \
        half of the deviation of the batch's values (Kodali et al. 2017). It does without the fakes.
        """,
      argument: .init("a weight", in: PenaltySpecification.weights, standard: 10),
      isOfEachExample: true)
  ) { inputs in
    let real = inputs.real
    let deviation = (real - real.mean()).squared().mean().sqrt()
    let noise = real.graph.random(
      .uniform, RandomStream(Stream.perturbation, for: "noise of the penalty dragan"), real.shape)
    let moved = real + noise * (deviation * 0.5)
    let between = inputs.between(moved, real, application: 3)
    return (inputs.squaredGradients(at: between).gradientNorm - 1).squared().mean()
  }
}
