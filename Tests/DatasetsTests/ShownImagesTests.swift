import Datasets
import Foundation
import Images
import Specification
import TestSupport
import Testing

/// What files say about how their images are to be shown, as a data set heeds it.
@Suite struct ShownImagesTests {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  func open(
    background: Background = .white, channels: Int = 3, crop: Crop = .none
  ) throws -> Dataset {
    try Dataset.open(
      DatasetSpecification(
        source: .folder(path: scratch.path + "/images", labels: .none),
        preprocessing: Preprocessing(
          height: 4, width: 6, channels: channels, crop: crop, filter: .box, flip: false,
          background: background)), cacheDirectory: scratch.cache)
  }

  /// A PNG that says how it is to be turned.
  func png(_ image: PixelImage, orientation: UInt8) throws -> Data {
    let data = try image.pngData()
    var chunk = Data("eXIfMM".utf8) + Data([0, 42, 0, 0, 0, 8, 0, 1])
    chunk += Data([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0])
    let sum = StoredZip.checksum(chunk)
    let length = Data([0, 0, 0, UInt8(chunk.count - 4)])
    let check = Data((0..<4).map { UInt8(truncatingIfNeeded: sum >> (24 - 8 * $0)) })
    return data.dropLast(12) + length + chunk + check + data.suffix(12)
  }

  func map(_ pixels: [UInt8]) -> Data {
    Data("P7\nWIDTH 6\nHEIGHT 4\nDEPTH 4\nMAXVAL 255\nENDHDR\n".utf8) + Data(pixels)
  }

  @Test func `images are turned before they are cut and counted`() throws {
    let upright = Sample.image(1, width: 6, height: 4)
    let lying = upright.shown(.threeQuarterTurns)
    try scratch.write(png(upright, orientation: 1), "images/1.png")
    try scratch.write(png(lying, orientation: 6), "images/2.png")
    try scratch.write(png(upright.shown(.mirrored), orientation: 2), "images/3.png")
    for opening in ["made now", "from the cache"] {
      let dataset = try open()
      #expect((0..<3).map { dataset.image(at: $0) } == [upright, upright, upright], "\(opening)")
      #expect(dataset.traits.turned == 2)
      #expect(dataset.sizes.map(\.key.description) == ["4x6"])
      #expect(dataset.notes.isEmpty)
    }
    let zip = StoredZip.make([("000001.png", try png(lying, orientation: 6))])
    try scratch.write(zip, "celeba/img_align_celeba.zip")
    let celeba = try Dataset.open(
      DatasetSpecification(
        source: .celeba(path: scratch.path + "/celeba", split: .all),
        preprocessing: try open().specification.preprocessing), cacheDirectory: scratch.cache)
    #expect(celeba.image(at: 0) == upright)
  }

  @Test func `what is seen through an image is chosen, and it is said`() throws {
    let clear = [UInt8](repeating: 0, count: 6 * 4 * 4)
    let opaque: [UInt8] = (0..<24).flatMap { [UInt8($0), 7, 200, 255] as [UInt8] }
    try scratch.write(map(clear), "images/1.pam")
    try scratch.write(map(opaque), "images/2.pam")
    let white = try open()
    #expect(white.image(at: 0) == PixelImage(width: 6, height: 4, colour: [255, 255, 255]))
    #expect(
      white.notes == [
        "1 of 2 images can be seen through in places, where white is shown; "
          + "`background=black` shows another colour"
      ])
    let red = try open(background: Background(red: 255, green: 0, blue: 0))
    #expect(red.image(at: 0) == PixelImage(width: 6, height: 4, colour: [255, 0, 0]))
    #expect(red.image(at: 1) == white.image(at: 1))
    #expect(red.notes.first?.contains("where #ff0000 is shown") == true)
  }

  @Test func `a set without a colour is told of where it is learnt in colours`() throws {
    for i in 0..<3 { try scratch.write(Sample.image(i).grey().pngData(), "images/\(i).png") }
    #expect(
      try open().notes == [
        "all 3 images are grey: `channels=1` learns one channel and not three equal ones"
      ])
    #expect(try open(channels: 1).notes.isEmpty)
    try scratch.write(Sample.png(3), "images/3.png")
    #expect(try open().notes.isEmpty)
    #expect(try open().traits.grey == 3)
  }

  @Test func `heights stand before widths in all that is said`() throws {
    try scratch.write(Sample.png(1, width: 30, height: 20), "images/1.png")
    let dataset = try open()
    #expect(dataset.description.hasPrefix("1 image of 4x6x3"))
    #expect("\(dataset.exampleShape)" == "images of 4x6x3")
    #expect(dataset.sizes.map(\.key.description) == ["20x30"])
  }
}
