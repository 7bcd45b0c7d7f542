/// Networks that cannot be built.
package enum NetworksError: Error, Hashable, CustomStringConvertible {
  /// The layers do not fit together, the examples or each other; in Specification's words.
  case architecture(String)
  case recipe(batch: Int, discriminatorSteps: Int)

  package var description: String {
    switch self {
    case .architecture(let message): message
    case .recipe(let batch, let steps):
      "a recipe needs a batch of at least 1 and at least 1 discriminator step, not \(batch) and \(steps)"
    }
  }
}
