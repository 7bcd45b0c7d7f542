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
  private let measures: NetworkMeasures
  private let judge: Evaluation?
  private let labels: LabelVectors?

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
    measures = NetworkMeasures(specification, dataset: dataset, test: test)
    judge = plan.evaluation(.judgements)
    labels = try plan.labels.map { try dataset.labelVectors(for: $0, of: specification) }
  }

  /// - Parameter last: what is kept of the samples of the checkpoint before.
  /// - Throws: `TrainingError` or what the backend throws.
  package func readings(
    of checkpoint: Checkpoint, since last: inout FeatureMatrix?
  ) throws -> [MetricReading] {
    let sampler = try Sampler(specification, checkpoint: checkpoint, backend: backend)
    let made = sampler.examples(count: samples.count, seed: specification.seed)
    return samples.readings(of: made, since: &last) + (try balance(checkpoint, made))
      + NetworkMeasures.spectra(of: networks) { checkpoint.tensors.values(of: $0) }
  }

  private func balance(_ checkpoint: Checkpoint, _ made: [Float]) throws -> [MetricReading] {
    guard let judge else { return [] }
    let program = try judge.program(count: Plan.judgedAtOnce)
    let takesLabels = program.inputs.contains(BatchColumn.label.input)
    let machine = try backend.makeMachine(
      running: [ProgramSource(program)],
      options: MachineOptions(kernels: checkpoint.kernels))
    try machine.load(machine.states, from: checkpoint.tensors)
    let shown = specification.architecture.labels.map(SampleLabels.init(all:))
    let drawn =
      labels == nil
      ? []
      : (0..<samples.count).flatMap {
        shown?.vector(of: $0, count: samples.count) ?? []
      }
    return measures.balance(samples: made, drawn, count: samples.count, labels) {
      machine.scores(
        by: judge, of: $0, takesLabels ? $1 : [], count: $2, atOnce: Plan.judgedAtOnce)
    }
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
