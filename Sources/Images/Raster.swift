/// A picture as its file has it: with alpha, and in the order in which the file keeps its rows.
struct Raster {
  let width: Int
  let height: Int
  /// 1 (grey), 2 (grey and alpha), 3 (RGB) or 4 (RGB and alpha).
  let channels: Int
  /// Rows from the first, channels interleaved.
  let pixels: [UInt8]
  var orientation = Orientation.upright
  /// Whether colours are weighed with alpha already.
  var isPremultiplied = false
  var hasInks = false

  /// The picture as it is to be shown.
  func shown(over background: Colour) -> DecodedImage {
    let hasAlpha = channels == 2 || channels == 4
    let isTransparent = hasAlpha && isAnywhereTransparent
    let flat = !hasAlpha ? image(pixels, channels) : isTransparent ? composed(background) : opaque
    return DecodedImage(
      image: flat.shown(orientation), orientation: orientation, isTransparent: isTransparent,
      hasInks: hasInks)
  }

  private func image(_ pixels: [UInt8], _ channels: Int) -> PixelImage {
    PixelImage(width: width, height: height, channels: channels, pixels: pixels)
  }

  private var isAnywhereTransparent: Bool {
    pixels.withUnsafeBufferPointer { pixels in
      stride(from: channels - 1, to: pixels.count, by: channels).contains { pixels[$0] != 255 }
    }
  }

  /// The picture without an alpha that says nothing.
  private var opaque: PixelImage {
    let kept = channels - 1
    let result = [UInt8](unsafeUninitializedCapacity: width * height * kept) { target, count in
      pixels.withUnsafeBufferPointer { source in
        for i in 0..<width * height {
          for c in 0..<kept { target[i * kept + c] = source[i * channels + c] }
        }
      }
      count = width * height * kept
    }
    return image(result, kept)
  }

  /// The picture over a colour, as Pillow's `paste` with a mask rounds it; grey where both are.
  private func composed(_ background: Colour) -> PixelImage {
    let behind = [background.red, background.green, background.blue]
    let colours = channels - 1
    let kept = colours == 1 && background.isGrey ? 1 : 3
    let result = [UInt8](unsafeUninitializedCapacity: width * height * kept) { target, count in
      pixels.withUnsafeBufferPointer { source in
        for i in 0..<width * height {
          let alpha = Int(source[i * channels + colours])
          for c in 0..<kept {
            let colour = Int(source[i * channels + min(c, colours - 1)])
            let rest = Int(behind[c]) * (255 - alpha)
            // A weighed colour that is larger than its alpha is a damaged file's.
            let sum = isPremultiplied ? min(colour, alpha) * 255 + rest : colour * alpha + rest
            target[i * kept + c] = UInt8(truncatingIfNeeded: Self.divided(sum))
          }
        }
      }
      count = width * height * kept
    }
    return image(result, kept)
  }

  /// x / 255, rounded, for 0…255².
  private static func divided(_ x: Int) -> Int {
    let x = x + 128
    return ((x >> 8) + x) >> 8
  }
}
