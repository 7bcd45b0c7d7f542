/// Whether a metric is good when it is low or when it is high.
package enum MetricDirection: String, Sendable, Hashable, CaseIterable {
  case lowest, highest

  /// The direction that the field gives a metric of this name; nil where it gives none. The losses of
  /// adversaries have none (a low one may only mean that the other network is weak), D(x) is neither good
  /// high nor low, and nothing is read off parts of names.
  package init?(ofMetric name: String) {
    if Self.low.contains(name) {
      self = .lowest
    } else if Self.high.contains(name) {
      self = .highest
    } else {
      return nil
    }
  }

  /// Distances and errors of samples.
  private static let low: Set<String> = [
    "fid", "ifid", "kid", "swd", "mmd", "ppl", "lpips", "ndb", "jsd", "kl", "reverse_kl", "mse",
    "mae", "rmse",
  ]
  /// Scores of samples.
  private static let high: Set<String> = [
    "inception_score", "precision", "recall", "density", "coverage", "modes", "high_quality",
    "psnr", "ssim",
  ]
}
