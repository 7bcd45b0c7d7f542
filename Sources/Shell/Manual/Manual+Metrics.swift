import Datasets
import MetricDescriptions
import Metrics
import Networks
import Training

extension Manual {
  /// In the order in which a run takes them.
  package static let metrics = Section(
    name: "metrics", singular: "metric",
    summary: "what a run measures of itself, for `best by`, `plot` and conditions",
    entries: (RunHandle.metrics + repairs).map(entry(of:)))

  /// What `repair` measures, each under a name with its conditions behind it.
  private static let repairs = RepairScore.ofRepairs + [RepairScore.identity]

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
    return Entry(
      metric.name, nil, parts.first ?? "",
      [rest, direction, unit, label].compactMap { $0 }.joined(separator: " "),
      example: example(of: metric))
  }

  private static func example(of metric: MetricDescription) -> Example {
    let use = metric.direction == nil ? "plot look \(metric.name)" : "best by \(metric.name)"
    func faces(_ networks: String, _ options: String = "") -> Example {
      Example(
        "On small portraits.",
        """
        data people portraits count=64 size=8 channels=1
        arch mine custom image=8x8x1 latent=2 \(networks)
        run mine on people batch=16 steps=20\(options) as look
        \(use)
        """)
    }
    if repairs.contains(metric) {
      return Example(
        "What it was of all repairs.",
        """
        data faces portraits count=64 size=16
        arch fill like gated image=16x16x3 width=2
        run fill on faces damage=hole:boxes steps=3 batch=8 as look
        repair faces with look count=4
        sql select measure, value, error from evaluations where measure like '\(metric.name)%'
        """)
    }
    // A run of a few steps measures no signals.
    let isOfSignals = SignalHistory.metrics.contains(metric.name)
    if isOfSignals || Probes.metrics.contains(metric) && !MixtureProbe.metrics.contains(metric) {
      return Example("What it is.", "help \(metric.name)")
    }
    if metric == ClassifierMetrics.error {
      return faces("numbers=Yaw { classifier { flatten; dense 1 } }")
    }
    if ClassifierMetrics.all.contains(metric) {
      return faces("labels=Smiling { classifier { flatten; dense 1 } }")
    }
    if AutoencoderMetrics.all.contains(metric) {
      return faces(
        "{ encoder { flatten as all; dense 2; output mean; from all; dense 2; output logvariance }\n"
          + "  decoder { dense 8x8x1; tanh } }")
    }
    if RepairMetrics.all.contains(metric) {
      return faces(
        "{ restorer { conv 1 kernel=3 stride=1 }; discriminator { flatten; dense 1 } }",
        " damage=noise:25")
    }
    if metric == AdversarialMetrics.labelLoss {
      return faces(
        "labels=Smiling { generator(z, label) { concat label; dense 8x8x1; tanh }\n"
          + "  discriminator { flatten as all; dense 1; output class; from all; dense 1 } }")
    }
    if AdversarialMetrics.ofAugmentation.contains(metric) {
      return faces(
        "{ generator { dense 8x8x1; tanh }; discriminator { flatten; dense 1 } }", " ada-target=0.6"
      )
    }
    if metric == RunEvaluator.share {
      return Example(
        "Of a run that measures its samples.",
        """
        data wide ring sigma=1
        run mine on wide steps=20 evaluate=kid as look
        \(use)
        """, given: .declarations)
    }
    let isOfHinge = [AdversarialMetrics.rawRealScore, AdversarialMetrics.rawFakeScore]
      .contains(metric)
    // A ring whose modes are wide has everything that is measured.
    return Example(
      "On a ring whose modes are wide.",
      """
      data wide ring sigma=1
      run mine on wide steps=20\(isOfHinge ? " objective=hinge" : "") as look
      \(use)
      """, given: .declarations)
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
        discussion: section.discussion, entries: section.entries + strange.map(entry(of:)))
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
