import Foundation
import Images
import Language
import Randomness
import Specification
import Testing

import Repair

@Suite struct DamageTests {
  private let shape = ImageShape(height: 24, width: 32, channels: 3)

  private func damage(_ text: String) throws -> Damage {
    let statement = try #require(
      parse(SourceText(name: "t", text: "recipe a damage=\(text)")).first)
    let option = try #require(statement.options.first)
    return try Damage(parsing: option.value)
  }

  private func maker(_ text: String, _ shape: ImageShape? = nil, seed: UInt64 = 1) throws
    -> DamageMaker
  {
    DamageMaker(
      try damage(text), of: shape ?? self.shape, seed: seed, stream: Randomness.Stream.storedDamage)
  }

  private func picture(_ shape: ImageShape) -> [Float] {
    (0..<shape.channels * shape.height * shape.width).map {
      Float(sin(Double($0) * 0.37) * 0.9)
    }
  }

  @Test(arguments: [
    "noise:25", "noise:0..55", "salt-pepper:0.1", "jpeg:20", "blur:1.5", "downscale:2",
    "hole:centre", "hole:centre:12", "hole:boxes:3", "hole:half", "hole:left", "hole:right",
    "hole:top", "hole:bottom", "hole:scattered:0.5", "hole:strokes", "blur:1+hole:centre", "no",
  ])
  func printsWhatItReads(text: String) throws {
    #expect(try damage(text).description == text)
  }

  @Test(arguments: [
    ("noise", "noise:25"), ("jpeg", "jpeg:20"), ("hole:boxes", "hole:boxes:3"),
    ("hole:scattered", "hole:scattered:0.5"), ("downscale", "downscale:2"),
  ])
  func hasAStandardNumber(text: String, whole: String) throws {
    #expect(try damage(text).description == whole)
  }

  @Test(arguments: [
    ("noize:25", "did you mean `noise`"), ("noise:300", "from 0 to 255"),
    ("hole", "needs its kind"), ("hole:middle", "there is no damage"), ("jpeg:2.5", "is whole"),
    ("jpeg:10..20", "takes one number"), ("hole:left:3", "takes no number"),
    ("noise:5..1", "from the larger to the smaller"), ("hole:centre@2", "no `@`"),
  ])
  func refusesWhatIsNone(text: String, fact: String) throws {
    do {
      _ = try damage(text)
      Issue.record("\(text) is taken")
    } catch let error as Diagnostic {
      #expect("\(error.message) \(error.help)".contains(fact), "\(error.message) \(error.help)")
    }
  }

  @Test func noiseHasItsDeviationAndIsNotClipped() throws {
    let shape = ImageShape(height: 128, width: 128, channels: 3)
    let (damaged, hole) = try maker("noise:50", shape).spoilt(
      [Float](repeating: 0.9, count: 3 * 128 * 128), step: 7)
    let apart = damaged.map { Double($0) - Double(Float(0.9)) }
    let mean = apart.reduce(0, +) / Double(apart.count)
    let deviation = (apart.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(apart.count))
      .squareRoot()
    #expect(abs(mean) < 0.01)
    #expect(abs(deviation * 127.5 - 50) < 1)
    #expect(damaged.contains { $0 > 1 })
    #expect(hole.allSatisfy { $0 == 0 })
  }

  @Test func drawsADeviationForEachImage() throws {
    let maker = try maker("noise:0..50", ImageShape(height: 64, width: 64, channels: 1))
    let deviations = (0..<8).map { number -> Double in
      let (damaged, _) = maker.spoilt(
        [Float](repeating: 0, count: 64 * 64), step: UInt32(number))
      return (damaged.reduce(0) { $0 + Double($1 * $1) } / Double(damaged.count)).squareRoot()
        * 127.5
    }
    #expect((deviations.max() ?? 0) - (deviations.min() ?? 0) > 10)
    #expect(deviations.allSatisfy { $0 < 52 })
  }

  @Test func hitsAShareOfPixelsInAllChannels() throws {
    let shape = ImageShape(height: 100, width: 100, channels: 3)
    let (damaged, _) = try maker("salt-pepper:0.2", shape).spoilt(
      [Float](repeating: 0.25, count: 30_000), step: 0)
    let (black, white) = (
      damaged.prefix(10_000).count { $0 == -1 }, damaged.prefix(10_000).count { $0 == 1 }
    )
    #expect(abs(Double(black) - 1000) < 120 && abs(Double(white) - 1000) < 120)
    #expect(Array(damaged[..<10_000]) == Array(damaged[10_000..<20_000]))
  }

  @Test func averagesSquares() throws {
    let shape = ImageShape(height: 4, width: 5, channels: 1)
    let original = (0..<20).map(Float.init)
    let (damaged, _) = try maker("downscale:2", shape).spoilt(original, step: 0)
    #expect(Array(damaged[..<5]) == [3, 3, 5, 5, 6.5])
    #expect(Array(damaged[5..<10]) == [3, 3, 5, 5, 6.5])
  }

  /// `scipy.ndimage.gaussian_filter([0, 0, 1, 0, 0, 0, 0.5], 1.5)`: computed with SciPy 1.17, mode `reflect`, truncate 4.
  @Test func blursAsSciPy() throws {
    let shape = ImageShape(height: 1, width: 7, channels: 1)
    let (damaged, _) = try maker("blur:1.5", shape).spoilt([0, 0, 1, 0, 0, 0, 0.5], step: 0)
    let expected: [Float] = Fixture.blurred
    for (made, wanted) in zip(damaged, expected) { #expect(abs(made - wanted) < 1e-6) }
  }

  @Test func compressesAsTheFileSays() throws {
    let original = picture(shape)
    let (damaged, _) = try maker("jpeg:10").spoilt(original, step: 0)
    let image = try #require(
      PixelImage.images(
        fromTensor: original, count: 1, channels: 3, height: 24, width: 32
      ).first)
    let read = try PixelImage(decoding: image.jpegData(quality: 10)).tensor()
    #expect(damaged == read)
    #expect(damaged != original)
  }

  @Test(arguments: [
    ("hole:centre", 12 * 12), ("hole:centre:8", 64), ("hole:left", 24 * 16),
    ("hole:bottom", 12 * 32), ("hole:centre:500", 24 * 32),
  ])
  func holesAreAsLargeAsTheySay(text: String, pixels: Int) throws {
    let original = picture(shape)
    let (damaged, hole) = try maker(text).spoilt(original, step: 0)
    #expect(hole.count { $0 == 1 } == pixels)
    for place in damaged.indices {
      let isHole = hole[place % (24 * 32)] == 1
      #expect(damaged[place] == (isHole ? 0 : original[place]))
    }
  }

  @Test(arguments: ["hole:boxes:3", "hole:half", "hole:scattered:0.3", "hole:strokes", "noise:20"])
  func isAFunctionOfSeedAndNumber(text: String) throws {
    let original = picture(shape)
    let one = try maker(text).spoilt(original, step: 5)
    let again = try maker(text).spoilt(original, step: 5)
    #expect(one.damaged == again.damaged && one.hole == again.hole)
    let others = try (6..<16).map { try maker(text).spoilt(original, step: $0).damaged }
    #expect(others.contains { $0 != one.damaged })
    let seeded = try maker(text, seed: 2)
    #expect((5..<15).contains { seeded.spoilt(original, step: $0).damaged != one.damaged })
  }

  @Test func strokesTakeAPart() throws {
    let shape = ImageShape(height: 64, width: 64, channels: 1)
    let maker = try maker("hole:strokes", shape)
    let shares = (0..<200).map { number in
      Double(maker.spoilt(picture(shape), step: UInt32(number)).hole.reduce(0, +)) / 4096
    }
    let mean = shares.reduce(0, +) / 200
    #expect(mean > 0.1 && mean < 0.45, "\(mean)")
    #expect(shares.allSatisfy { $0 > 0 && $0 < 0.95 })
  }

  @Test func partsAreDoneInOrderAndHolesAddUp() throws {
    let original = picture(shape)
    let (damaged, hole) = try maker("noise:25+hole:left").spoilt(original, step: 0)
    #expect(try damage("noise:25+hole:left").keepsRest == false)
    #expect(try damage("hole:top+hole:left").keepsRest)
    #expect(hole.count { $0 == 1 } == 24 * 16)
    #expect(damaged[0] == 0)
    #expect(damaged[31] != original[31])
    let both = try maker("hole:top+hole:left").spoilt(original, step: 0).hole
    #expect(both.count { $0 == 1 } == 24 * 32 - 12 * 16)
  }
}

private enum Fixture {
  static let blurred: [Float] = [
    0.145380134, 0.22112364, 0.271305253, 0.234852625, 0.182008936, 0.197237921, 0.248091492,
  ]
}
