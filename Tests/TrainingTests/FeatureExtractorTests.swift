import CPUBackend
import Metrics
import Specification
import Testing
import Training

struct FeatureExtractorTests {
  private let shape = ImageShape(height: 12, width: 8, channels: 3)

  private func images(_ count: Int) -> [Float] {
    (0..<count * 288).map { Float(($0 * 7919 + $0 / 288 * 13) % 511) / 255 - 1 }
  }

  @Test func `pixels are the values themselves, and what is not all there is left out`() throws {
    let pixels = try FeatureNetwork.pixels.extractor(of: shape, backend: CPUBackend())
    let images = images(3)
    let features = pixels.features(of: images, count: 3)
    #expect(features.count == 3 && features.width == pixels.width && features.values == images)
    #expect(pixels.features(of: Array(images.dropLast()), count: 3).count == 2)
    #expect(pixels.features(of: images, count: -1).count == 0)
    #expect(pixels.features(of: [], count: 5).count == 0)
    #expect(pixels.name == "pixels" && pixels.digest.isEmpty)
  }

  @Test func `features of random weights are a row for each image, whatever stands beside it`()
    throws
  {
    let random = try FeatureNetwork.random.extractor(of: shape, backend: CPUBackend())
    let images = images(35)
    let all = random.features(of: images, count: 35)
    #expect(all.count == 35 && all.width == random.width && all.isFinite)
    let one = random.features(of: Array(images[34 * 288..<35 * 288]), count: 1)
    #expect(one.values == all.rows(34..<35).values)
    #expect(all.rows(0..<1) != all.rows(1..<2))
    #expect(random.features(of: images, count: 100).count == 35)
    #expect(random.outputs(of: images, count: 1).logits == nil)
  }

  @Test func `the digest is one of weights: the same for one size, another for another`() throws {
    func digest(_ height: Int) throws -> String {
      try FeatureNetwork.random.extractor(
        of: ImageShape(height: height, width: 8, channels: 3), backend: CPUBackend()
      ).digest
    }
    #expect(try digest(12).count == 64)
    #expect(try digest(12) == digest(12))
    #expect(try digest(12) != digest(40))
  }
}
