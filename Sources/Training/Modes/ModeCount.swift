import Datasets
import Foundation
package import MetricDescriptions

/// How samples are spread over the modes that a classifier tells.
///
/// Che et al. 2017, arXiv:1612.02136, and Metz et al. 2017, arXiv:1611.02163: a mode is reached by one sample that
/// the classifier takes for it, and the divergence is KL(samples' modes ‖ uniform) = Σ p ln(p·modes).
package struct ModeCount: Sendable, Hashable {
  package let kinds: ModeKinds
  /// How many were told of each mode, by its number; modes that were told of none are left out.
  package private(set) var counts: [Int: Int] = [:]
  /// All that were looked at, those of which nothing was told with them.
  package private(set) var total = 0
  private var sure = 0

  package init(_ kinds: ModeKinds) { self.kinds = kinds }

  /// Counts a sample.
  ///
  /// - Parameter scores: `[channels, width]`.
  package mutating func add(_ scores: ArraySlice<Float>) {
    total += 1
    guard let (number, isSure) = kinds.mode(of: scores) else { return }
    counts[number, default: 0] += 1
    sure += isSure ? 1 : 0
  }

  package var captured: Int { counts.count }

  /// The share of which the classifier is sure; nil where it cannot be.
  package var highQuality: Double? {
    kinds.hasSureness && total > 0 ? Double(sure) / Double(total) : nil
  }

  /// From the uniform distribution, in nats; nil where nothing was told.
  package var reverseDivergence: Double? { divergence { _ in 1 / Double(kinds.count) } }

  /// From how examples are spread, in nats; nil where nothing was told.
  ///
  /// Each mode counts half an example more, so that one of which there is none is only unlikely (Krichevsky and
  /// Trofimov 1981).
  package func divergence(from data: ModeCount) -> Double? {
    let all = Double(data.counts.values.reduce(0, +)) + Double(kinds.count) / 2
    return divergence { (Double(data.counts[$0] ?? 0) + 0.5) / all }
  }

  /// Σ p ln(p/q) over the modes that were told.
  private func divergence(from share: (_ mode: Int) -> Double) -> Double? {
    let told = Double(counts.values.reduce(0, +))
    guard told > 0 else { return nil }
    // In order, so that the last bits are always the same.
    return counts.sorted { $0.key < $1.key }.reduce(0.0) { sum, mode in
      let own = Double(mode.value) / told
      return sum + own * log(own / share(mode.key))
    }
  }

  package static let dataDivergence = MetricDescription(
    "data_kl", label: "KL from the data", unit: "nats", direction: .lowest,
    meaning:
      "how far samples are from being spread over modes as the data are; the Kullback-Leibler divergence "
      + "of the samples' modes from those of examples, both as `classifier=` tells them")

  package static let metrics = MixtureScore.metrics + [dataDivergence]

  /// - Parameter data: the modes of examples.
  package func readings(beside data: ModeCount) -> [MetricReading] {
    let all: [(MetricDescription, Double?)] = [
      (MixtureScore.capturedModes, Double(captured)),
      (MixtureScore.highQualityShare, highQuality),
      (MixtureScore.reverseKL, reverseDivergence),
      (Self.dataDivergence, divergence(from: data)),
    ]
    return all.compactMap { metric, value in value.map { MetricReading(metric, $0) } }
  }
}
