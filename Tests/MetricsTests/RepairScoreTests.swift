import Metrics
import Testing

@Suite struct RepairScoreTests {
  private func image(_ offset: Float, at places: Range<Int> = 0..<0) -> [Float] {
    (0..<3 * 256).map { Float($0 % 16) / 16 - 0.5 + (places.contains($0 % 256) ? offset : 0) }
  }

  /// An error of 0.2 in -1…1 is one of 0.1 in 0…1: 20 dB where it is everywhere, and 10·log₁₀(area / hole) more over all than in
  /// the hole alone.
  @Test func ratiosAreOfAllAndOfHoles() throws {
    let hole = (0..<256).map { Float((64..<128).contains($0) ? 1 : 0) }
    let score = RepairScore(
      of: image(0.2, at: 64..<128), original: image(0), hole: hole, channels: 3, height: 16,
      width: 16)
    #expect(abs(try #require(score.noiseRatioInHoles) - 20) < 1e-4)
    #expect(abs(score.noiseRatio - 20 - 6.0206) < 1e-3)
    let inHoles = try #require(score.similarityInHoles)
    #expect(try #require(score.similarity) > inHoles)
  }

  @Test func oneAndTheSameIsInfinite() {
    let score = RepairScore(
      of: image(0), original: image(0), hole: [Float](repeating: 0, count: 256), channels: 3,
      height: 16, width: 16)
    #expect(score.noiseRatio == .infinity && score.noiseRatioInHoles == nil)
    #expect(score.similarity == 1 && score.similarityInHoles == nil)
  }

  @Test func whatIsNoNumberIsNotPerfect() {
    let score = RepairScore(
      of: [Float](repeating: .nan, count: 768), original: image(0),
      hole: [Float](repeating: 0, count: 256), channels: 3, height: 16, width: 16)
    #expect(score.noiseRatio.isNaN)
  }

  @Test func valuesBeyondAreClipped() {
    let bright = [Float](repeating: 1, count: 768)
    let score = RepairScore(
      of: bright.map { $0 + 5 }, original: bright, hole: [Float](repeating: 1, count: 256),
      channels: 3, height: 16, width: 16)
    #expect(score.noiseRatio == .infinity)
  }

  @Test func smallImagesHaveNoSimilarity() {
    let score = RepairScore(
      of: [Float](repeating: 0, count: 64), original: [Float](repeating: 0.1, count: 64),
      hole: [Float](repeating: 1, count: 64), channels: 1, height: 8, width: 8)
    #expect(score.similarity == nil && score.similarityInHoles == nil)
  }
}
