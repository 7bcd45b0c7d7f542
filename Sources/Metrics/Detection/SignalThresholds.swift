/// From which values on signals speak of a failure, of runs of one kind.
package struct SignalThresholds: Sendable, Hashable {
  package let rules: [SignalRule]
  /// Updates of the generator before which samples are few and alike in every run.
  package let grace: Int

  package init(rules: [SignalRule], grace: Int) { (self.rules, self.grace) = (rules, grace) }
}

extension SignalThresholds {
  /// Of points in the plane.
  package static let points = SignalThresholds(rules: [], grace: 0)
  /// Of images.
  package static let images = SignalThresholds(rules: [], grace: 0)
}

extension CollapseDetector {
  /// How often evidence of so many families was right.
  static func confidence(families: Int) -> Double { families > 2 ? 0.95 : 0.8 }

}
