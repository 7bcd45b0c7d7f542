import Foundation

/// How pixels are weighed when an image changes size; names and formulas are Pillow's.
package enum ResamplingFilter: String, Sendable, Hashable, CaseIterable {
  case nearest, box, bilinear, hamming, bicubic, lanczos

  /// Half the width of the filter in source pixels when enlarging; `nearest` has none.
  var support: Double {
    switch self {
    case .nearest: 0
    case .box: 0.5
    case .bilinear, .hamming: 1
    case .bicubic: 2
    case .lanczos: 3
    }
  }

  /// The weight at a distance from the centre, in source pixels when enlarging.
  func weight(at x: Double) -> Double {
    let distance = abs(x)
    switch self {
    case .nearest: return 0
    case .box: return x > -0.5 && x <= 0.5 ? 1 : 0
    case .bilinear: return distance < 1 ? 1 - distance : 0
    case .hamming: return Self.hamming(distance)
    case .bicubic: return Self.bicubic(distance)
    case .lanczos: return x >= -3 && x < 3 ? Self.sinc(x) * Self.sinc(x / 3) : 0
    }
  }

  private static func hamming(_ distance: Double) -> Double {
    if distance == 0 { return 1 }
    if distance >= 1 { return 0 }
    let angle = distance * .pi
    return sin(angle) / angle * (0.54 + 0.46 * cos(angle))
  }

  /// Keys 1981 with a = -1/2.
  private static func bicubic(_ x: Double) -> Double {
    let a = -0.5
    if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
    return 0
  }

  private static func sinc(_ x: Double) -> Double {
    if x == 0 { return 1 }
    let angle = x * .pi
    return sin(angle) / angle
  }
}

/// For each pixel of a resized line, the first source pixel it reads and the weights of those it
/// reads, in fixed point with 22 fractional bits.
struct ResamplingWeights {
  /// Per target pixel: first source pixel, number of weights.
  var spans: [(first: Int, count: Int)] = []
  /// Weights of target pixel `i` start at `i * stride`.
  var weights: [Int32] = []
  let stride: Int

  /// Fractional bits: 32, less 8 for a pixel, less 2 for filters with negative lobes.
  static let precision = 22

  /// Weights that bring a line of `source` pixels to `target` pixels. Shrinking widens the filter in
  /// proportion, which is what makes it antialiased.
  init(source: Int, target: Int, filter: ResamplingFilter) {
    let scale = Double(source) / Double(target)
    let widening = max(scale, 1)
    let support = filter.support * widening
    stride = Int(support.rounded(.up)) * 2 + 1
    weights = Array(repeating: 0, count: target * stride)
    spans.reserveCapacity(target)
    for pixel in 0..<target {
      let centre = (Double(pixel) + 0.5) * scale
      // Truncation, not rounding down: what is negative is cut off next.
      let first = max(0, Int(centre - support + 0.5))
      let end = min(source, Int(centre + support + 0.5))
      fill(pixel, first, max(0, end - first), centre, 1 / widening, filter)
    }
  }

  private mutating func fill(
    _ pixel: Int, _ first: Int, _ count: Int, _ centre: Double, _ narrowing: Double,
    _ filter: ResamplingFilter
  ) {
    var values = (0..<count).map {
      filter.weight(at: (Double($0 + first) - centre + 0.5) * narrowing)
    }
    let sum = values.reduce(0, +)
    if sum != 0 { for k in values.indices { values[k] /= sum } }
    for (k, value) in values.enumerated() {
      let scaled = value * Double(1 << Self.precision)
      weights[pixel * stride + k] = Int32(scaled + (value < 0 ? -0.5 : 0.5))
    }
    spans.append((first, count))
  }
}
