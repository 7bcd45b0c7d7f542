import Foundation
import Networks
import Specification
import TensorGraph
import Testing

@Suite struct ObjectiveTests {
  private let logits = [-3.0, -0.5, 0.25, 4]

  private func evaluate(
    _ build: (_ real: Tensor, _ fake: Tensor, _ smoothing: Tensor) -> Tensor,
    smoothing: Double = 0
  ) throws -> (value: Double, real: [Double], fake: [Double]) {
    let graph = Graph()
    let (real, fake) = (graph.input("real", [4]), graph.input("fake", [4]))
    let loss = build(real, fake, graph.input("smoothing", .scalar))
    let gradients = graph.gradients(of: loss, withRespectTo: [real, fake])
    let results = try Reference(inputs: [
      "real": logits, "fake": logits, "smoothing": [smoothing],
    ]).evaluate([loss] + gradients)
    return (results[0][0], results[1], results[2])
  }

  private func probability(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }

  @Test(arguments: Objective.allCases)
  func `the discriminator's loss is half of both cross-entropies`(objective: Objective) throws {
    let result = try evaluate { objective.discriminatorLoss(real: $0, fake: $1, smoothing: $2) }
    let real = logits.map { -log(probability($0)) }.reduce(0, +) / 4
    let fake = logits.map { -log(1 - probability($0)) }.reduce(0, +) / 4
    #expect(abs(result.value - (real + fake) / 2) < 1e-12)
    #expect(result.real.allSatisfy { $0 < 0 }, "real logits must rise: \(result.real)")
    #expect(result.fake.allSatisfy { $0 > 0 }, "fake logits must fall: \(result.fake)")
  }

  @Test func `smoothing moves the target of real examples`() throws {
    let result = try evaluate(
      { Objective.nonSaturating.discriminatorLoss(real: $0, fake: $1, smoothing: $2) },
      smoothing: 0.1)
    for (logit, gradient) in zip(logits, result.real) {
      #expect(abs(gradient - (probability(logit) - 0.9) / 8) < 1e-12)
    }
  }

  @Test(arguments: Objective.allCases)
  func `the generator raises the logits of its fakes`(objective: Objective) throws {
    let result = try evaluate { _, fake, _ in objective.generatorLoss(fake: fake) }
    #expect(result.fake.allSatisfy { $0 < 0 })
  }

  @Test func `minimax saturates where the discriminator is sure, non-saturating does not`() throws {
    let minimax = try evaluate { _, fake, _ in Objective.minimax.generatorLoss(fake: fake) }
    let other = try evaluate { _, fake, _ in Objective.nonSaturating.generatorLoss(fake: fake) }
    let expected = logits.map { log(1 - probability($0)) }.reduce(0, +) / 4
    #expect(abs(minimax.value - expected) < 1e-12)
    #expect(abs(minimax.fake[0]) < 0.05 / 4)
    #expect(abs(other.fake[0]) > 0.9 / 4)
  }
}
