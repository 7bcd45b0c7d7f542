import Foundation
import Images
import Testing

/// What a file says about how it is to be shown.
@Suite struct ShownTests {
  func fixture(_ name: String) throws -> Data {
    try Fixture.json("decode.json", as: Fixture.Decoding.self).file(name)
  }

  @Test func `a picture is told to be turned, transparent or of inks`() throws {
    for number in Orientation.allCases.map(\.rawValue) {
      let image = try DecodedImage(fixture("turned\(number).jpg"))
      #expect(image.orientation.rawValue == number)
      #expect(!image.isTransparent && !image.hasInks)
    }
    for name in ["alpha.png", "transparent.gif", "alpha.webp", "alpha.tif", "alpha.bmp"] {
      #expect(try DecodedImage(fixture(name)).isTransparent, "\(name)")
    }
    for name in ["inks.jpg", "inks-unmarked.jpg", "inks.tif"] {
      #expect(try DecodedImage(fixture(name)).hasInks, "\(name)")
    }
  }

  @Test func `inks mean the same with and without Adobe's marker`() throws {
    #expect(
      try PixelImage(decoding: fixture("inks.jpg"))
        == PixelImage(decoding: fixture("inks-unmarked.jpg")))
  }

  @Test func `an orientation that cannot be is none`() throws {
    let file = try fixture("turned6.jpg")
    let upright = try PixelImage(decoding: fixture("turned1.jpg"))
    let entry = try #require(
      file.range(of: Data([0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0]))
        ?? file.range(of: Data([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6])))
    for value: UInt8 in [0, 9, 255] {
      var changed = file
      for place in entry where changed[place] == 6 { changed[place] = value }
      #expect(try PixelImage(decoding: changed) == upright)
    }
  }

  @Test func `what is behind a transparent picture can be chosen`() throws {
    let map =
      Data("P7\nWIDTH 3\nHEIGHT 1\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n".utf8)
      + Data([10, 20, 30, 255, 10, 20, 30, 0, 100, 200, 0, 128])
    let red = Colour(red: 255, green: 0, blue: 0)
    #expect(
      try DecodedImage(map, over: red).image.pixels == [10, 20, 30, 255, 0, 0, 177, 100, 0])
    #expect(
      try DecodedImage(map).image.pixels == [10, 20, 30, 255, 255, 255, 177, 227, 127])
    let grey =
      Data("P7\nWIDTH 2\nHEIGHT 1\nDEPTH 2\nMAXVAL 255\nENDHDR\n".utf8)
      + Data([7, 255, 7, 0])
    #expect(try DecodedImage(grey).image.pixels == [7, 255])
    #expect(try DecodedImage(grey, over: red).image.pixels == [7, 7, 7, 255, 0, 0])
  }

  @Test func `alpha that hides nothing is not told`() throws {
    let map =
      Data("P7\nWIDTH 1\nHEIGHT 2\nDEPTH 4\nMAXVAL 255\nENDHDR\n".utf8)
      + Data([1, 2, 3, 255, 4, 5, 6, 255])
    let image = try DecodedImage(map)
    #expect(!image.isTransparent)
    #expect(image.image.pixels == [1, 2, 3, 4, 5, 6])
  }

  @Test func `a bitmap whose alpha is nowhere anything has none`() throws {
    var file = try fixture("alpha.bmp")
    for place in stride(from: 14 + 108 + 3, to: file.count, by: 4) { file[place] = 0 }
    let image = try DecodedImage(file)
    #expect(!image.isTransparent)
    #expect(image.image.pixels.contains { $0 != 255 })
  }

  @Test func `what is read by nobody is told by its kind`() {
    let box = Data([0, 0, 0, 24]) + Data("ftypheic".utf8) + Data(count: 12)
    let cases: [(Data, String)] = [
      (box, "it is HEIC; convert it to JPEG or PNG"),
      (Data("PK\u{3}\u{4}".utf8) + Data(count: 40), "it is a zip archive; unpack it"),
      (Data("\n<!DOCTYPE html><p>Sign in".utf8), "it is a web page"),
      (Data("<?xml version='1.0'?><svg/>".utf8), "it is SVG; convert it to JPEG or PNG"),
      (Data("some words".utf8), "it is no \(PixelImage.formats)"),
      (Data([0, 1, 2, 3]), "it is no \(PixelImage.formats)"),
    ]
    for (data, reason) in cases {
      #expect(throws: ImageError.unrecognised(reason)) { try PixelImage(decoding: data) }
    }
    #expect(FileKind(beginning: box)?.noun.many == "HEIC")
    #expect(FileKind(beginning: cases[1].0)?.noun.one == "zip archive")
    #expect(FileKind(beginning: cases[1].0)?.noun.many == "zip archives")
  }

  @Test(arguments: [
    ("P7\nWIDTH 2\nHEIGHT 1\nDEPTH 5\nMAXVAL 255\nENDHDR\n", "a map of 5 samples a pixel"),
    ("P7\nWIDTH 2\nHEIGHT 1\nDEPTH 1\nMAXVAL 255\nENDHDR\n1", "it ends early"),
    ("P7\nWIDTH 2\nHEIGHT 1\n", "it ends early"), ("P7\nWIDE 2\nENDHDR\n", "WIDE"),
    ("P7\nWIDTH two\n", "its WIDTH is no number"), ("P4 9 2\nabc", "it ends early"),
    ("P1 2 2\n0 1 0", "it ends early"), ("P1 2 2\n0 1 0 2", "a sample is neither 0 nor 1"),
  ])
  func `a map of bits or of any samples that contradicts itself is refused`(
    text: String, reason: String
  ) throws {
    let error = #expect(throws: ImageError.self) { try PixelImage(decoding: Data(text.utf8)) }
    #expect(error?.description.contains(reason) == true)
  }

  @Test func `sizes are claimed in vain`() throws {
    var tiff = try fixture("tiff_adobe_deflate.tif")
    // Width and height as the values of the first two entries.
    let place = try #require(tiff.range(of: Data([0x00, 0x01, 3, 0, 1, 0, 0, 0, 21])))
    tiff.replaceSubrange(place.upperBound - 1..<place.upperBound + 1, with: [0xFF, 0x3F])
    let next = try #require(tiff.range(of: Data([0x01, 0x01, 3, 0, 1, 0, 0, 0, 13])))
    tiff.replaceSubrange(next.upperBound - 1..<next.upperBound + 1, with: [0xFF, 0x3F])
    var bitmap = try fixture("runs.bmp")
    bitmap.replaceSubrange(18..<26, with: [0xFF, 0x3F, 0, 0, 0xFF, 0x3F, 0, 0])
    var webp = try fixture("lossless.webp")
    webp.replaceSubrange(21..<25, with: [0xFE, 0xBF, 0xFF, 0x0F])
    for file in [tiff, bitmap, webp] {
      #expect(
        throws: ImageError.damaged(
          "its size is 16383x16383, more pixels than its bytes can hold")
      ) { _ = try PixelImage(decoding: file) }
    }
  }
}
