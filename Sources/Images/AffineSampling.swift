import CImageCodec
import Foundation

/// Where the pixels of an image are taken from in the same image: flips, crops, rotations and shifts one after the
/// other, as one map, so that the image is sampled once, bilinearly.
///
/// Coordinates go from 0 to the width across and from 0 to the height down; the middle of the first pixel is at ½.
/// What lies outside of the image is black and is mixed with its border, as with torchvision's `fill=None` (its `fill=0`
/// mixes twice). Crops and flips alone read nothing outside of the crop, as torchvision's `resized_crop`.
package struct AffineSampling: Sendable, Hashable {
  /// Pixels of the image.
  package let width, height: Int
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

  package init(width: Int, height: Int) { (self.width, self.height) = (width, height) }

  /// Left and right exchanged.
  package mutating func flip() {
    follow(SIMD3(-1, 0, Double(width)), SIMD3(0, 1, 0))
  }

  /// Some pixels brought to the size of the image.
  package mutating func crop(_ box: Box) {
    follow(
      SIMD3(Double(box.width) / Double(width), 0, Double(box.left)),
      SIMD3(0, Double(box.height) / Double(height), Double(box.top)))
    let (first, last) = (source(0, 0), source(Double(width), Double(height)))
    window = Window(low: pointwiseMin(first, last), high: pointwiseMax(first, last))
  }

  /// Turned about the middle, counter-clockwise as it is seen.
  package mutating func rotate(degrees: Double) {
    guard degrees != 0 else { return }
    let angle = degrees * .pi / 180
    let (cosine, sine) = (cos(angle), sin(angle))
    let (x, y) = (Double(width) / 2, Double(height) / 2)
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
  ///
  /// - Parameter channels: from 1 to 4.
  package func sample(_ values: UnsafeMutableBufferPointer<Float>, channels: Int) {
    precondition(
      1...4 ~= channels && values.count >= channels * height * width, "an image does not fit")
    let identity = Self(width: width, height: height)
    guard let values = values.baseAddress, self != identity else { return }
    var mirror = identity
    mirror.flip()
    if self == mirror { return self.mirror(values, rows: channels * height) }
    let window = window ?? Window(low: .zero, high: SIMD2(Double(width), Double(height)))
    var map = gansh_affine(
      across: (across.x, across.y, across.z), down: (down.x, down.y, down.z),
      low: (Float(window.low.x), Float(window.low.y)),
      high: (Float(window.high.x), Float(window.high.y)), outside: -1)
    if leavesImage {
      // As far as anything of the image is mixed with what is black.
      map.low = (-0.5, -0.5)
      map.high = (Float(width) + 0.5, Float(height) + 0.5)
    } else {
      // The middles of the outermost pixels.
      map.low = (map.low.0 + 0.5, map.low.1 + 0.5)
      map.high = (map.high.0 - 0.5, map.high.1 - 0.5)
    }
    let room = gansh_affine_scratch(width, height)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: room) { scratch in
      guard let scratch = scratch.baseAddress else { return }
      gansh_sample_affine(values, channels, height, width, map, scratch)
    }
  }

  /// Turns every row round.
  private func mirror(_ values: UnsafeMutablePointer<Float>, rows: Int) {
    for row in 0..<rows {
      var (left, right) = (row * width, row * width + width - 1)
      while left < right {
        (values[left], values[right]) = (values[right], values[left])
        left += 1
        right -= 1
      }
    }
  }
}
