import Language
import MetricDescriptions

/// The labels under which listings and the line of progress show metrics.
extension [MetricDescription] {
  /// Those that are shown unasked.
  var listed: [MetricDescription] { filter(\.isListed) }

  /// The metric that a label stands for; nil where it is no label, or the metric's own name.
  func name(under label: String) -> String? {
    first { $0.label == label && $0.name != label }?.name
  }

  /// What was meant by a name that none of them has.
  ///
  /// - Parameter others: names of other things that could be meant.
  func suggestion(
    for name: String, besides others: [String] = [], kind: String = "known"
  ) -> [String] {
    if let meant = self.name(under: name) { return ["did you mean `\(meant)`?"] }
    return Language.suggestion(for: name, in: others + map(\.name), kind: kind)
  }
}
