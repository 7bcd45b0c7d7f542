import Networks
import Specification
import Testing
import Training

@Suite struct TruncatedLatentsTests {
  private func latents(_ prior: String, _ truncation: Double?, count: Int = 4000) throws -> [Float]
  {
    try ArchitectureSpecification(like: "mlp points=2 latent=4 prior=\(prior)")
      .latents(0..<count, of: count, seed: 3, nil, truncation: truncation)
  }

  /// Variances of the standard normal cut off at ±0.5, ±1 and ±2, as scipy.stats.truncnorm gives them.
  @Test(arguments: [(0.5, 0.080_6), (1, 0.291_1), (2, 0.773_7)])
  func `normal latents are of the truncated normal distribution`(
    _ bound: Double, _ variance: Double
  ) throws {
    let (whole, cut) = (try latents("normal", nil), try latents("normal", bound))
    #expect(cut.allSatisfy { abs(Double($0)) <= bound })
    let found = cut.map { Double($0 * $0) }.reduce(0, +) / Double(cut.count)
    #expect(abs(found / variance - 1) < 0.03, "\(found)")
    // In the order in which they were.
    let order = whole.indices.sorted { whole[$0] < whole[$1] }
    #expect(zip(order, order.dropFirst()).allSatisfy { cut[$0] <= cut[$1] })
  }

  @Test func `other distributions are cut off as well, and a wide bound changes nothing`() throws {
    #expect(try latents("uniform", 0.25).map { 4 * $0 } == latents("uniform", nil))
    #expect(try latents("uniform", 1) == latents("uniform", nil))
    #expect(try latents("truncated", 2) == latents("truncated", nil))
    let cut = try latents("truncated", 1)
    let found = cut.map { Double($0 * $0) }.reduce(0, +) / Double(cut.count)
    #expect(cut.allSatisfy { abs($0) <= 1 } && abs(found / 0.291_1 - 1) < 0.03, "\(found)")
    #expect(try latents("normal", 40) == latents("normal", nil))
  }
}
