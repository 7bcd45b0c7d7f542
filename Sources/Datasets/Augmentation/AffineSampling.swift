import Foundation
package import Specification

/// Where the pixels of an image are taken from in the same image: flips, crops, rotations and shifts one after the
/// other, as one map, so that the image is sampled once, bilinearly.
///
/// Coordinates go from 0 to the width across and from 0 to the height down; the middle of the first pixel is at ½.
/// What lies outside of the image is black, as with torchvision's `fill=0`, and is mixed with its border as
/// `grid_sample` does. Crops and flips alone read nothing outside of the crop, as torchvision's `resized_crop`.
package struct AffineSampling: Sendable, Hashable {
  package let image: ImageShape
  /// The source across and down: factors of the place across and down in the result, and what is added.
  private var across = SIMD3(1.0, 0, 0)
  private var down = SIMD3(0.0, 1, 0)
  /// The crop in the image, while nothing leaves it.
  private var window: Window?
  /// Whether it was turned or moved.
  private var leavesImage = false

  /// Pixels of an image.
  package struct Box: Sendable, Hashable {
    package var left, top, width, height: Int

    package init(left: Int, top: Int, width: Int, height: Int) {
      (self.left, self.top, self.width, self.height) = (left, top, width, height)
    }
  }

  private struct Window: Hashable {
    var low, high: SIMD2<Double>
  }

  package init(of image: ImageShape) { self.image = image }

  /// Left and right exchanged.
  package mutating func flip() {
    follow(SIMD3(-1, 0, Double(image.width)), SIMD3(0, 1, 0))
  }

  /// Some pixels brought to the size of the image.
  package mutating func crop(_ box: Box) {
    let (width, height) = (Double(box.width), Double(box.height))
    follow(
      SIMD3(width / Double(image.width), 0, Double(box.left)),
      SIMD3(0, height / Double(image.height), Double(box.top)))
    let (first, last) = (source(0, 0), source(Double(image.width), Double(image.height)))
    window = Window(low: pointwiseMin(first, last), high: pointwiseMax(first, last))
  }

  /// Turned about the middle, counter-clockwise as it is seen.
  package mutating func rotate(degrees: Double) {
    guard degrees != 0 else { return }
    let angle = degrees * .pi / 180
    let (cosine, sine) = (cos(angle), sin(angle))
    let (x, y) = (Double(image.width) / 2, Double(image.height) / 2)
    follow(
      SIMD3(cosine, -sine, x - cosine * x + sine * y),
      SIMD3(sine, cosine, y - sine * x - cosine * y))
    leavesImage = true
  }

  /// Moved to the right and down by so many pixels.
  package mutating func shift(across x: Int, down y: Int) {
    guard x != 0 || y != 0 else { return }
    follow(SIMD3(1, 0, -Double(x)), SIMD3(0, 1, -Double(y)))
    leavesImage = true
  }

  /// Goes on with what is done to the result: the place in it that a place is taken from.
  private mutating func follow(_ across: SIMD3<Double>, _ down: SIMD3<Double>) {
    func composed(_ row: SIMD3<Double>) -> SIMD3<Double> {
      row.x * across + row.y * down + SIMD3(0, 0, row.z)
    }
    (self.across, self.down) = (composed(self.across), composed(self.down))
  }

  private func source(_ x: Double, _ y: Double) -> SIMD2<Double> {
    SIMD2(
      across.x * x + across.y * y + across.z, down.x * x + down.y * y + down.z)
  }

  // MARK: Sampling

  /// Takes the pixels of an image `[channels, height, width]` from where the map says, in place.
  package func sample(_ values: UnsafeMutableBufferPointer<Float>) {
    precondition(
      values.count >= image.channels * image.height * image.width && image.channels <= 4,
      "an image does not fit")
    guard let values = values.baseAddress, self != Self(of: image) else { return }
    var mirror = Self(of: image)
    mirror.flip()
    if self == mirror { return self.mirror(values) }
    // One column and row before the image, and two behind it, since the next pixel is read as well.
    let stride = image.width + 3
    withUnsafeTemporaryAllocation(
      of: SIMD4<Float>.self, capacity: stride * (image.height + 3)
    ) { pixels in
      guard let pixels = pixels.baseAddress else { return }
      gather(values, into: pixels, stride)
      sample(pixels, stride, into: values)
    }
  }

  /// Turns every row round.
  private func mirror(_ values: UnsafeMutablePointer<Float>) {
    for row in Swift.stride(
      from: 0, to: image.channels * image.height * image.width, by: image.width)
    {
      var (left, right) = (row, row + image.width - 1)
      while left < right {
        (values[left], values[right]) = (values[right], values[left])
        left += 1
        right -= 1
      }
    }
  }

  private static let black: Float = -1

  /// The channels of each pixel side by side, with what lies around the image.
  private func gather(
    _ values: UnsafeMutablePointer<Float>, into pixels: UnsafeMutablePointer<SIMD4<Float>>,
    _ stride: Int
  ) {
    let (height, width, plane) = (image.height, image.width, image.height * image.width)
    let black = SIMD4<Float>(repeating: Self.black)
    (pixels).initialize(repeating: black, count: stride)
    (pixels + (height + 1) * stride).initialize(repeating: black, count: 2 * stride)
    for y in 0..<height {
      let line = pixels + (y + 1) * stride
      let row = values + y * width
      line[0] = black
      if image.channels == 3 {
        for x in 0..<width {
          line[x + 1] = SIMD4(row[x], row[plane + x], row[2 * plane + x], 0)
        }
      } else {
        for x in 0..<width {
          var pixel = SIMD4<Float>()
          for channel in 0..<image.channels { pixel[channel] = row[channel * plane + x] }
          line[x + 1] = pixel
        }
      }
      line[width + 1] = black
      line[width + 2] = black
    }
  }

  private func sample(
    _ pixels: UnsafeMutablePointer<SIMD4<Float>>, _ stride: Int,
    into values: UnsafeMutablePointer<Float>
  ) {
    let (height, width, plane) = (image.height, image.width, image.height * image.width)
    // Middles of pixels are at ½, and one column and row come before the image.
    let origin = SIMD2(across.z, down.z) + 0.5
    var (low, high) = (SIMD2<Double>(0, 0), SIMD2(Double(width + 1), Double(height + 1)))
    if !leavesImage {
      let window = window ?? Window(low: .zero, high: SIMD2(Double(width), Double(height)))
      (low, high) = (window.low + 1, window.high)
    }
    let (left, right) = (Float(low.x), Float(high.x))
    let (top, bottom) = (Float(low.y), Float(high.y))
    let (along, below) = (Float(across.x), Float(down.x))
    for y in 0..<height {
      let middle = Double(y) + 0.5
      let startAcross = Float(origin.x + across.y * middle)
      let startDown = Float(origin.y + down.y * middle)
      let row = values + y * width
      for x in 0..<width {
        let place = Float(x) + 0.5
        var u = startAcross + along * place
        var v = startDown + below * place
        u = u < left ? left : u > right ? right : u
        v = v < top ? top : v > bottom ? bottom : v
        let (column, line) = (Int(u), Int(v))
        let (right, lower) = (u - Float(column), v - Float(line))
        let corner = pixels + (line * stride + column)
        let upper = corner[0] + right * (corner[1] - corner[0])
        let under = corner[stride] + right * (corner[stride + 1] - corner[stride])
        let pixel = upper + lower * (under - upper)
        row[x] = pixel.x
        if image.channels == 3 {
          row[plane + x] = pixel.y
          row[2 * plane + x] = pixel.z
        } else {
          for channel in 1..<max(1, image.channels) { row[channel * plane + x] = pixel[channel] }
        }
      }
    }
  }
}
