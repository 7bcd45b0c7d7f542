package import Compilation
package import Datasets
package import MetricDescriptions
package import Metrics
import Networks
package import Specification

/// Measures of collapse that a checkpoint alone gives: of samples that its generator makes, and of its weights.
///
/// They are those that a run with `signals=` measures on its way, for runs that did not.
package struct CheckpointMeasures {
  private let specification: RunSpecification
  private let backend: any Backend
  private let samples: SampleMeasures
  private let networks: [Network]

  /// - Returns: nil of a model that makes no samples beside a discriminator, or of too few examples.
  /// - Throws: what the backend throws.
  package init?(
    _ specification: RunSpecification, dataset: Dataset, test: Dataset?, backend: any Backend
  ) throws {
    let plan = try Plan(architecture: specification.architecture, recipe: specification.recipe)
    guard plan.evaluation(.samples) != nil, plan.phases.count > 1,
      let samples = try SampleMeasures(
        dataset, test: test, seed: specification.seed, backend: backend)
    else { return nil }
    (self.specification, self.backend, self.samples) = (specification, backend, samples)
    networks = plan.networks.map(\.network)
  }

  /// - Parameter last: what is kept of the samples of the checkpoint before.
  /// - Throws: `TrainingError` or what the backend throws.
  package func readings(
    of checkpoint: Checkpoint, since last: inout FeatureMatrix?
  ) throws -> [MetricReading] {
    let sampler = try Sampler(specification, checkpoint: checkpoint, backend: backend)
    let made = sampler.examples(count: samples.count, seed: specification.seed)
    return samples.readings(of: made, since: &last)
      + NetworkMeasures.spectra(of: networks) { checkpoint.tensors.values(of: $0) }
  }

  /// What can be said of the curves of the last steps before a checkpoint.
  package static func readings(
    fakeScores: [Double], generatorGradients: [Double], discriminatorGradients: [Double]
  ) -> [MetricReading] {
    StepWindow.readings(
      fakeScores: fakeScores, generatorGradients: generatorGradients,
      discriminatorGradients: discriminatorGradients)
  }
}
