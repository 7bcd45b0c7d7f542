import Foundation
import Images
import Testing

@Suite struct CodecTests {
  /// Different releases of libjpeg round a few pixels differently.
  let jpegTolerance = 1

  @Test func `every kind of file decodes to Pillow's pixels, turned as it says and over white`()
    throws
  {
    let fixture = try Fixture.json("decode.json", as: Fixture.Decoding.self)
    #expect(fixture.cases.count == 64)
    for expected in fixture.cases {
      let image = try PixelImage(decoding: expected.file).colour()
      #expect(
        (image.width, image.height) == (expected.width, expected.height), "\(expected.name)")
      let worst = zip(image.pixels, expected.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
      let isRounded = ["jpg", "lossy.webp", "inks.tif"].contains { expected.name.hasSuffix($0) }
      let tolerance = isRounded ? jpegTolerance : 0
      #expect(worst <= tolerance, "\(expected.name): \(worst) apart")
    }
  }

  @Test func `grey files decode to grey images`() throws {
    let fixture = try Fixture.json("decode.json", as: Fixture.Decoding.self)
    for name in [
      "grey.png", "grey-alpha.png", "bits.png", "grey.jpg", "grey.pgm", "plain.pgm", "bits.pbm",
      "plain.pbm", "grey.tif", "bits.tif", "grey.bmp", "bits.bmp",
    ] {
      #expect(try PixelImage(decoding: fixture.file(name)).channels == 1)
    }
    #expect(try PixelImage(decoding: fixture.file("palette.png")).channels == 3)
  }

  @Test func `a file cut at any length is an error`() throws {
    let fixture = try Fixture.json("decode.json", as: Fixture.Decoding.self)
    for expected in fixture.cases {
      for length in 0..<expected.file.count {
        // What follows a first picture that is whole may be missing, and nobody can tell whether
        // the last number of a plain map has lost a digit.
        guard let image = try? PixelImage(decoding: expected.file.prefix(length)) else { continue }
        let plain = expected.name.hasPrefix("plain.p") && expected.name != "plain.pbm"
        #expect(
          length >= Self.length(ofFirstPictureIn: expected), "\(expected.name) cut at \(length)")
        #expect(
          image.colour().pixels.dropLast(plain ? 3 : 0)
            == expected.pixels.dropLast(plain ? 3 : 0).map { $0 }[...])
      }
    }
  }

  /// How many bytes a decoder has to see.
  private static func length(ofFirstPictureIn expected: Fixture.Decoding.Case) -> Int {
    let file = expected.file
    switch expected.name {
    case "plain.ppm", "plain.pgm": return file.count - 4
    // But for what says that it is the end.
    case "bits.tif": return file.count - 4
    case "runs.bmp": return file.count - 2
    case "palette.gif", "interlaced.gif", "transparent.gif", "offset.gif": return file.count - 1
    // The pictures of a moving one are as long as each other but for what says how they move.
    case "moving.gif": return file.count / 2
    default: return file.count
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
    #expect(throws: ImageError.unrecognised("it is no \(PixelImage.formats)")) {
      try PixelImage(decoding: Data("GIF and so on".utf8))
    }
    let file = try Fixture.json("decode.json", as: Fixture.Decoding.self).file("rgb.png")
    #expect(throws: ImageError.damaged("it ends early")) {
      try PixelImage(decoding: file.dropLast(1))
    }
  }

  @Test(arguments: [
    ("P5 2 2 255\n123", "damaged image: it ends early"),
    ("P5 2 2 255", "damaged image: it ends early"),
    ("P2 2 2 255 1 2 3", "damaged image: it ends early"),
    ("P2 2 1 9 1 12", "damaged image: it has a sample of 12 and says that the largest is 9"),
    ("P5 0 2 255\n", "damaged image: its size is 2x0"),
    ("P6 2 2 65536\n", "damaged image: its largest sample is 65536, not 1 to 65535"),
    ("P6 2 2 0\n", "damaged image: its largest sample is 0, not 1 to 65535"),
    ("P6 wide 2 255\n", "damaged image: its width is no number"),
    ("P6 99999999999999999999 2 255\n", "damaged image: its width has too many digits"),
    (
      "P6 70000 2 255\n",
      "image too large: its size is 2x70000; at most 65535 pixels on a side and 268435456 in all "
        + "are read"
    ),
  ])
  func `a map that contradicts itself is refused`(text: String, reason: String) {
    let error = #expect(throws: ImageError.self) { try PixelImage(decoding: Data(text.utf8)) }
    #expect(error?.description == reason)
  }

  @Test func `a colour that a palette has not is no colour`() throws {
    var file = try Fixture.json("decode.json", as: Fixture.Decoding.self).file("palette.gif")
    // The size of the global palette: two colours instead of eight, and the rest of them gone.
    file[10] &= 0xF8
    file.removeSubrange(13 + 6..<13 + 24)
    #expect(throws: ImageError.damaged("a pixel has a colour that its palette has not")) {
      try PixelImage(decoding: file)
    }
  }

  @Test func `a small file that claims a large size costs no memory`() throws {
    let fixture = try Fixture.json("decode.json", as: Fixture.Decoding.self)
    var jpeg = try fixture.file("rgb.jpg")
    let start = try #require(jpeg.range(of: Data([0xFF, 0xC0]))).lowerBound
    jpeg.replaceSubrange(start + 5..<start + 9, with: [0x3F, 0xFF, 0x3F, 0xFF])
    var gif = try fixture.file("palette.gif")
    gif.replaceSubrange(6..<10, with: [0xFF, 0x3F, 0xFF, 0x3F])
    for file in [jpeg, gif] {
      #expect(
        throws: ImageError.damaged("its size is 16383x16383, more pixels than its bytes can hold")
      ) { try PixelImage(decoding: file) }
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
