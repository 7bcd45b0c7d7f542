import Foundation
import Specification

extension LatentDistribution {
  /// The number of the distribution cut off at ±`bound` that has as large a share of it below as `value` has of the whole one: a
  /// latent keeps its direction, roughly, while the bound moves.
  ///
  /// - Source: Brock et al. 2019, arXiv:1809.11096, section 3.1, where what lies beyond is drawn again; the distribution is the same.
  func truncated(_ value: Float, to bound: Double) -> Float {
    let ends = self == .truncated ? Self.truncation : .infinity
    // Farther out no number of single precision is ever drawn.
    guard bound < min(ends, 9) else { return value }
    if self == .uniform { return value * Float(min(1, bound)) }
    func below(_ x: Double, _ end: Double) -> Double {
      // Shares of a half are erf(x/√2)/2; an end that is infinite has all of it.
      let whole = end.isFinite ? erf(end / 2.0.squareRoot()) : 1
      return erf(x / 2.0.squareRoot()) / whole
    }
    let share = below(Double(value), ends)
    var (low, high) = (-bound, bound)
    // Halved until single precision tells no more.
    for _ in 0..<32 {
      let middle = (low + high) / 2
      if below(middle, bound) < share { low = middle } else { high = middle }
    }
    return Float((low + high) / 2)
  }
}
