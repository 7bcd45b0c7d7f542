/// Points of the plane as a picture: real ones in grey below, generated ones in colour above.
package struct PointSheet: Sendable {
  /// Pixels on a side.
  package var side: Int
  /// The part of the plane shown: −extent…extent in both directions, y upwards.
  package var extent: Float
  /// Radius of a dot in pixels.
  package var radius: Float

  /// - Parameters:
  ///   - side: at least 16.
  ///   - extent: above 0.
  package init(side: Int = 384, extent: Float, radius: Float = 1.6) {
    self.side = max(16, side)
    self.extent = extent.isFinite && extent > 0 ? extent : 1
    self.radius = radius
  }

  /// The picture of points given as x, y, x, y, …; those outside the part shown, or not numbers, are
  /// left out.
  package func compose(generated: [Float], real: [Float] = []) -> PixelImage {
    var canvas = Canvas(side: side)
    drawAxes(&canvas)
    draw(real, colour: SIMD3(172, 176, 184), opacity: 0.55, &canvas)
    draw(generated, colour: SIMD3(206, 62, 44), opacity: 0.75, &canvas)
    return canvas.image()
  }

  private func drawAxes(_ canvas: inout Canvas) {
    let middle = side / 2
    for i in 0..<side {
      canvas.blend(i, middle, SIMD3(226, 228, 232), 1)
      canvas.blend(middle, i, SIMD3(226, 228, 232), 1)
    }
  }

  private func draw(
    _ points: [Float], colour: SIMD3<Float>, opacity: Float, _ canvas: inout Canvas
  ) {
    for i in 0..<points.count / 2 {
      let (x, y) = (points[2 * i] / extent, points[2 * i + 1] / extent)
      guard abs(x) <= 1.1, abs(y) <= 1.1 else { continue }
      let half = Float(side) / 2
      canvas.dot(half + x * half, half - y * half, radius, colour, opacity)
    }
  }
}

/// RGB in floating point, for blending.
private struct Canvas {
  let side: Int
  var colours: [SIMD3<Float>]

  init(side: Int) {
    self.side = side
    colours = Array(repeating: SIMD3(255, 255, 255), count: side * side)
  }

  mutating func blend(_ x: Int, _ y: Int, _ colour: SIMD3<Float>, _ opacity: Float) {
    guard x >= 0, x < side, y >= 0, y < side else { return }
    let old = colours[y * side + x]
    colours[y * side + x] = old + (colour - old) * opacity
  }

  /// A disc whose edge fades over one pixel.
  mutating func dot(
    _ x: Float, _ y: Float, _ radius: Float, _ colour: SIMD3<Float>, _ opacity: Float
  ) {
    let reach = radius + 1
    for row in Int(y - reach)...Int(y + reach) {
      for column in Int(x - reach)...Int(x + reach) {
        let (dx, dy) = (Float(column) + 0.5 - x, Float(row) + 0.5 - y)
        let cover = min(max(radius + 0.5 - (dx * dx + dy * dy).squareRoot(), 0), 1)
        if cover > 0 { blend(column, row, colour, cover * opacity) }
      }
    }
  }

  func image() -> PixelImage {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(side * side * 3)
    for colour in colours {
      for c in 0..<3 { pixels.append(UInt8(min(max(colour[c].rounded(), 0), 255))) }
    }
    return PixelImage(width: side, height: side, channels: 3, pixels: pixels)
  }
}
