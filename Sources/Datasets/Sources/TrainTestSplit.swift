import Specification

/// A part of a data set that was published in two.
package enum TrainTestSplit: String, Sendable, Hashable, CaseIterable {
  case train, test, all
}

extension SourceSignature.Argument {
  /// The part that is read.
  static let trainTestSplit = SourceSignature.Argument(
    "split", .choice(TrainTestSplit.allCases.map(\.rawValue)), "which part", standard: "train")
}
