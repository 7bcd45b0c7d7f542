/// A picture as it is to be shown, and what its file had to say about that.
package struct DecodedImage: Sendable, Hashable {
  package let image: PixelImage
  /// What was done so that it stands as it was taken.
  package let orientation: Orientation
  /// Whether something of the background can be seen.
  package let isTransparent: Bool
  /// Whether its colours were made from four inks (CMYK).
  package let hasInks: Bool

  init(image: PixelImage, orientation: Orientation, isTransparent: Bool, hasInks: Bool) {
    self.image = image
    self.orientation = orientation
    self.isTransparent = isTransparent
    self.hasInks = hasInks
  }

  /// A picture of which nothing more is said.
  package init(_ image: PixelImage) {
    self.init(image: image, orientation: .upright, isTransparent: false, hasInks: false)
  }
}

extension DecodedImage {
  /// Another picture made of it.
  package func with(_ change: (PixelImage) -> PixelImage) -> DecodedImage {
    DecodedImage(
      image: change(image), orientation: orientation, isTransparent: isTransparent,
      hasInks: hasInks)
  }
}

/// How the rows of a file are to be turned, by the numbers of EXIF and TIFF.
package enum Orientation: UInt32, Sendable, Hashable, CaseIterable {
  case upright = 1
  case mirrored, halfTurn, upsideDown
  case transposed, quarterTurn, transversed, threeQuarterTurns
}

/// A colour without transparency.
package struct Colour: Sendable, Hashable {
  package let red: UInt8
  package let green: UInt8
  package let blue: UInt8

  package init(red: UInt8, green: UInt8, blue: UInt8) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  package static let white = Colour(red: 255, green: 255, blue: 255)
  package static let black = Colour(red: 0, green: 0, blue: 0)

  var isGrey: Bool { red == green && green == blue }
}

extension PixelImage {
  /// The picture turned and mirrored as an orientation asks for (as Pillow's `exif_transpose`).
  package func shown(_ orientation: Orientation) -> PixelImage {
    // Where the first pixel of the result is, and how far it is to the next in its row and column.
    let (w, h) = (width, height)
    let (start, across, down, turned): (Int, Int, Int, Bool)
    switch orientation {
    case .upright: return self
    case .mirrored: (start, across, down, turned) = (w - 1, -1, w, false)
    case .halfTurn: (start, across, down, turned) = (w * h - 1, -1, -w, false)
    case .upsideDown: (start, across, down, turned) = ((h - 1) * w, 1, -w, false)
    case .transposed: (start, across, down, turned) = (0, w, 1, true)
    case .quarterTurn: (start, across, down, turned) = ((h - 1) * w, -w, 1, true)
    case .transversed: (start, across, down, turned) = (w * h - 1, -w, -1, true)
    case .threeQuarterTurns: (start, across, down, turned) = (w - 1, w, -1, true)
    }
    let (width, height) = turned ? (h, w) : (w, h)
    let result = [UInt8](unsafeUninitializedCapacity: pixels.count) { target, count in
      pixels.withUnsafeBufferPointer { source in
        for y in 0..<height {
          for x in 0..<width {
            let from = (start + x * across + y * down) * channels
            let to = (y * width + x) * channels
            for c in 0..<channels { target[to + c] = source[from + c] }
          }
        }
      }
      count = pixels.count
    }
    return PixelImage(width: width, height: height, channels: channels, pixels: result)
  }
}
