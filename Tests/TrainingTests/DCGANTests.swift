import CPUBackend
import Compilation
import Datasets
import Foundation
import MetricDescriptions
import Specification
import TestSupport
import Testing
import Training

/// A DCGAN whose side is no power of two: its first kernel is 6x6.
@Suite struct DCGANTests {
  @Test func `dcgan at 48 trains as the reference evaluator does`() throws {
    try withFolder { folder in
      let specification = RunSpecification(
        architecture: try architecture("like dcgan image=48x48x3 width=2 latent=4"),
        dataset: DatasetSpecification(
          source: .portraits(count: 8, seed: 1),
          preprocessing: Preprocessing(
            height: 48, width: 48, channels: 3, crop: .none, filter: .bilinear, flip: false)),
        recipe: RecipeSpecification(batch: 4, generatorAverage: 0.9), steps: 3, seed: 7,
        sampleInterval: 0, checkpointInterval: 0)
      let dataset = try Dataset.open(specification.dataset, cacheDirectory: folder)
      func losses(_ backend: any Backend) throws -> [[Float]] {
        var trainer = try Trainer(specification, dataset: dataset, backend: backend)
        return (0..<specification.steps).map { _ in trainer.advance().map { Float($0.value) } }
      }
      let (found, expected) = try (losses(CPUBackend()), losses(ReferenceBackend()))
      for (step, (mine, reference)) in zip(found, expected).enumerated() {
        for (one, other) in zip(mine, reference) {
          #expect(
            one.isFinite && abs(one - other) <= 1e-3 * max(1e-3, abs(other)),
            "step \(step): \(mine), not \(reference)")
        }
      }
      #expect(Set(found).count == specification.steps, "it learns: \(found)")
    }
  }
}
