/// Netpbm's maps: PBM (`P1` in words, `P4` in bits), PGM (`P2`, `P5`), PPM (`P3`, `P6`) and PAM (`P7`), which
/// may have alpha.
///
/// Samples of up to 16 bits become 8-bit ones, rounded, as in Pillow: round(sample · 255 / maximum).
struct PortableMap {
  private let bytes: UnsafeRawBufferPointer
  private var position = 2
  private let kind: Kind

  private enum Kind: UInt8 {
    case plainBits = 49
    case plainGrey, plainColour, bits, grey, colour, arbitrary

    /// Whether samples are written as numbers between blanks.
    var isPlain: Bool { self == .plainBits || self == .plainGrey || self == .plainColour }
    var isBits: Bool { self == .plainBits || self == .bits }
  }

  private struct Header {
    var width = 0
    var height = 0
    var channels = 1
    var maximum = 1
  }

  /// Nil for bytes that do not begin as such a map does.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= 3, bytes[0] == UInt8(ascii: "P"), let kind = Kind(rawValue: bytes[1])
    else { return nil }
    guard
      kind == .arbitrary
        ? Self.isLineEnd(bytes[2]) : Self.isBlank(bytes[2]) || bytes[2] == Self.comment
    else { return nil }
    self.kind = kind
    self.bytes = bytes
  }

  /// The picture; further ones in the same file are left.
  mutating func decode() throws(ImageError) -> Raster {
    let header = try kind == .arbitrary ? words() : numbers()
    let (width, height) = (header.width, header.height)
    guard width > 0, height > 0 else { throw .damaged("its size is \(height)x\(width)") }
    try PixelImage.checkSize(width: width, height: height)
    guard (1...65535).contains(header.maximum) else {
      throw .damaged("its largest sample is \(header.maximum), not 1 to 65535")
    }
    guard (1...4).contains(header.channels) else {
      throw .unsupported("a map of \(header.channels) samples a pixel")
    }
    // Exactly one blank stands between the header and the samples.
    position += kind.isPlain || kind == .arbitrary ? 0 : 1
    let count = width * height * header.channels
    let needed =
      switch kind {
      // Bits need no blanks between them; other plain samples are a digit and, but for the last, a blank.
      case .plainBits: count
      case .plainGrey, .plainColour: 2 * count - 1
      case .bits: (width + 7) / 8 * height
      case .grey, .colour, .arbitrary: header.maximum > 255 ? 2 * count : count
      }
    guard position <= bytes.count, needed <= bytes.count - position else {
      throw .damaged("it ends early")
    }
    let pixels: [UInt8]
    switch kind {
    case .plainBits: pixels = try plainBits(count)
    case .bits: pixels = packedBits(width, height)
    case .plainGrey, .plainColour: pixels = try plainSamples(count, header.maximum)
    case .grey, .colour, .arbitrary: pixels = try samples(count, header.maximum)
    }
    return Raster(width: width, height: height, channels: header.channels, pixels: pixels)
  }

  // MARK: Headers

  private mutating func numbers() throws(ImageError) -> Header {
    var header = Header()
    header.width = try number("width")
    header.height = try number("height")
    if !kind.isBits { header.maximum = try number("largest sample") }
    if kind == .colour || kind == .plainColour { header.channels = 3 }
    return header
  }

  /// The header of PAM: lines of a word and its value, up to `ENDHDR`.
  private mutating func words() throws(ImageError) -> Header {
    var header = Header()
    var lines = 0
    while let line = line() {
      lines += 1
      guard lines <= 100 else { throw .damaged("its header has no end") }
      let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
      guard let word = parts.first, !word.hasPrefix("#") else { continue }
      if word == "ENDHDR" { return header }
      // What the samples mean follows from their number; the type only names it.
      if word == "TUPLTYPE" { continue }
      guard let text = parts.last, parts.count == 2, let value = Int32(text) else {
        throw .damaged("its \(word.prefix(40)) is no number")
      }
      switch word {
      case "WIDTH": header.width = Int(value)
      case "HEIGHT": header.height = Int(value)
      case "DEPTH": header.channels = Int(value)
      case "MAXVAL": header.maximum = Int(value)
      default: throw .damaged("its header has a word that is not PAM's: \(word.prefix(40))")
      }
    }
    throw .damaged("it ends early")
  }

  private mutating func line() -> String? {
    if position == 2 { position = 3 }
    guard let end = bytes[min(position, bytes.count)...].prefix(1000).firstIndex(of: 10) else {
      return nil
    }
    defer { position = end + 1 }
    let text = String(decoding: bytes[position..<end], as: UTF8.self)
    return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  // MARK: Samples

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

  /// Of a bit map 1 is black.
  private func packedBits(_ width: Int, _ height: Int) -> [UInt8] {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(width * height)
    let stride = (width + 7) / 8
    for y in 0..<height {
      for x in 0..<width {
        let bit = bytes[position + y * stride + x / 8] >> UInt8(7 - x % 8) & 1
        pixels.append(bit == 1 ? 0 : 255)
      }
    }
    return pixels
  }

  private mutating func plainBits(_ count: Int) throws(ImageError) -> [UInt8] {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(count)
    while pixels.count < count {
      skipBlanks()
      guard position < bytes.count else { throw .damaged("it ends early") }
      guard bytes[position] == 48 || bytes[position] == 49 else {
        throw .damaged("a sample is neither 0 nor 1")
      }
      pixels.append(bytes[position] == 49 ? 0 : 255)
      position += 1
    }
    return pixels
  }

  private static func scaled(_ sample: Int, _ maximum: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: (sample * 510 + maximum) / (2 * maximum))
  }

  private static func tooLarge(_ sample: Int, _ maximum: Int) -> ImageError {
    .damaged("it has a sample of \(sample) and says that the largest is \(maximum)")
  }

  // MARK: Words

  /// The next whole number, after blanks and comments; `position` is then behind its last digit.
  private mutating func number(_ what: String) throws(ImageError) -> Int {
    skipBlanks()
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

  private mutating func skipBlanks() {
    while position < bytes.count {
      if bytes[position] == Self.comment {
        while position < bytes.count, !Self.isLineEnd(bytes[position]) { position += 1 }
      } else if Self.isBlank(bytes[position]) {
        position += 1
      } else {
        break
      }
    }
  }

  private static let comment = UInt8(ascii: "#")

  private static func isLineEnd(_ byte: UInt8) -> Bool { byte == 10 || byte == 13 }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
}
