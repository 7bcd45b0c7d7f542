import MetricDescriptions
import Training

extension Manual {
  /// In the order in which they are told.
  package static let measures = Section(
    name: "measures", singular: "measure",
    summary: "what samples are measured by, beside examples: `evaluate RUN metrics=…`",
    entries: Measure.allCases.map(entry(of:)))

  private static func entry(of measure: Measure) -> Entry {
    let told = measure.metrics[0]
    let parts = told.meaning.split(separator: "; ", maxSplits: 1).map(String.init)
    let direction =
      told.direction.map { "The \($0.rawValue) is best." } ?? "Neither end of it is best."
    let others = measure.metrics.dropFirst().map { "`\($0.name)`: \($0.meaning)." }
    let lines =
      [parts.count > 1 ? parts[1].capitalised + "." : nil, direction] + others
      + ["It is blind to \(measure.blindness)."]
    return Entry(
      measure.keyword, nil, parts.first ?? "", lines.compactMap { $0 }.joined(separator: " "),
      example: Example(
        "Of samples beside examples.",
        "\(setting(of: measure))\nevaluate made metrics=\(measure.keyword)"
          + (measure == .labelAgreement ? " features=judge" : "")
          // Of features without classes there is none.
          + (measure == .inceptionScore ? ",kid" : "")))
  }

  /// A run that has what the measure is of.
  private static func setting(of measure: Measure) -> String {
    switch measure {
    case .noiseRatio, .similarity:
      """
      data drawn portraits count=64 size=16 channels=1
      arch code like autoencoder image=16x16x1 width=4
      run code on drawn batch=16 steps=5 as made
      """
    case .labelAgreement, .classSimilarity:
      """
      data drawn portraits count=64 size=16 channels=1
      arch tell custom image=16x16x1 labels=Smiling { classifier { flatten; dense 1 } }
      run tell on drawn batch=16 steps=20 as judge
      arch asked like dcgan image=16x16x1 width=4 labels=Smiling
      run asked on drawn batch=16 steps=5 as made
      """
    default: EvaluateCommand.measuresSetting
    }
  }
}
