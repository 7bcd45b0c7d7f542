import Foundation
import Networks
import Specification
import TensorGraph
import Testing

@Suite struct ObjectiveTests {
  private static let real = [-3.0, -0.5, 0.25, 4]
  private static let fake = [2.0, -0.75, 0.5, -4]

  private func objective(_ keyword: String) throws -> ObjectiveDefinition {
    try Objective(keyword).definition()
  }

  private struct Losses {
    var discriminator: Double, generator: Double
    /// Of the discriminator's loss in the scores, and of the generator's in those of fakes.
    var byReal: [Double], byFake: [Double], generatorByFake: [Double]
  }

  private func losses(_ keyword: String, smoothing: Double = 0) throws -> Losses {
    let objective = try objective(keyword)
    let graph = Graph()
    let (real, fake) = (graph.input("real", [4]), graph.input("fake", [4]))
    let discriminator = objective.discriminatorLoss(
      .init(real: real, fake: fake, smoothing: graph.input("smoothing", .scalar)))
    let generator = objective.generatorLoss(fake: fake, real: real)
    let gradients =
      graph.gradients(of: discriminator, withRespectTo: [real, fake])
      + graph.gradients(of: generator, withRespectTo: [fake])
    let results = try Reference(inputs: [
      "real": Self.real, "fake": Self.fake, "smoothing": [smoothing],
    ]).evaluate([discriminator, generator] + gradients)
    return Losses(
      discriminator: results[0][0], generator: results[1][0], byReal: results[2],
      byFake: results[3], generatorByFake: results[4])
  }

  private func probability(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }
  private func softplus(_ x: Double) -> Double { log(1 + exp(x)) }
  private func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  @Test(arguments: [
    "minimax", "nonsaturating", "hinge", "lsgan", "wasserstein", "relativistic", "ra", "ralsgan",
    "reverse-kl",
  ])
  func `losses are those of the papers`(keyword: String) throws {
    let found = try losses(keyword)
    let (real, fake) = (Self.real, Self.fake)
    let crossEntropy =
      (mean(real.map { -log(probability($0)) }) + mean(fake.map { -log(1 - probability($0)) })) / 2
    let (meanReal, meanFake) = (mean(real), mean(fake))
    let pairs = Array(zip(real, fake))
    let wanted: (discriminator: Double, generator: Double)? =
      switch keyword {
      case "minimax": (crossEntropy, mean(fake.map { log(1 - probability($0)) }))
      case "nonsaturating": (crossEntropy, mean(fake.map { -log(probability($0)) }))
      case "reverse-kl": (crossEntropy, -meanFake)
      case "hinge":
        (mean(real.map { max(0, 1 - $0) }) + mean(fake.map { max(0, 1 + $0) }), -meanFake)
      case "lsgan":
        (
          mean(real.map { ($0 - 1) * ($0 - 1) }) / 2 + mean(fake.map { $0 * $0 }) / 2,
          mean(fake.map { ($0 - 1) * ($0 - 1) }) / 2
        )
      case "wasserstein": (meanFake - meanReal, -meanFake)
      case "relativistic":
        (
          mean(pairs.map { -log(probability($0 - $1)) }),
          mean(pairs.map { -log(probability($1 - $0)) })
        )
      case "ra":
        (
          mean(real.map { softplus(-($0 - meanFake)) })
            + mean(fake.map { softplus($0 - meanReal) }),
          mean(fake.map { softplus(-($0 - meanReal)) })
            + mean(real.map { softplus($0 - meanFake) })
        )
      case "ralsgan":
        (
          mean(real.map { pow($0 - meanFake - 1, 2) })
            + mean(fake.map { pow($0 - meanReal + 1, 2) }),
          mean(fake.map { pow($0 - meanReal - 1, 2) })
            + mean(real.map { pow($0 - meanFake + 1, 2) })
        )
      default: nil
      }
    let expected = try #require(wanted)
    #expect(abs(found.discriminator - expected.discriminator) < 1e-12)
    #expect(abs(found.generator - expected.generator) < 1e-12)
    #expect(
      found.byReal.contains { $0 < 0 }
        && found.byReal.allSatisfy { $0 < 1e-9 || keyword.contains("lsgan") })
    #expect(found.generatorByFake.contains { $0 < 0 })
    #expect(found.generatorByFake.allSatisfy { $0 < 0 || keyword.contains("lsgan") })
  }

  @Test func `every objective is tested here and has a keyword of its own`() {
    let keywords = ObjectiveDefinition.all.map(\.signature.keyword)
    #expect(Set(keywords).count == keywords.count && keywords.count == 9)
  }

  @Test func `smoothing moves the target of real examples`() throws {
    for (score, gradient) in zip(Self.real, try losses("nonsaturating", smoothing: 0.1).byReal) {
      #expect(abs(gradient - (probability(score) - 0.9) / 8) < 1e-12)
    }
    for (score, gradient) in zip(Self.real, try losses("lsgan", smoothing: 0.1).byReal) {
      #expect(abs(gradient - (score - 0.9) / 4) < 1e-12)
    }
  }

  @Test func `minimax saturates where the discriminator is sure, non-saturating does not`() throws {
    let (minimax, other) = (try losses("minimax"), try losses("nonsaturating"))
    #expect(abs(minimax.generatorByFake[3]) < 0.05 / 4)
    #expect(abs(other.generatorByFake[3]) > 0.9 / 4)
  }

  @Test func `a keyword of another release is named`() {
    #expect(throws: NetworksError.unknown("objective", "quantum")) {
      try Objective("quantum").definition()
    }
  }
}
