import Datasets
import MetricDescriptions
import Networks
import Training

extension Manual {
  /// In the order in which a run takes them.
  package static let metrics = Section(
    name: "metrics", singular: "metric",
    summary: "what a run measures of itself, for `best by`, `plot` and conditions",
    entries: RunHandle.metrics.map(entry(of:)))

  /// What is known of a metric, from its description.
  static func entry(of metric: MetricDescription) -> Entry {
    let direction =
      switch metric.direction {
      case .lowest: "The lowest is best."
      case .highest: "The highest is best."
      case nil: "Neither end of it is best."
      }
    let unit = metric.unit.isEmpty ? nil : "In \(metric.unit)."
    let label =
      metric.isListed && metric.label != metric.name
      ? "Listings and the line of progress show it under the heading `\(metric.label)`." : nil
    let parts = metric.meaning.split(separator: "; ", maxSplits: 1).map(String.init)
    let rest = parts.count > 1 ? parts[1].capitalised + "." : nil
    let isOfHinge = [AdversarialMetrics.rawRealScore, AdversarialMetrics.rawFakeScore].contains(
      metric)
    let option = isOfHinge ? " objective=hinge" : ""
    return Entry(
      metric.name, nil, parts.first ?? "",
      [rest, direction, unit, label].compactMap { $0 }.joined(separator: " "),
      // A ring whose modes are wide has everything that is measured.
      example: Example(
        "On a ring whose modes are wide.",
        """
        data wide ring sigma=1
        run mine on wide steps=20\(option) as look
        \(metric.direction == nil ? "plot look \(metric.name)" : "best by \(metric.name)")
        """, given: .declarations))
  }

  /// The sections, with metrics of a notebook that runs of this program do not tell.
  static func sections(with others: [MetricDescription]) -> [Section] {
    let strange = others.filter { metric in
      !metric.meaning.isEmpty && entry(metric.name, in: metrics) == nil
    }
    guard !strange.isEmpty else { return sections }
    return sections.map { section in
      guard section.name == metrics.name else { return section }
      return Section(
        name: section.name, singular: section.singular, summary: section.summary,
        entries: section.entries + strange.map(entry(of:)))
    }
  }
}

/// The metrics that examples and help speak of, by the names under which they are told.
enum ExampleMetric {
  static let loss = AdversarialMetrics.generatorLoss.name
  static let otherLoss = AdversarialMetrics.discriminatorLoss.name
  static let score = AdversarialMetrics.realScore.name
  static let otherScore = AdversarialMetrics.fakeScore.name
  static let count = MixtureScore.capturedModes.name
}
