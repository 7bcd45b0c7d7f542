import Foundation
import Images
import Testing

@Suite struct AnimatedPNGTests {
  private struct Chunk {
    let kind: String
    let content: Data
  }

  /// Bit by bit, as the PNG specification has it.
  private func checksum(_ bytes: Data) -> UInt32 {
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
  }

  private func number(_ bytes: some Sequence<UInt8>) -> Int {
    bytes.reduce(0) { $0 << 8 | Int($1) }
  }

  private func chunks(of file: Data) throws -> [Chunk] {
    try #require(file.prefix(8) == Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
    var chunks: [Chunk] = []
    var rest = Data(file.dropFirst(8))
    while !rest.isEmpty {
      let length = number(rest.prefix(4))
      let body = Data(rest.dropFirst(4).prefix(4 + length))
      #expect(number(rest.dropFirst(8 + length).prefix(4)) == Int(checksum(body)))
      chunks.append(
        Chunk(
          kind: String(decoding: body.prefix(4), as: UTF8.self), content: Data(body.dropFirst(4))))
      rest = Data(rest.dropFirst(12 + length))
    }
    return chunks
  }

  private func encoded(_ kind: String, _ content: Data) -> Data {
    let body = Data(kind.utf8) + content
    func bytes(_ value: Int) -> Data { Data([24, 16, 8, 0].map { UInt8(value >> $0 & 0xFF) }) }
    return bytes(content.count) + body + bytes(Int(checksum(body)))
  }

  private func picture(_ seed: Int, side: Int = 9) -> PixelImage {
    PixelImage(
      width: side, height: side, channels: 3,
      pixels: (0..<side * side * 3).map { UInt8(truncatingIfNeeded: ($0 + seed) &* 97 ^ seed) })
  }

  @Test func `every frame decodes to its picture, in order, with its time`() throws {
    let pictures = (0..<4).map { picture($0) }
    var animation = AnimatedPNG(framesPerSecond: 8, lastPause: 1.5)
    for picture in pictures { try animation.append(picture) }
    let file = try animation.data()
    let chunks = try chunks(of: file)
    #expect(
      chunks.map(\.kind) == [
        "IHDR", "acTL", "fcTL", "IDAT", "fcTL", "fdAT", "fcTL", "fdAT", "fcTL", "fdAT", "IEND",
      ])
    #expect(number(chunks[1].content.prefix(4)) == 4)
    #expect(number(chunks[1].content.dropFirst(4)) == 0, "it goes round for ever")
    let controls = chunks.filter { $0.kind == "fcTL" }.map(\.content)
    #expect(
      controls.map { number($0.dropFirst(4).prefix(8)) } == Array(repeating: 9 << 32 | 9, count: 4))
    #expect(controls.map { number($0.dropFirst(20).prefix(2)) } == [125, 125, 125, 1500])
    let numbered = chunks.filter { $0.kind == "fcTL" || $0.kind == "fdAT" }
    #expect(numbered.map { number($0.content.prefix(4)) } == Array(0..<7))
    let frames =
      chunks.filter { $0.kind == "IDAT" }.map(\.content)
      + chunks.filter { $0.kind == "fdAT" }.map { Data($0.content.dropFirst(4)) }
    for (frame, expected) in zip(frames, pictures) {
      let single =
        file.prefix(8) + encoded("IHDR", chunks[0].content) + encoded("IDAT", frame)
        + encoded("IEND", Data())
      #expect(try PixelImage(decoding: single) == expected)
    }
    #expect(try PixelImage(decoding: file) == pictures[0], "others see the first picture")
  }

  @Test func `thinning keeps the last picture and leaves out every second one`() throws {
    var animation = AnimatedPNG(framesPerSecond: 8)
    for seed in 0..<6 { try animation.append(picture(seed)) }
    let size = animation.byteCount
    animation.thin()
    #expect(animation.count == 3)
    #expect(animation.byteCount < size * 2 / 3)
    animation.thin()
    animation.thin()
    #expect(animation.count == 2)
    #expect(try PixelImage(decoding: animation.data()) == picture(1))
  }

  @Test func `pictures of two sizes and none at all are refused`() throws {
    var animation = AnimatedPNG(framesPerSecond: 1)
    #expect(throws: ImageError.self) { try animation.data() }
    try animation.append(picture(1))
    #expect(throws: ImageError.self) { try animation.append(picture(1, side: 8)) }
    #expect(animation.count == 1)
  }

  @Test func `images come off a sheet as they were laid out`() throws {
    let pictures = (0..<7).map { picture($0) }
    let sheet = SampleSheet(squareFor: 7)
    let page = sheet.compose(pictures)
    #expect(sheet.images(on: page, count: 7) == pictures)
    #expect(sheet.images(on: page, count: 5) == nil)
    #expect(sheet.images(on: page.cropped(x: 1, y: 0, width: 99, height: 99), count: 7) == nil)
    #expect(sheet.images(on: PixelImage(width: 1, height: 1, colour: [0]), count: 1) == nil)
  }
}
