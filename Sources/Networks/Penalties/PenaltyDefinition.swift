import Randomness
package import Specification
import TensorGraph

/// How a cost that is added to the discriminator's loss is computed, and the keyword for it.
package struct PenaltyDefinition: Sendable {
  package let signature: Signature
  private let value: @Sendable (Inputs) -> Tensor

  /// What a penalty is computed from.
  struct Inputs {
    /// Real examples and fakes, `[N, …]`.
    let real, fake: Tensor
    /// Their scores in the loss, `[N]`.
    let realScores, fakeScores: Tensor
    /// The discriminator, `[N, …]` to `[N]`, with the labels of the fakes or of the real examples; its
    /// statistics are left as they are.
    let scores: (_ examples: Tensor, _ areFakes: Bool) -> Tensor

    /// ‖∇D‖² of each example, `[N]`, at these.
    func squaredGradients(at examples: Tensor, areFakes: Bool = false) -> Tensor {
      // A node of its own: what the discriminator does first may else be merged with what made them.
      let examples = examples.stopGradient()
      let gradient = examples.graph.gradients(
        of: scores(examples, areFakes).sum(), withRespectTo: [examples])[0]
      return gradient.squared().sum(Array(1..<gradient.shape.rank))
    }

    /// Examples between two batches: one share for each pair, uniform from 0 to 1.
    ///
    /// - Parameter application: of the stream of shares, another for each penalty.
    func between(_ first: Tensor, _ second: Tensor, application: UInt64) -> Tensor {
      let perExample = [first.shape[0]] + [Int](repeating: 1, count: first.shape.rank - 1)
      let share = first.graph.random(
        .uniform, Stream.shares(application: application), Shape([first.shape[0]]))
      return second + (first - second) * share.reshape(perExample)
    }
  }

  init(_ signature: Signature, _ value: @escaping @Sendable (Inputs) -> Tensor) {
    (self.signature, self.value) = (signature, value)
  }

  /// The penalty before it is weighed, a scalar.
  func value(_ inputs: Inputs) -> Tensor { value(inputs) }
}

extension PenaltySpecification {
  /// The scalar input that holds the weight, times the interval.
  var input: String { "penalty.\(keyword)" }
}

extension Tensor {
  /// ‖∇D‖₂ of its square. The tiny number keeps the root's own derivative finite where it vanishes.
  var gradientNorm: Tensor { (self + 1e-12).sqrt() }
}

extension Stream {
  /// Of points between two batches. The application stands in the free high word.
  static func shares(application: UInt64) -> RandomStream {
    RandomStream(
      interpolation | application << 32,
      for: "shares of the penalty, application \(application)")
  }
}
