import Randomness
import Specification
import TensorGraph

extension GradientPenalty {
  /// The scalar input that holds the weight.
  static let weightInput = "objective.penalty"

  /// The penalty before it is weighed: E[(‖∇D(x̂)‖₂ - 1)²], with x̂ uniform on the lines between
  /// real examples and fakes, one share for each pair.
  ///
  /// - Parameters:
  ///   - real, fake: `[N, …]`.
  ///   - logits: the discriminator, `[N, …]` to `[N]`.
  /// - Source: Gulrajani et al. 2017, arXiv:1704.00028, algorithm 1.
  func value(real: Tensor, fake: Tensor, logits: (Tensor) -> Tensor) -> Tensor {
    switch kind {
    case .interpolated:
      let graph = real.graph
      let perExample = [real.shape[0]] + [Int](repeating: 1, count: real.shape.rank - 1)
      let share = graph.random(
        .uniform, RandomStream(Stream.interpolation, for: "shares of real and fake in the penalty"),
        Shape([real.shape[0]]))
      let between = fake + (real - fake) * share.reshape(perExample)
      let gradient = graph.gradients(of: logits(between).sum(), withRespectTo: [between])[0]
      // The tiny number keeps the root's own derivative finite where the gradient vanishes.
      let squares = gradient.squared().sum(Array(1..<gradient.shape.rank)) + 1e-12
      return (squares.sqrt() - 1).squared().mean()
    }
  }
}
