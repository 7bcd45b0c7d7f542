import Foundation
package import MetricDescriptions
import Randomness
import Specification

/// How far samples look apart: along short steps of latents, and any two of them.
///
/// Steps of ε = 1e-4 on the way between two latents (on the sphere where they are normal), the distance over ε²; what is
/// among the least or the largest hundredth is left out, and the rest has its mean. Karras et al. 2019 (arXiv:1812.04948), section 4.1.
package enum PathLength {
  package static let length = MetricDescription(
    "path_length", label: "path length", family: "path length", direction: .lowest,
    meaning:
      "how much samples change along a short step of the latents; the perceptual distance over the square of "
      + "the step, a mean over paths without their extremes")
  package static let diversity = MetricDescription(
    "perceptual_diversity", label: "perceptual diversity", family: "diversity", direction: .highest,
    meaning:
      "how far two samples look apart; the perceptual distance by the stages of the features' network (LPIPS "
      + "with all channels alike), a mean over pairs")

  static let step = 1e-4
  /// The share of paths that is left out at each end.
  private static let extremes = 0.01

  /// - Parameter squares: distances over the square of the step.
  static func reading(_ squares: [Double]) -> MetricReading? {
    let sorted = squares.filter(\.isFinite).sorted()
    guard sorted.count == squares.count, sorted.count > 1 else { return nil }
    let cut = Int(Double(sorted.count) * extremes)
    return MetricReading(length, meanOf: Array(sorted[cut..<sorted.count - cut]))
  }

}

/// A latent between two.
///
/// - Parameters:
///   - place: from 0, the one, to 1, the other.
///   - isOnSphere: whether it keeps their distance from 0, as normal latents all but do.
package func between(
  _ one: [Float], _ other: [Float], at place: Double, isOnSphere: Bool
) -> [Float] {
  func weighted(_ a: Double, _ b: Double) -> [Float] {
    zip(one, other).map { Float(a * Double($0) + b * Double($1)) }
  }
  guard isOnSphere else { return weighted(1 - place, place) }
  let product = zip(one, other).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
  let lengths = [one, other].map { $0.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot() }
  let angle = acos(max(-1, min(1, product / max(lengths[0] * lengths[1], 1e-30))))
  guard sin(angle) > 1e-6 else { return weighted(1 - place, place) }
  return weighted(sin((1 - place) * angle) / sin(angle), sin(place * angle) / sin(angle))
}
