/// A tensor that belongs to a layer: what a checkpoint holds under its name.
package struct Parameter: Sendable, Hashable {
  /// `generator.block1.conv.weight`.
  package let name: String
  package let shape: [Int]
  package let role: Role
  /// Whether its random numbers are its number's among these, in order of creation, as they were of every
  /// parameter before layers had names; those of others are its name's.
  let isNumbered: Bool
  /// What an optimiser's steps are multiplied by.
  package var rate = 1.0

  package var count: Int { shape.reduce(1, *) }

  package init(name: String, shape: [Int], role: Role, isNumbered: Bool = false) {
    (self.name, self.shape, self.role, self.isNumbered) = (name, shape, role, isNumbered)
  }

  package enum Role: Sendable, Hashable {
    /// Of a contraction: `[outputs, inputs]`, or a convolution's four axes. It begins by the network's scheme.
    case weight
    /// The same, begun as N(0, 1): its scale is a constant of the graph.
    case unitWeight
    /// Added to what a contraction with that many terms gives.
    case bias(fanIn: Int)
    /// A normalisation's factor and what it adds.
    case scale, shift
    /// A trained number that begins at a value.
    case constant(Double)
    /// The length of each output's part of a weight, whose axis of the outputs this is.
    case magnitude(of: String, outputs: Int)
    case runningMean, runningVariance
    /// A vector of a power iteration, begun as a random direction.
    case direction

    /// Whether an optimiser updates it.
    package var isTrained: Bool {
      switch self {
      case .weight, .unitWeight, .bias, .scale, .shift, .constant, .magnitude: true
      case .runningMean, .runningVariance, .direction: false
      }
    }
  }
}
