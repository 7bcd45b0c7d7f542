import MetricDescriptions
import Metrics
import Networks

/// What the last steps have measured, for what is said of curves.
struct StepWindow {
  private var curves: [String: [Double]] = [:]
  /// Where the next value goes.
  private var place = 0

  private static let names = [
    AdversarialMetrics.fakeScore.name, AdversarialMetrics.rawFakeScore.name,
    AdversarialMetrics.generatorGradientNorm.name,
    AdversarialMetrics.discriminatorGradientNorm.name,
  ]

  mutating func note(_ readings: [MetricReading]) {
    for reading in readings where Self.names.contains(reading.description.name) {
      let name = reading.description.name
      if curves[name, default: []].count < CurveStability.window {
        curves[name, default: []].append(reading.value)
      } else {
        curves[name]?[place] = reading.value
      }
    }
    place = (place + 1) % CurveStability.window
  }

  /// The values of a curve, oldest first; none where it was not measured.
  private func values(_ name: String) -> [Double] {
    guard let values = curves[name] else { return [] }
    return values.count < CurveStability.window
      ? values : Array(values[place...] + values[..<place])
  }

  var readings: [MetricReading] {
    StepWindow.readings(
      fakeScores: values(AdversarialMetrics.fakeScore.name)
        + values(AdversarialMetrics.rawFakeScore.name),
      generatorGradients: values(AdversarialMetrics.generatorGradientNorm.name),
      discriminatorGradients: values(AdversarialMetrics.discriminatorGradientNorm.name))
  }

  /// What can be said of the curves of some steps.
  static func readings(
    fakeScores: [Double], generatorGradients: [Double], discriminatorGradients: [Double]
  ) -> [MetricReading] {
    let spikes = [generatorGradients, discriminatorGradients].compactMap(CurveStability.spike)
    let level =
      generatorGradients.count >= CurveStability.fewest
      ? CurveStability.median(generatorGradients) : nil
    let all: [(MetricDescription, Double?)] = [
      (CurveStability.oscillation, CurveStability.oscillation(fakeScores)),
      (CurveStability.spike, spikes.max()), (CurveStability.gradientLevel, level),
    ]
    return all.compactMap { metric, value in value.map { MetricReading(metric, $0) } }
  }
}
