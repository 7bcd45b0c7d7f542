/// A tensor that belongs to a layer: what a checkpoint holds under its name.
package struct Parameter: Sendable, Hashable {
  /// `generator.block1.conv.weight`.
  package let name: String
  package let shape: [Int]
  package let role: Role

  package var count: Int { shape.reduce(1, *) }

  package enum Role: Sendable, Hashable {
    /// Of a contraction: `[outputs, inputs]`, or a convolution's four axes.
    case weight
    /// Added to what a contraction with that many terms gives.
    case bias(fanIn: Int)
    /// A normalisation's factor and what it adds.
    case scale, shift
    case runningMean, runningVariance

    /// Whether an optimiser updates it.
    package var isTrained: Bool {
      switch self {
      case .weight, .bias, .scale, .shift: true
      case .runningMean, .runningVariance: false
      }
    }
  }
}
