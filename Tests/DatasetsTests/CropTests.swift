import Datasets
import Foundation
import Images
import Specification
import TestSupport
import Testing

@Suite struct CropTests {
  /// The value of a pixel is its column, in red, and its row, in green.
  static func ruler(_ width: Int, _ height: Int) -> PixelImage {
    var pixels: [UInt8] = []
    for y in 0..<height { for x in 0..<width { pixels += [UInt8(x), UInt8(y), 0] } }
    return PixelImage(width: width, height: height, channels: 3, pixels: pixels)
  }

  /// First and last column and row of what a crop leaves, seen with as many pixels as it leaves.
  func corners(_ image: PixelImage, _ crop: Crop, width: Int, height: Int) throws -> [UInt8] {
    let scratch = try Scratch()
    try scratch.write(image.pngData(), "images/1.png")
    let dataset = try Dataset.open(
      DatasetSpecification(
        source: .folder(path: scratch.path + "/images", labels: .none),
        preprocessing: Preprocessing(
          height: height, width: width, channels: 3, crop: crop, filter: .bicubic, flip: false)),
      cacheDirectory: scratch.cache)
    let example = try #require(dataset.image(at: 0))
    let (first, last) = (Array(example[0, 0]), Array(example[width - 1, height - 1]))
    return [first[0], last[0], first[1], last[1]]
  }

  @Test func `the CelebA crops are where the papers have them`() throws {
    let official = Self.ruler(178, 218)
    #expect(
      try corners(official, .celebaCentre(178), width: 178, height: 178) == [0, 177, 20, 197])
    #expect(
      try corners(official, .celebaCentre(108), width: 108, height: 108) == [35, 142, 55, 162])
    #expect(
      try corners(official, .celebaProgressive, width: 128, height: 128) == [25, 152, 57, 184])
  }

  @Test func `the CelebA crops scale with the image`() throws {
    let half = Self.ruler(89, 109)
    #expect(try corners(half, .celebaCentre(178), width: 89, height: 89) == [0, 88, 10, 98])
    #expect(try corners(half, .celebaCentre(108), width: 54, height: 54) == [17, 70, 27, 80])
    #expect(try corners(half, .celebaProgressive, width: 64, height: 64) == [12, 75, 28, 91])
  }

  @Test func `the centre crop keeps the target's proportions`() throws {
    let wide = Self.ruler(60, 20)
    #expect(try corners(wide, .centre, width: 20, height: 20) == [20, 39, 0, 19])
    #expect(try corners(wide, .centre, width: 40, height: 20) == [10, 49, 0, 19])
    #expect(try corners(wide, .none, width: 60, height: 20) == [0, 59, 0, 19])
    let tall = Self.ruler(21, 60)
    #expect(try corners(tall, .centre, width: 21, height: 21) == [0, 20, 19, 39])
  }

  @Test func `a crop larger than the image takes all of it`() throws {
    let tiny = Self.ruler(1, 1)
    #expect(try corners(tiny, .celebaCentre(108), width: 2, height: 2) == [0, 0, 0, 0])
    #expect(try corners(tiny, .celebaProgressive, width: 2, height: 2) == [0, 0, 0, 0])
    #expect(
      try corners(Self.ruler(89, 109), .celebaCentre(999), width: 89, height: 89).first == 0)
  }
}
