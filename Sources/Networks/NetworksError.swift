/// Networks that cannot be built.
package enum NetworksError: Error, Hashable, CustomStringConvertible {
  /// The layers do not fit together, the examples or each other; in Specification's words.
  case architecture(String)
  case recipe(batch: Int, discriminatorSteps: Int)
  /// A keyword that this release does not build: `objective`, `hinge`.
  case unknown(_ kind: String, _ keyword: String)
  /// Two random ops of a program have one stream.
  case sharedStream(program: String, String, String)
  /// The phases of a plan contradict each other; what is wrong.
  case plan(String)

  package var description: String {
    switch self {
    case .architecture(let message): message
    case .recipe(let batch, let steps):
      "a recipe needs a batch of at least 1 and at least 1 discriminator step, not \(batch) and \(steps)"
    case .unknown(let kind, let keyword):
      "there is no \(kind) `\(keyword)` in this release"
    case .sharedStream(let program, let one, let other):
      "in the program `\(program)` the random numbers of \(one) would be those of \(other); "
        + "this is a fault of gansh, and nothing was computed with them"
    case .plan(let fact): "\(fact); this is a fault of gansh, and nothing was computed"
    }
  }
}
