import Foundation
package import MetricDescriptions
import Randomness
import Specification

/// Gaussians of equal weight and deviation in the plane.
package struct Mixture: Sendable, Hashable {
  /// Grows with every change of what points are drawn.
  static let edition = 1

  /// x and y of each centre.
  package let centres: [SIMD2<Double>]
  /// In both directions.
  package let deviation: Double

  /// Half the side of a square around the origin that shows all points comfortably.
  package var extent: Float {
    let farthest = centres.map { max(abs($0.x), abs($0.y)) }.max() ?? 0
    let reach = Float(farthest + 4 * deviation)
    return reach > 0 ? reach * 1.15 : 1
  }

  /// Points x, y, x, y, …: a function of (seed, step) and of nothing else; one more point changes
  /// none before it.
  package func points(count: Int, seed: UInt64, step: UInt32) -> [Float] {
    [Float](unsafeUninitializedCapacity: count * 2) { target, filled in
      if let base = target.baseAddress { fill(base, count: count, seed: seed, step: step) }
      filled = count * 2
    }
  }

  /// Four words a point: the first chooses the centre, the last two are a pair of normals.
  func fill(_ target: UnsafeMutablePointer<Float>, count: Int, seed: UInt64, step: UInt32) {
    let numbers = Philox(seed: seed, stream: Randomness.Stream.mixture, step: step)
    for i in 0..<count {
      let words = numbers.block(UInt32(truncatingIfNeeded: i))
      let centre = centres[Int((UInt64(words.0) * UInt64(centres.count)) >> 32)]
      let radius = (-2 * log(Double(Philox.uniform(words.2)))).squareRoot() * deviation
      let angle = 2 * Double.pi * Double(Philox.uniform(words.3))
      target[2 * i] = Float(centre.x + radius * cos(angle))
      target[2 * i + 1] = Float(centre.y + radius * sin(angle))
    }
  }
}

/// How well points cover a mixture.
///
/// Source: Srivastava et al. 2017 (VEEGAN) and Lin et al. 2018 (PacGAN): a point belongs to the
/// nearest centre and is of high quality within three deviations of it; a mode is captured by one
/// point of high quality.
package struct MixtureScore: Sendable, Hashable, Codable {
  package let modes: Int
  package let captured: Int
  /// Share of points of high quality, 0…1.
  package let highQuality: Double
  /// KL divergence of the modes of high-quality points from the uniform distribution, in nats:
  /// ln(modes) less their entropy; nil when no point is of high quality.
  package let reverseDivergence: Double?

  /// What a score is logged as; the divergence only where there is one.
  package static let metrics = [capturedModes, highQualityShare, reverseKL]

  package static let capturedModes = MetricDescription(
    "modes", direction: .highest, format: .count,
    meaning:
      "how many modes of the data samples reach; of `ring` and `grid` those with a sample within three "
      + "standard deviations, with `classifier=` the classes or combinations that it tells of one",
    isListed: true)
  package static let highQualityShare = MetricDescription(
    "high_quality", direction: .highest,
    meaning: "the share of samples near a mode, 0 to 1; of `ring` and `grid` within three standard "
      + "deviations, with `classifier=` those of whose class it is sure by 90%")
  package static let reverseKL = MetricDescription(
    "reverse_kl", label: "reverse KL", unit: "nats", direction: .lowest,
    meaning:
      "how unevenly samples are spread over the modes; the Kullback-Leibler divergence of the samples' "
      + "modes from the uniform distribution, of `ring` and `grid` of samples near one"
  )

  package var readings: [MetricReading] {
    let counts = [
      MetricReading(Self.capturedModes, Double(captured)),
      MetricReading(Self.highQualityShare, highQuality),
    ]
    return counts + (reverseDivergence.map { [MetricReading(Self.reverseKL, $0)] } ?? [])
  }
}

extension Mixture {
  /// Scores points x, y, x, y, …; 2,500 of them are usual. What is not a number is of low quality.
  package func score(_ points: [Float]) -> MixtureScore {
    var counts = [Int](repeating: 0, count: centres.count)
    let total = points.count / 2
    for i in 0..<total {
      let point = SIMD2(Double(points[2 * i]), Double(points[2 * i + 1]))
      var nearest = (centre: 0, distance: Double.infinity)
      for (k, centre) in centres.enumerated() {
        let offset = point - centre
        let distance = (offset * offset).sum()
        if distance < nearest.distance { nearest = (k, distance) }
      }
      if nearest.distance < 9 * deviation * deviation { counts[nearest.centre] += 1 }
    }
    let good = counts.reduce(0, +)
    let entropy = counts.reduce(0.0) { sum, count in
      let share = Double(count) / Double(max(good, 1))
      return count == 0 ? sum : sum - share * log(share)
    }
    return MixtureScore(
      modes: centres.count, captured: counts.count { $0 > 0 },
      highQuality: total == 0 ? 0 : Double(good) / Double(total),
      reverseDivergence: good == 0 ? nil : log(Double(centres.count)) - entropy)
  }
}

extension Mixture {
  /// What `help data` says of its sources together.
  static let clause = "are mixtures of Gaussians in the plane, for seeing modes collapse"
}

extension SourceSignature.Argument {
  static func length(
    _ name: String, _ summary: String, standard: String, use: String? = nil
  ) -> SourceSignature.Argument {
    .init(
      name, .number(.leastNonzeroMagnitude...1000), summary, standard: standard, use: use)
  }

  static func deviation(standard: String, use: String? = nil) -> SourceSignature.Argument {
    .length("sigma", "deviation of each Gaussian", standard: standard, use: use)
  }
}
