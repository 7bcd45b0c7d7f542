/// Whether what is said with a confidence is right as often.
///
/// - Source: Guo et al. 2017, arXiv:1706.04599, section 2: expected calibration error over fifteen bins of equal width.
package struct Calibration: Sendable, Hashable {
  private static let bins = 15
  private var counts = [Int](repeating: 0, count: bins)
  private var right = [Int](repeating: 0, count: bins)
  private var confidences = [Double](repeating: 0, count: bins)

  package init() {}

  /// - Parameter confidence: how likely it was said to be, from 0 to 1.
  package mutating func note(_ confidence: Double, isRight: Bool) {
    guard confidence.isFinite else { return }
    // A bin ends with its upper bound.
    let bin = min(Self.bins - 1, max(0, Int((confidence * Double(Self.bins)).rounded(.up)) - 1))
    counts[bin] += 1
    right[bin] += isRight ? 1 : 0
    confidences[bin] += confidence
  }

  /// How far confidences are from the share that was right, a mean over what was said; nil where nothing was.
  package var error: Double? {
    let all = counts.reduce(0, +)
    guard all > 0 else { return nil }
    return counts.indices.reduce(0) { $0 + abs(confidences[$1] - Double(right[$1])) } / Double(all)
  }
}
