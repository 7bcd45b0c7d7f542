import Foundation
import Images
import Testing

@Suite struct CodecTests {
  /// Different releases of libjpeg round a few pixels differently.
  let jpegTolerance = 1

  @Test func `every kind of file decodes to Pillow's pixels`() throws {
    let fixture = try Fixture.json("decode.json", as: Fixture.Decoding.self)
    #expect(fixture.cases.count == 15)
    for expected in fixture.cases {
      let image = try PixelImage(decoding: expected.file).colour()
      #expect((image.width, image.height) == (expected.width, expected.height))
      let worst = zip(image.pixels, expected.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
      let tolerance = expected.name.hasSuffix("jpg") ? jpegTolerance : 0
      #expect(worst <= tolerance, "\(expected.name): \(worst) apart")
    }
  }

  @Test func `grey files decode to grey images`() throws {
    let fixture = try Fixture.json("decode.json", as: Fixture.Decoding.self)
    for name in ["grey.png", "grey-alpha.png", "bits.png", "grey.jpg"] {
      #expect(try PixelImage(decoding: fixture.file(name)).channels == 1)
    }
    #expect(try PixelImage(decoding: fixture.file("palette.png")).channels == 3)
  }

  @Test func `a file cut at any length is an error`() throws {
    let fixture = try Fixture.json("decode.json", as: Fixture.Decoding.self)
    for expected in fixture.cases {
      for length in 0..<expected.file.count {
        #expect(throws: ImageError.self, "\(expected.name) cut at \(length)") {
          try PixelImage(decoding: expected.file.prefix(length))
        }
      }
    }
  }

  @Test func `no changed byte crashes the decoder`() throws {
    let fixture = try Fixture.json("decode.json", as: Fixture.Decoding.self)
    for expected in fixture.cases {
      for position in expected.file.indices {
        for change: UInt8 in [0xFF, 0x01, 0x80] {
          var file = expected.file
          file[position] ^= change
          if let image = try? PixelImage(decoding: file) {
            #expect(image.pixels.count == image.width * image.height * image.channels)
          }
        }
      }
    }
  }

  @Test func `what is no image is told apart from a damaged one`() throws {
    #expect(throws: ImageError.unrecognised("it is empty")) { try PixelImage(decoding: Data()) }
    #expect(throws: ImageError.unrecognised("it is neither JPEG nor PNG")) {
      try PixelImage(decoding: Data("GIF89a and so on".utf8))
    }
    let file = try Fixture.json("decode.json", as: Fixture.Decoding.self).file("rgb.png")
    #expect(throws: ImageError.damaged("it ends early")) {
      try PixelImage(decoding: file.dropLast(1))
    }
  }

  @Test func `a size beyond the limits is refused before memory is asked for`() throws {
    var file = try Fixture.json("decode.json", as: Fixture.Decoding.self).file("rgb.jpg")
    let start = try #require(file.range(of: Data([0xFF, 0xC0])))
    file.replaceSubrange(
      start.lowerBound + 5..<start.lowerBound + 9, with: [0xFF, 0xDC, 0xFF, 0xDC])
    let error = #expect(throws: ImageError.self) { try PixelImage(decoding: file) }
    #expect(
      error?.description
        == "image too large: its size is 65500x65500; "
        + "at most 65535 pixels on a side and 268435456 in all are read")
  }

  @Test func `a written PNG reads back and is the same every time`() throws {
    for channels in [1, 3] {
      let pixels = (0..<31 * 17 * channels).map { UInt8(truncatingIfNeeded: $0 * 37 ^ $0 >> 3) }
      let image = PixelImage(width: 31, height: 17, channels: channels, pixels: pixels)
      let data = try image.pngData()
      #expect(try image.pngData() == data)
      #expect(try PixelImage(decoding: data) == image)
    }
    #expect(throws: ImageError.self) {
      try PixelImage(width: 0, height: 4, colour: [0]).pngData()
    }
  }
}
