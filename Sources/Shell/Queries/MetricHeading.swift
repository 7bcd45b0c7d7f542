import Language

/// The short names under which listings and the line of progress show metrics.
enum MetricHeading {
  /// In the order in which they are shown.
  static let all: [(metric: String, heading: String)] = [
    ("generator_loss", "G"), ("discriminator_loss", "D"), ("d_real", "D(x)"),
    ("d_fake", "D(G(z))"), ("modes", "modes"),
  ]

  /// The metric that a heading stands for; nil where it is no heading, or the metric's own name.
  static func metric(under heading: String) -> String? {
    all.first { $0.heading == heading && $0.metric != heading }?.metric
  }

  /// What was meant by a name that no metric has.
  static func suggestion(for name: String, in metrics: [String], kind: String = "known") -> [String]
  {
    if let meant = metric(under: name), metrics.contains(meant) {
      return ["did you mean `\(meant)`?"]
    }
    return Language.suggestion(for: name, in: metrics, kind: kind)
  }
}
