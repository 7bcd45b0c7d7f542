/// A change of colours by a factor; 1 changes nothing. Values count from black, -1, to white, 1, and are clipped there.
package enum ColourAdjustment: Sendable, Hashable {
  /// f·x, where black is 0: torchvision's `adjust_brightness`.
  case brightness(Double)
  /// f·x + (1 - f)·m, where m is the mean grey of the image: `adjust_contrast`.
  case contrast(Double)
  /// f·x + (1 - f)·g, where g is the grey of the pixel: `adjust_saturation`; of images of one channel nothing.
  case saturation(Double)

  /// Changes an image `[channels, height, width]` in place.
  package func apply(to values: UnsafeMutableBufferPointer<Float>, channels: Int) {
    let plane = values.count / channels
    guard let values = values.baseAddress else { return }
    switch self {
    case .brightness(let factor):
      let factor = Float(factor)
      Self.scale(values, channels * plane, by: factor, adding: factor - 1)
    case .contrast(let factor):
      let sums = (0..<channels).map { Self.sum(values + $0 * plane, plane) }
      let mean =
        channels == 3
        ? Grey.of(sums[0], sums[1], sums[2], count: Double(plane)) : sums[0] / Double(plane)
      Self.scale(
        values, channels * plane, by: Float(factor), adding: Float((1 - factor) * mean))
    case .saturation(let factor):
      guard channels == 3 else { return }
      Self.saturate(values, plane, by: Float(factor))
    }
  }

  private static func scale(
    _ values: UnsafeMutablePointer<Float>, _ count: Int, by factor: Float, adding summand: Float
  ) {
    for place in 0..<count { values[place] = clipped(factor * values[place] + summand) }
  }

  private static func saturate(
    _ values: UnsafeMutablePointer<Float>, _ plane: Int, by factor: Float
  ) {
    let (greens, blues) = (values + plane, values + 2 * plane)
    for place in 0..<plane {
      let (red, green, blue) = (values[place], greens[place], blues[place])
      let grey = (1 - factor) * Grey.of(red, green, blue)
      values[place] = clipped(factor * red + grey)
      greens[place] = clipped(factor * green + grey)
      blues[place] = clipped(factor * blue + grey)
    }
  }

  @inline(__always) package static func clipped(_ value: Float) -> Float {
    value < -1 ? -1 : value > 1 ? 1 : value
  }

  private static func sum(_ values: UnsafeMutablePointer<Float>, _ count: Int) -> Double {
    // Eight sums, which go into one vector or two.
    var sums = SIMD8<Double>()
    let vectors = count / 8
    for start in stride(from: 0, to: vectors * 8, by: 8) {
      let eight = UnsafeRawPointer(values + start).loadUnaligned(as: SIMD8<Float>.self)
      sums += SIMD8<Double>(eight)
    }
    return (vectors * 8..<count).reduce(sums.sum()) { $0 + Double(values[$1]) }
  }
}

/// torchvision's grey, 0.2989 R + 0.587 G + 0.114 B of values from 0 to 1, in values from -1 to 1. The weights add up
/// to 0.9999.
private enum Grey {
  @inline(__always) static func of(_ red: Float, _ green: Float, _ blue: Float) -> Float {
    0.2989 * red + 0.587 * green + 0.114 * blue - 0.0001
  }

  /// The mean, given sums of so many values.
  static func of(_ red: Double, _ green: Double, _ blue: Double, count: Double) -> Double {
    (0.2989 * red + 0.587 * green + 0.114 * blue) / count - 0.0001
  }
}
