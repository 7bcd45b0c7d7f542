/// Windows' and OS/2's bitmaps (BMP): 1 to 32 bits a pixel, plain, by masks, or run-length encoded.
///
/// A fourth byte is alpha only where a mask says so, as in Pillow, and where it is not 0 everywhere, as
/// in browsers: programs that know nothing of alpha leave it so.
struct BitmapFile {
  private let bytes: UnsafeRawBufferPointer
  private let headerSize: Int

  static let signatureLength = 18

  /// Nil for bytes that do not begin as a bitmap does.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= Self.signatureLength, bytes[0] == UInt8(ascii: "B"),
      bytes[1] == UInt8(ascii: "M")
    else { return nil }
    self.bytes = bytes
    headerSize = Self.number(bytes, 14, 4)
    guard [12, 16, 40, 52, 56, 64, 108, 124].contains(headerSize) else { return nil }
  }

  private static func number(_ bytes: UnsafeRawBufferPointer, _ place: Int, _ count: Int) -> Int {
    (0..<count).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
  }

  private func number(_ place: Int, _ count: Int) -> Int {
    place + count <= bytes.count ? Self.number(bytes, place, count) : 0
  }

  private struct Header {
    var width = 0
    var height = 0
    var isTopDown = false
    var bits = 0
    var compression = 0
    var colours = 0
    /// Where the palette and the pixels begin.
    var palette = 0
    var paletteEntry = 4
    var pixels = 0
    /// Red, green, blue, alpha.
    var masks: [UInt32] = []
  }

  /// - Throws: `ImageError` where it ends early, contradicts itself or is of a kind that is not read.
  func decode() throws(ImageError) -> Raster {
    guard bytes.count >= 14 + headerSize else { throw .damaged("it ends early") }
    let header = try readHeader()
    guard header.width > 0, header.height > 0 else {
      throw .damaged("its size is \(header.height)x\(header.width)")
    }
    try PixelImage.checkSize(width: header.width, height: header.height)
    switch (header.compression, header.bits) {
    case (0, 1), (0, 4), (0, 8): return try indexed(header)
    case (1, 8), (2, 4): return try runs(header)
    case (0, 16), (0, 24), (0, 32), (3, 16), (3, 32), (6, 16), (6, 32): return try direct(header)
    default:
      throw .unsupported(
        "a bitmap of \(header.bits) bits a pixel, compression \(header.compression)")
    }
  }

  private func readHeader() throws(ImageError) -> Header {
    var header = Header()
    header.pixels = number(10, 4)
    header.palette = 14 + headerSize
    if headerSize == 12 {
      (header.width, header.height) = (number(18, 2), number(20, 2))
      header.bits = number(24, 2)
      header.paletteEntry = 3
    } else {
      header.width = Int(Int32(truncatingIfNeeded: number(18, 4)))
      let height = Int(Int32(truncatingIfNeeded: number(22, 4)))
      (header.height, header.isTopDown) = (abs(height), height < 0)
      header.bits = number(28, 2)
      if headerSize >= 40 {
        header.compression = number(30, 4)
        header.colours = number(46, 4)
      }
    }
    if header.compression == 3 || header.compression == 6 {
      // Masks stand behind the shortest header and in the others.
      let count = headerSize >= 56 || header.compression == 6 ? 4 : 3
      header.masks = (0..<count).map { UInt32(truncatingIfNeeded: number(54 + 4 * $0, 4)) }
      if headerSize == 40 { header.palette += 4 * count }
    } else if header.bits == 16 {
      header.masks = [0x7C00, 0x03E0, 0x001F]
    } else {
      header.masks = [0xFF0000, 0xFF00, 0xFF]
    }
    return header
  }

  // MARK: Pixels

  /// The bytes of every row, from the top; rows end at multiples of four bytes.
  private func rows(_ header: Header) throws(ImageError) -> [Int] {
    let stride = (header.width * header.bits + 31) / 32 * 4
    guard header.pixels <= bytes.count, stride * header.height <= bytes.count - header.pixels
    else { throw .damaged("it ends early") }
    return (0..<header.height).map {
      header.pixels + stride * (header.isTopDown ? $0 : header.height - 1 - $0)
    }
  }

  private func palette(_ header: Header) throws(ImageError) -> [[UInt8]] {
    let most = 1 << header.bits
    let count = header.colours == 0 ? most : min(header.colours, most)
    // Where the palette is cut by the pixels, the colours that are there count.
    let end = header.pixels > header.palette ? min(header.pixels, bytes.count) : bytes.count
    let held = max(0, (end - header.palette) / header.paletteEntry)
    guard held > 0 else { throw .damaged("it has no palette") }
    return (0..<min(count, held)).map { index in
      let place = header.palette + index * header.paletteEntry
      return [bytes[place + 2], bytes[place + 1], bytes[place]]
    }
  }

  private func indexed(_ header: Header) throws(ImageError) -> Raster {
    let rows = try rows(header)
    let palette = try palette(header)
    var indices: [UInt8] = []
    indices.reserveCapacity(header.width * header.height)
    let (perByte, mask) = (8 / header.bits, UInt8(truncatingIfNeeded: (1 << header.bits) - 1))
    for row in rows {
      for x in 0..<header.width {
        let shift = 8 - header.bits * (x % perByte + 1)
        indices.append(bytes[row + x / perByte] >> UInt8(shift) & mask)
      }
    }
    return try painted(indices, palette, header)
  }

  private func painted(
    _ indices: [UInt8], _ palette: [[UInt8]], _ header: Header
  ) throws(ImageError) -> Raster {
    if let largest = indices.max(), Int(largest) >= palette.count {
      throw .damaged("a pixel has a colour that its palette has not")
    }
    let isGrey = palette.allSatisfy { $0[0] == $0[1] && $0[1] == $0[2] }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(indices.count * (isGrey ? 1 : 3))
    for index in indices {
      let colour = palette[Int(index)]
      if isGrey { pixels.append(colour[0]) } else { pixels += colour }
    }
    return Raster(
      width: header.width, height: header.height, channels: isGrey ? 1 : 3, pixels: pixels)
  }

  private func direct(_ header: Header) throws(ImageError) -> Raster {
    let rows = try rows(header)
    let size = header.bits / 8
    var channels = header.masks.prefix(4).map { SampleMask($0) }
    if channels.count == 4, channels[3].largest == 0 { channels.removeLast() }
    guard channels.allSatisfy({ $0.largest > 0 }) else {
      throw .damaged("a mask of its colours is empty")
    }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(header.width * header.height * channels.count)
    for row in rows {
      for x in 0..<header.width {
        let word = UInt32(truncatingIfNeeded: number(row + x * size, size))
        for channel in channels { pixels.append(channel.sample(word)) }
      }
    }
    if channels.count == 4, stride(from: 3, to: pixels.count, by: 4).allSatisfy({ pixels[$0] == 0 })
    {
      for i in stride(from: 3, to: pixels.count, by: 4) { pixels[i] = 255 }
    }
    return Raster(
      width: header.width, height: header.height, channels: channels.count, pixels: pixels)
  }

  /// Bits of a pixel that are one sample; samples are brought to 0…255, rounded down as in Pillow.
  private struct SampleMask {
    let mask: UInt32
    let shift: Int
    let largest: Int

    init(_ mask: UInt32) {
      self.mask = mask
      shift = mask == 0 ? 0 : mask.trailingZeroBitCount
      largest = Int(mask >> UInt32(shift))
    }

    func sample(_ word: UInt32) -> UInt8 {
      let value = Int((word & mask) >> UInt32(shift))
      return UInt8(truncatingIfNeeded: value * 255 / largest)
    }
  }

  // MARK: Runs

  /// Run-length encoded indices; what no run reaches has the first colour.
  private func runs(_ header: Header) throws(ImageError) -> Raster {
    let palette = try palette(header)
    let (width, height) = (header.width, header.height)
    // A pair of bytes stands for at most 255 pixels; jumps over the rest are for small pages.
    guard width * height <= max(1 << 22, bytes.count * 255) else {
      throw .damaged("its size is \(height)x\(width), more pixels than its bytes can hold")
    }
    var indices = [UInt8](repeating: 0, count: width * height)
    var (x, y, place) = (0, 0, header.pixels)
    func byte() throws(ImageError) -> Int {
      guard place < bytes.count else { throw .damaged("it ends early") }
      defer { place += 1 }
      return Int(bytes[place])
    }
    func put(_ index: Int) {
      if x < width, y < height {
        let row = header.isTopDown ? y : height - 1 - y
        indices[row * width + x] = UInt8(truncatingIfNeeded: index)
      }
      x += 1
    }
    decoding: while y < height {
      let (count, value) = (try byte(), try byte())
      if count > 0 {
        for i in 0..<count {
          put(header.bits == 8 ? value : i % 2 == 0 ? value >> 4 : value & 15)
        }
        continue
      }
      switch value {
      case 0: (x, y) = (0, y + 1)
      case 1: break decoding
      case 2:
        x += try byte()
        y += try byte()
      default:
        let start = place
        for i in 0..<value {
          guard header.bits == 4, i % 2 == 1 else {
            let next = try byte()
            put(header.bits == 8 ? next : next >> 4)
            continue
          }
          put(Int(bytes[place - 1]) & 15)
        }
        // Literal bytes end at multiples of two.
        if (place - start) % 2 == 1 { place += 1 }
      }
    }
    return try painted(indices, palette, header)
  }
}
