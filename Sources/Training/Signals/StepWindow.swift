import Foundation
import MetricDescriptions
import Metrics
import Networks

/// What the last steps have measured, for what is said of curves.
///
/// It is a function of the training alone, and a checkpoint has it, so that a run that goes on knows what came before.
struct StepWindow: Sendable, Hashable {
  private var fakeScores = Values()
  private var generatorGradients = Values()
  private var discriminatorGradients = Values()

  /// The last values of a curve.
  private struct Values: Sendable, Hashable {
    private(set) var all: [Float] = []
    /// Where the next value goes, once there are as many as are kept.
    private var place = 0

    init() {}

    /// - Parameter ordered: oldest first; what is more than is kept is left out.
    init(_ ordered: [Float]) { all = Array(ordered.suffix(CurveStability.window)) }

    mutating func add(_ value: Double) {
      guard all.count == CurveStability.window else { return all.append(Float(value)) }
      all[place] = Float(value)
      place = (place + 1) % CurveStability.window
    }

    /// Oldest first.
    var ordered: [Float] { Array(all[place...] + all[..<place]) }
    var numbers: [Double] { ordered.map(Double.init) }
  }

  init() {}

  mutating func note(_ readings: [MetricReading]) {
    for reading in readings {
      switch reading.description.name {
      case AdversarialMetrics.fakeScore.name, AdversarialMetrics.rawFakeScore.name:
        fakeScores.add(reading.value)
      case AdversarialMetrics.generatorGradientNorm.name:
        generatorGradients.add(reading.value)
      case AdversarialMetrics.discriminatorGradientNorm.name:
        discriminatorGradients.add(reading.value)
      default: break
      }
    }
  }

  var readings: [MetricReading] {
    Self.readings(
      fakeScores: fakeScores.numbers, generatorGradients: generatorGradients.numbers,
      discriminatorGradients: discriminatorGradients.numbers)
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

extension StepWindow {
  private static let keys = (
    scores: "window.fake_scores", generator: "window.generator_gradients",
    discriminator: "window.discriminator_gradients"
  )

  /// As a checkpoint has it: single precision, least byte first, in base 64. What is empty is left out.
  var metadata: [String: String] {
    let all = [
      Self.keys.scores: fakeScores, Self.keys.generator: generatorGradients,
      Self.keys.discriminator: discriminatorGradients,
    ]
    return all.compactMapValues { values in
      let bytes = values.ordered.flatMap { value in
        (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) }
      }
      return bytes.isEmpty ? nil : Data(bytes).base64EncodedString()
    }
  }

  /// - Returns: nil where a checkpoint holds something else than such values.
  init?(_ metadata: [String: String]) {
    func values(_ key: String) -> Values? {
      guard let text = metadata[key] else { return Values() }
      guard let bytes = Data(base64Encoded: text).map(Array.init), bytes.count % 4 == 0 else {
        return nil
      }
      let read = stride(from: 0, to: bytes.count, by: 4).map { start in
        Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << ($1 * 8) })
      }
      return read.allSatisfy(\.isFinite) ? Values(read) : nil
    }
    guard let scores = values(Self.keys.scores), let generator = values(Self.keys.generator),
      let discriminator = values(Self.keys.discriminator)
    else { return nil }
    (fakeScores, generatorGradients, discriminatorGradients) = (scores, generator, discriminator)
  }
}
