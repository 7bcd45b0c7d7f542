/// An 8-bit picture, grey or RGB.
///
/// Rows run from the top, pixels from the left, channels are interleaved and there is no padding:
/// the value of channel `c` at (x, y) is `pixels[(y * width + x) * channels + c]`.
package struct PixelImage: Sendable, Hashable {
  package let width: Int
  package let height: Int
  /// 1 (grey) or 3 (RGB).
  package let channels: Int
  package private(set) var pixels: [UInt8]

  /// An image of one colour; `colour` has one value per channel (1 or 3).
  package init(width: Int, height: Int, colour: [UInt8]) {
    precondition(width >= 0 && height >= 0 && (colour.count == 1 || colour.count == 3))
    self.width = width
    self.height = height
    channels = colour.count
    if colour.count == 1 {
      pixels = Array(repeating: colour[0], count: width * height)
    } else {
      var pixels: [UInt8] = []
      pixels.reserveCapacity(width * height * 3)
      for _ in 0..<width * height { pixels += colour }
      self.pixels = pixels
    }
  }

  /// An image of given pixels; there are `width * height * channels` of them.
  package init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
    precondition(channels == 1 || channels == 3, "an image has 1 or 3 channels")
    precondition(pixels.count == width * height * channels, "pixels do not fill the image")
    self.width = width
    self.height = height
    self.channels = channels
    self.pixels = pixels
  }

  /// The channels at (x, y), which lies inside the image.
  package subscript(x: Int, y: Int) -> ArraySlice<UInt8> {
    let start = (y * width + x) * channels
    return pixels[start..<start + channels]
  }

  /// Changes pixels in place; the closure sees all of them, in the order given above.
  package mutating func withPixels<Result>(
    _ body: (inout UnsafeMutableBufferPointer<UInt8>) -> Result
  ) -> Result {
    pixels.withUnsafeMutableBufferPointer(body)
  }

  /// The part of the image inside a rectangle; what lies outside the image is left out.
  package func cropped(x: Int, y: Int, width: Int, height: Int) -> PixelImage {
    let left = min(max(x, 0), self.width)
    let top = min(max(y, 0), self.height)
    let right = max(left, min(self.width, x + max(width, 0)))
    let bottom = max(top, min(self.height, y + max(height, 0)))
    if (left, top, right, bottom) == (0, 0, self.width, self.height) { return self }
    var result: [UInt8] = []
    result.reserveCapacity((right - left) * (bottom - top) * channels)
    for row in top..<bottom {
      let start = (row * self.width + left) * channels
      result += pixels[start..<start + (right - left) * channels]
    }
    return PixelImage(
      width: right - left, height: bottom - top, channels: channels, pixels: result)
  }

  /// The image in grey: ITU-R 601 luma in fixed point, (19595 R + 38470 G + 7471 B + 2¹⁵) / 2¹⁶,
  /// as Pillow's `convert("L")`.
  package func grey() -> PixelImage {
    if channels == 1 { return self }
    let luma = [UInt8](unsafeUninitializedCapacity: width * height) { target, count in
      pixels.withUnsafeBufferPointer { source in
        for i in 0..<width * height {
          let (red, green, blue) = (source[3 * i], source[3 * i + 1], source[3 * i + 2])
          let sum = Int(red) * 19595 + Int(green) * 38470 + Int(blue) * 7471 + 0x8000
          target[i] = UInt8(truncatingIfNeeded: sum >> 16)
        }
      }
      count = width * height
    }
    return PixelImage(width: width, height: height, channels: 1, pixels: luma)
  }

  /// The image in RGB; grey is repeated in the three channels.
  package func colour() -> PixelImage {
    if channels == 3 { return self }
    let triples = [UInt8](unsafeUninitializedCapacity: width * height * 3) { target, count in
      for (i, value) in pixels.enumerated() {
        target[3 * i] = value
        target[3 * i + 1] = value
        target[3 * i + 2] = value
      }
      count = width * height * 3
    }
    return PixelImage(width: width, height: height, channels: 3, pixels: triples)
  }

  /// Whether no pixel has a colour.
  package var isGrey: Bool {
    if channels == 1 { return true }
    return pixels.withUnsafeBufferPointer { pixels in
      stride(from: 0, to: pixels.count, by: 3).allSatisfy {
        pixels[$0] == pixels[$0 + 1] && pixels[$0] == pixels[$0 + 2]
      }
    }
  }

  /// The image with the given number of channels (1 or 3).
  package func converted(toChannels channels: Int) -> PixelImage {
    channels == 1 ? grey() : colour()
  }
}
