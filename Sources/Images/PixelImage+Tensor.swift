extension PixelImage {
  /// The images of a tensor `[count, channels, height, width]` with values in −1…1: the pixel is
  /// round((x + 1) · 127.5), clamped to 0…255; what is not a number becomes 0.
  ///
  /// - Parameters:
  ///   - values: at least `count * channels * height * width` of them; fewer give fewer images.
  ///   - channels: 1 or 3.
  package static func images(
    fromTensor values: UnsafeBufferPointer<Float>, count: Int, channels: Int, height: Int,
    width: Int
  ) -> [PixelImage] {
    let plane = height * width
    let size = channels * plane
    precondition((channels == 1 || channels == 3) && plane > 0, "an image has 1 or 3 channels")
    return (0..<min(count, values.count / size)).map { image in
      let pixels = [UInt8](unsafeUninitializedCapacity: size) { target, filled in
        for c in 0..<channels {
          let start = image * size + c * plane
          for i in 0..<plane { target[i * channels + c] = Self.pixel(values[start + i]) }
        }
        filled = size
      }
      return PixelImage(width: width, height: height, channels: channels, pixels: pixels)
    }
  }

  /// The images of a tensor `[count, channels, height, width]` with values in −1…1.
  package static func images(
    fromTensor values: [Float], count: Int, channels: Int, height: Int, width: Int
  ) -> [PixelImage] {
    values.withUnsafeBufferPointer {
      images(fromTensor: $0, count: count, channels: channels, height: height, width: width)
    }
  }

  /// The pixel of a value in −1…1.
  package static func pixel(_ value: Float) -> UInt8 {
    let scaled = ((value + 1) * 127.5).rounded()
    return scaled >= 255 ? 255 : scaled > 0 ? UInt8(scaled) : 0
  }

  /// The image as planes `[channels, height, width]` in −1…1: pixel / 127.5 − 1.
  package func tensor() -> [Float] {
    let plane = width * height
    return [Float](unsafeUninitializedCapacity: pixels.count) { target, filled in
      for c in 0..<channels {
        for i in 0..<plane { target[c * plane + i] = Float(pixels[i * channels + c]) / 127.5 - 1 }
      }
      filled = pixels.count
    }
  }
}
