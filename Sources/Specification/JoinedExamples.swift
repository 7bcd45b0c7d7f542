import Language

/// Data sets whose examples make one, each as often as it weighs.
package struct JoinedExamples: Sendable, Hashable {
  /// Of examples of one shape; two or more.
  package let sets: [DatasetSpecification]
  /// How often an example of each comes, beside one of another that weighs 1.
  package let weights: [Double]

  package init(_ sets: [DatasetSpecification], weights: [Double]? = nil) {
    (self.sets, self.weights) = (sets, weights ?? sets.map { _ in 1 })
  }

  /// The word that stands for a source in a statement that joins.
  package static let keyword = "join"

  /// What it takes, for completion.
  package static let optionKeys = ["weights"]

  package static let counts = 2...16

  /// How often each example of a set occurs: the smallest whole numbers in the ratio of the weights.
  package var times: [Int] { Self.times(weights) ?? sets.map { _ in 1 } }

  /// The largest whole number that stands for a weight.
  private static let most = 1000

  private static func times(_ weights: [Double]) -> [Int]? {
    guard let least = weights.min(), least > 0 else { return nil }
    for scale in 1...most {
      let scaled = weights.map { $0 / least * Double(scale) }
      guard scaled.allSatisfy({ $0 <= Double(most) }) else { return nil }
      if scaled.allSatisfy({ abs($0 - $0.rounded()) < 1e-6 }) {
        return scaled.map { Int($0.rounded()) }
      }
    }
    return nil
  }

  /// What a statement says after `data NAME join A B`.
  ///
  /// - Parameter sets: what stands there.
  init(
    parsing statement: Statement, of sets: [DatasetSpecification]
  ) throws(Diagnostic) {
    var options = try OptionReader(statement.options, of: "`\(Self.keyword)`")
    guard let term = options.take("weights") else {
      try options.finish()
      self.init(sets)
      return
    }
    try options.finish()
    var weights: [Double] = []
    for element in term.elements {
      weights.append(try element.number(in: 1e-3...1e3, for: "weights"))
    }
    guard weights.count == sets.count else {
      throw Diagnostic(
        "there are \(sets.count) data sets and \(weights.count) \(weights.count == 1 ? "weight" : "weights")",
        at: term.span, help: ["give one for each, with commas between: `weights=1,0.5`"])
    }
    guard Self.times(weights) != nil else {
      throw Diagnostic(
        "weights are in the ratio of whole numbers up to \(Self.most)", at: term.span,
        help: ["each example occurs a whole number of times in an epoch"])
    }
    self.init(sets, weights: weights)
  }
}

extension JoinedExamples: CustomStringConvertible {
  /// What stands after the names of the sets.
  package var description: String {
    weights.allSatisfy { $0 == 1 } ? "" : "weights=" + weights.map(printed).joined(separator: ",")
  }
}

extension DatasetSpecification {
  /// What it is made of; none: its examples are read.
  package var bases: [DatasetSpecification] {
    switch source {
    case .read: []
    case .examples(let base, _): [base]
    case .joined(let joined): joined.sets
    }
  }

  /// How many data sets lie above one another, itself with them.
  var depth: Int { 1 + (bases.map(\.depth).max() ?? 0) }
}
