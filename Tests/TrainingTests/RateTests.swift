import Foundation
import Specification
import TestSupport
import Testing
import Training

/// Layers that move more slowly than others.
@Suite struct RateTests {
  @Test func `the steps of the first layers are a part of what they would be`() throws {
    func weights(steps: Int, _ frozen: [Freezing]) throws -> [String: [Float]] {
      try withFolder { folder in
        let specification = TinyRun.specification(steps: steps) {
          $0.recipe.generatorAverage = nil
          $0.recipe.frozen = frozen
        }
        let file = try #require(TinyRun.run(specification, in: folder).checkpoints.last)
        let tensors = try Checkpoint(contentsOf: file.url).tensors
        return Dictionary(
          uniqueKeysWithValues: tensors.tensors.map { ($0.name, tensors.values(of: $0.name) ?? []) }
        )
      }
    }
    let first = "generator.block1.dense.weight"
    let still = try weights(steps: 1, [Freezing("generator", layers: 1)])
    let free = try weights(steps: 1, [])
    let slow = try weights(steps: 1, [Freezing("generator", layers: 1, rate: 0.25)])
    let (from, to, between) = (
      try #require(still[first]), try #require(free[first]), try #require(slow[first])
    )
    #expect(from != to)
    for (part, (start, end)) in zip(between, zip(from, to)) {
      #expect(abs(part - (start + 0.25 * (end - start))) < 1e-6)
    }
    #expect(slow["generator.dense.weight"] == free["generator.dense.weight"])
  }
}
