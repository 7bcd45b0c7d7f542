/// Whether a metric is good when it is low or when it is high.
package enum MetricDirection: String, Sendable, Hashable, CaseIterable {
  case lowest, highest

  /// The direction that the field gives a metric of this name; nil where it gives none (D(x) is
  /// neither good high nor low).
  package init?(ofMetric name: String) {
    let words = name.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    if words.contains(where: Self.low.contains) {
      self = .lowest
    } else if words.contains(where: Self.high.contains) {
      self = .highest
    } else {
      return nil
    }
  }

  /// Words in the names of distances, costs and errors.
  private static let low: Set<String> = [
    "fid", "ifid", "kid", "swd", "mmd", "ppl", "lpips", "ndb", "jsd", "kl", "mse", "mae", "rmse",
    "loss", "error", "distance", "divergence", "penalty", "duplicates", "seconds",
  ]
  /// Words in the names of scores.
  private static let high: Set<String> = [
    "is", "inception", "precision", "recall", "density", "coverage", "modes", "accuracy", "auc",
    "f1", "psnr", "ssim", "score", "quality", "rate",
  ]
}
