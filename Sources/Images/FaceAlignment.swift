import Foundation

/// The turn, scale and shift that bring the eyes of a face to where they are in CelebA's aligned images.
package struct FaceAlignment: Sendable, Hashable {
  /// Of an aligned image.
  package static let (width, height) = (178, 218)
  /// Where the eyes lie in it, from the left and from the top: the mean of 1,500 aligned images is darkest within two pixels of
  /// these places.
  package static let eyes = (left: SIMD2(69.4, 111.2), right: SIMD2(107.6, 111.2))

  /// Where they lie in the photograph, the one that is seen on the left first.
  package let left, right: SIMD2<Double>

  /// - Returns: nil where they are at no two places.
  package init?(left: SIMD2<Double>, right: SIMD2<Double>) {
    let apart = right - left
    guard (apart * apart).sum().isFinite, (apart * apart).sum() >= 4 else { return nil }
    (self.left, self.right) = (left, right)
  }

  /// Whether an eye lies within a photograph.
  package func isInside(_ image: PixelImage) -> Bool {
    [left, right].contains { eye in
      (0...Double(image.width)).contains(eye.x) && (0...Double(image.height)).contains(eye.y)
    }
  }

  /// A photograph's face as an aligned image; what lies outside of the photograph has the colour of its border.
  package func aligned(_ image: PixelImage) -> PixelImage {
    let wanted = Self.eyes.right - Self.eyes.left
    let apart = right - left
    let scale = ((wanted * wanted).sum() / (apart * apart).sum()).squareRoot()
    // Made smaller first with a filter that looks at every pixel, then sampled.
    let shrinks = scale < 0.75
    func side(_ length: Int) -> Int {
      shrinks ? max(1, Int((Double(length) * scale).rounded())) : length
    }
    let source =
      shrinks
      ? image.resized(width: side(image.width), height: side(image.height), filter: .box) : image
    let ratio = SIMD2(
      Double(source.width) / Double(image.width), Double(source.height) / Double(image.height))
    // As complex numbers: a place is left + (place - eye) · turn.
    let turn =
      SIMD2((apart * wanted).sum(), apart.y * wanted.x - apart.x * wanted.y)
      / (wanted * wanted).sum()
    var pixels: [UInt8] = []
    pixels.reserveCapacity(Self.width * Self.height * source.channels)
    for y in 0..<Self.height {
      for x in 0..<Self.width {
        let offset = SIMD2(Double(x) + 0.5, Double(y) + 0.5) - Self.eyes.left
        let place =
          left
          + SIMD2(
            offset.x * turn.x - offset.y * turn.y, offset.x * turn.y + offset.y * turn.x)
        source.appendSample(at: place * ratio - 0.5, to: &pixels)
      }
    }
    return PixelImage(
      width: Self.width, height: Self.height, channels: source.channels, pixels: pixels)
  }
}

extension PixelImage {
  /// Appends the bilinear mean of the four pixels around a place, in pixels from the middle of the first one.
  fileprivate func appendSample(at place: SIMD2<Double>, to target: inout [UInt8]) {
    let clamped = place.clamped(
      lowerBound: .zero, upperBound: SIMD2(Double(width - 1), Double(height - 1)))
    let first = clamped.rounded(.down)
    let (part, x, y) = (clamped - first, Int(first.x), Int(first.y))
    let (right, below) = (min(x + 1, width - 1), min(y + 1, height - 1))
    for channel in 0..<channels {
      func value(_ x: Int, _ y: Int) -> Double {
        Double(pixels[(y * width + x) * channels + channel])
      }
      let above = value(x, y) * (1 - part.x) + value(right, y) * part.x
      let under = value(x, below) * (1 - part.x) + value(right, below) * part.x
      target.append(UInt8((above * (1 - part.y) + under * part.y).rounded()))
    }
  }
}
