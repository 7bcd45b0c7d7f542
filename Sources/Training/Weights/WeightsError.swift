/// Why a network's weights cannot be had.
package enum WeightsError: Error, Hashable, CustomStringConvertible {
  /// There is no file; where it was looked for, and what else helps.
  case missing(String)
  /// The file is not what it should be: its name, and the fact.
  case unreadable(file: String, String)
  /// Nothing of the file is a weight of the model: its name, and what comes nearest.
  case unfitting(file: String, String)

  package var description: String {
    switch self {
    case .missing(let text): text
    case .unreadable(let file, let fact): "\(file) cannot be read as weights: \(fact)"
    case .unfitting(let file, let fact):
      "\(file) fits no network of the model: \(fact)"
    }
  }
}
