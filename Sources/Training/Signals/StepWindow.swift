import MetricDescriptions
import Metrics
import Networks

/// What the last steps have measured, for what is said of curves.
struct StepWindow {
  private var fakeScores: [Double] = []
  private var generatorGradients: [Double] = []
  private var discriminatorGradients: [Double] = []
  /// Where the next value goes.
  private var place = 0

  mutating func note(_ readings: [MetricReading]) {
    for reading in readings {
      switch reading.description.name {
      case AdversarialMetrics.fakeScore.name, AdversarialMetrics.rawFakeScore.name:
        Self.put(reading.value, at: place, into: &fakeScores)
      case AdversarialMetrics.generatorGradientNorm.name:
        Self.put(reading.value, at: place, into: &generatorGradients)
      case AdversarialMetrics.discriminatorGradientNorm.name:
        Self.put(reading.value, at: place, into: &discriminatorGradients)
      default: break
      }
    }
    place = (place + 1) % CurveStability.window
  }

  private static func put(_ value: Double, at place: Int, into values: inout [Double]) {
    if values.count < CurveStability.window { values.append(value) } else { values[place] = value }
  }

  /// Oldest first.
  private func ordered(_ values: [Double]) -> [Double] {
    values.count < CurveStability.window ? values : Array(values[place...] + values[..<place])
  }

  var readings: [MetricReading] {
    Self.readings(
      fakeScores: ordered(fakeScores), generatorGradients: ordered(generatorGradients),
      discriminatorGradients: ordered(discriminatorGradients))
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
