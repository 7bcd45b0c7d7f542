/// Netpbm's grey and colour maps: PGM (`P2` in words, `P5` in bytes) and PPM (`P3`, `P6`).
///
/// Samples of up to 16 bits become 8-bit ones, rounded, as in Pillow: round(sample · 255 / maximum).
struct PortableMap {
  private let bytes: UnsafeRawBufferPointer
  private var position = 2
  private let channels: Int
  /// Whether samples are written as numbers between blanks.
  private let isPlain: Bool

  /// Nil for bytes that do not begin as such a map does.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= 3, bytes[0] == UInt8(ascii: "P"),
      Self.isBlank(bytes[2]) || bytes[2] == Self.comment
    else { return nil }
    switch bytes[1] {
    case UInt8(ascii: "2"): (channels, isPlain) = (1, true)
    case UInt8(ascii: "3"): (channels, isPlain) = (3, true)
    case UInt8(ascii: "5"): (channels, isPlain) = (1, false)
    case UInt8(ascii: "6"): (channels, isPlain) = (3, false)
    default: return nil
    }
    self.bytes = bytes
  }

  /// The picture; further ones in the same file are left.
  mutating func decode() throws(ImageError) -> PixelImage {
    let width = try number("width")
    let height = try number("height")
    let maximum = try number("largest sample")
    guard width > 0, height > 0 else { throw .damaged("its size is \(width)x\(height)") }
    guard width <= PixelImage.sideLimit, height <= PixelImage.sideLimit,
      width * height <= PixelImage.pixelLimit
    else {
      throw .tooLarge(
        "its size is \(width)x\(height); at most \(PixelImage.sideLimit) pixels on a side and "
          + "\(PixelImage.pixelLimit) in all are read")
    }
    guard (1...65535).contains(maximum) else {
      throw .damaged("its largest sample is \(maximum), not 1 to 65535")
    }
    // Exactly one blank stands between the header and the samples.
    position += isPlain ? 0 : 1
    let count = width * height * channels
    // A plain sample is a digit and, but for the last, a blank.
    let needed = isPlain ? 2 * count - 1 : maximum > 255 ? 2 * count : count
    guard position <= bytes.count, needed <= bytes.count - position else {
      throw .damaged("it ends early")
    }
    let pixels = try isPlain ? plainSamples(count, maximum) : samples(count, maximum)
    return PixelImage(width: width, height: height, channels: channels, pixels: pixels)
  }

  private func samples(_ count: Int, _ maximum: Int) throws(ImageError) -> [UInt8] {
    let start = position
    if maximum == 255 { return Array(bytes[start..<start + count]) }
    let table = maximum < 255 ? (0...maximum).map { Self.scaled($0, maximum) } : []
    var pixels: [UInt8] = []
    pixels.reserveCapacity(count)
    for i in 0..<count {
      let sample =
        maximum > 255
        ? Int(bytes[start + 2 * i]) << 8 | Int(bytes[start + 2 * i + 1]) : Int(bytes[start + i])
      guard sample <= maximum else { throw Self.tooLarge(sample, maximum) }
      pixels.append(maximum < 255 ? table[sample] : Self.scaled(sample, maximum))
    }
    return pixels
  }

  private mutating func plainSamples(
    _ count: Int, _ maximum: Int
  ) throws(ImageError) -> [UInt8] {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(count)
    for _ in 0..<count {
      let sample = try number("sample")
      guard sample <= maximum else { throw Self.tooLarge(sample, maximum) }
      pixels.append(Self.scaled(sample, maximum))
    }
    return pixels
  }

  private static func scaled(_ sample: Int, _ maximum: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: (sample * 510 + maximum) / (2 * maximum))
  }

  private static func tooLarge(_ sample: Int, _ maximum: Int) -> ImageError {
    .damaged("it has a sample of \(sample) and says that the largest is \(maximum)")
  }

  /// The next whole number, after blanks and comments; `position` is then behind its last digit.
  private mutating func number(_ what: String) throws(ImageError) -> Int {
    while position < bytes.count {
      if bytes[position] == Self.comment {
        while position < bytes.count, !Self.isLineEnd(bytes[position]) { position += 1 }
      } else if Self.isBlank(bytes[position]) {
        position += 1
      } else {
        break
      }
    }
    guard position < bytes.count else { throw .damaged("it ends early") }
    var value = 0
    let start = position
    while position < bytes.count, bytes[position] >= 48, bytes[position] <= 57 {
      value = value * 10 + Int(bytes[position] - 48)
      guard value <= Int(Int32.max) else { throw .damaged("its \(what) has too many digits") }
      position += 1
    }
    guard position > start else { throw .damaged("its \(what) is no number") }
    return value
  }

  private static let comment = UInt8(ascii: "#")

  private static func isLineEnd(_ byte: UInt8) -> Bool { byte == 10 || byte == 13 }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
}
