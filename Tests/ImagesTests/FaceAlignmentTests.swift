import Foundation
import Images
import Testing

@Suite struct FaceAlignmentTests {
  /// A grey picture with two bright spots.
  private func photograph(_ side: Int, _ spots: [SIMD2<Double>], radius: Double) -> PixelImage {
    var pixels: [UInt8] = []
    for y in 0..<side {
      for x in 0..<side {
        let place = SIMD2(Double(x) + 0.5, Double(y) + 0.5)
        let lights = spots.map { spot -> Double in
          let apart = place - spot
          let square: Double = (apart * apart).sum()
          return exp(-square / (2 * radius * radius))
        }
        let light: Double = lights.reduce(0, +)
        let value = UInt8(min(255, 20 + 200 * light))
        pixels += [value, value, value]
      }
    }
    return PixelImage(width: side, height: side, channels: 3, pixels: pixels)
  }

  /// The middle of what is bright in some columns.
  private func middle(_ image: PixelImage, _ columns: Range<Int>) -> SIMD2<Double> {
    var (sum, weight) = (SIMD2<Double>.zero, 0.0)
    for y in 0..<image.height {
      for x in columns {
        let light = max(0, Double(image.pixels[(y * image.width + x) * image.channels]) - 40)
        sum += light * SIMD2(Double(x) + 0.5, Double(y) + 0.5)
        weight += light
      }
    }
    return sum / weight
  }

  /// Level, turned by 25 degrees either way, upside down, larger and smaller than the aligned image.
  @Test(arguments: [
    (SIMD2(200.0, 250.0), SIMD2(330.0, 250.0)), (SIMD2(210.0, 300.0), SIMD2(320.0, 250.0)),
    (SIMD2(210.0, 250.0), SIMD2(320.0, 301.0)), (SIMD2(330.0, 250.0), SIMD2(200.0, 240.0)),
    (SIMD2(240.0, 250.0), SIMD2(262.0, 254.0)),
  ])
  func `eyes come to their places`(_ left: SIMD2<Double>, _ right: SIMD2<Double>) throws {
    let apart = ((right - left) * (right - left)).sum().squareRoot()
    let image = photograph(520, [left, right], radius: apart / 12)
    let aligned = try #require(FaceAlignment(left: left, right: right)).aligned(image)
    #expect((aligned.width, aligned.height) == (178, 218))
    for (columns, eye) in [(0..<88, FaceAlignment.eyes.left), (89..<178, FaceAlignment.eyes.right)]
    {
      let found = middle(aligned, columns) - eye
      #expect((found * found).sum().squareRoot() < 0.35, "\(found)")
    }
  }

  @Test func `what lies outside has the colour of the border`() throws {
    let image = PixelImage(width: 40, height: 40, colour: [7, 90, 200])
    let face = try #require(FaceAlignment(left: SIMD2(2, 3), right: SIMD2(30, 3)))
    let aligned = face.aligned(image)
    #expect(Set(aligned.pixels) == [7, 90, 200])
    #expect(FaceAlignment(left: SIMD2(2, 3), right: SIMD2(2, 3)) == nil)
    #expect(FaceAlignment(left: SIMD2(.nan, 3), right: SIMD2(20, 3)) == nil)
    let far = try #require(FaceAlignment(left: SIMD2(-1e9, 3), right: SIMD2(1e9, 3)))
    #expect(far.aligned(image).width == 178)
  }
}
