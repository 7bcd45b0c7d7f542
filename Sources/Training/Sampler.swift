package import Compilation
import Networks
import Randomness
package import Specification

/// Examples from a checkpoint's generator, for any latents.
///
/// Each is a function of the checkpoint, the seed and its number: not of how many are asked for.
package struct Sampler: ~Copyable {
  package let architecture: ArchitectureSpecification
  /// Whether the averaged weights are used.
  package let usesAverage: Bool
  private let machine: any Machine
  private let sampler: Evaluation
  /// What the sampler's program reads.
  private let inputs: Set<String>
  private let labels: LabelShape?
  /// Examples that are made at once.
  package let batch: Int

  /// Examples that are made at once where nobody says otherwise.
  package static let usualBatch = 32

  /// - Parameters:
  ///   - batch: examples made at once; any number can be asked for. Another batch may change last bits.
  ///   - average: whether the averaged weights are used, where the run keeps them.
  ///   - kernels: choices that go before those of the checkpoint, as `kernels` of an earlier sampler.
  /// - Throws: `TrainingError`, `NetworksError` or what the backend throws.
  package init(
    _ specification: RunSpecification, checkpoint: Checkpoint, backend: any Backend,
    batch: Int = Sampler.usualBatch, average: Bool = true, kernels: [String: String] = [:]
  ) throws {
    let plan = try Plan(
      architecture: specification.architecture, recipe: specification.recipe)
    guard let sampler = plan.evaluation(.samples, average: average) else {
      throw TrainingError.noSamples
    }
    let source = try sampler.program(count: max(1, batch))
    let machine = try backend.makeMachine(
      running: [ProgramSource(source)],
      options: MachineOptions(kernels: checkpoint.kernels.merging(kernels) { $1 }))
    try machine.load(machine.states, from: checkpoint.tensors)
    (self.machine, self.sampler, self.batch) = (machine, sampler, max(1, batch))
    (inputs, labels) = (source.inputs, plan.labels)
    (architecture, usesAverage) = (specification.architecture, sampler.isOfAverage)
  }

  /// The kernels that were chosen where there was a choice, by what they compute.
  package var kernels: [String: String] { machine.kernels }

  /// Examples of the latents that a seed gives, `[count, …]`, each a function of its own latents.
  package func examples(count: Int, seed: UInt64) -> [Float] {
    var result: [Float] = []
    forEachBatch(count: count, seed: seed) { examples, _ in result += examples }
    return result
  }

  /// Examples of latents, `[count, …]`.
  ///
  /// - Parameters:
  ///   - latents: `[count, latent]`.
  ///   - labels: `[count, labels]`; of a model without labels empty.
  package func examples(ofLatents latents: [Float], labels: [Float], count: Int) -> [Float] {
    let given = [
      (name: Plan.latents, values: latents),
      (name: BatchColumn.drawnLabel.input, values: labels),
    ]
    return machine.examples(
      count, by: sampler, given.filter { inputs.contains($0.name) }, atOnce: batch)
  }

  /// Makes the examples of the latents that a seed gives, batch by batch, so that memory does not grow with
  /// their number.
  ///
  /// - Parameters:
  ///   - labels: what they are made with, where the model has labels; nil: every label in turn.
  ///   - truncation: where the distribution of latents is cut off; nil: nowhere else than in training.
  ///   - body: takes examples, `[batch, …]`, and their numbers from 0.
  package func forEachBatch(
    count: Int, seed: UInt64, labels asked: SampleLabels? = nil, truncation: Double? = nil,
    _ body: (_ examples: [Float], _ numbers: Range<Int>) throws -> Void
  ) rethrows {
    let labels = asked ?? labels.map(SampleLabels.init(all:))
    for start in stride(from: 0, to: count, by: batch) {
      let numbers = start..<min(start + batch, count)
      let latents = architecture.latents(
        numbers, of: count, seed: seed, labels, truncation: truncation)
      let given = [
        (name: Plan.latents, values: latents),
        (
          name: BatchColumn.drawnLabel.input,
          values: numbers.flatMap { labels?.vector(of: $0, count: count) ?? [] }
        ),
      ]
      try body(
        machine.examples(
          numbers.count, by: sampler, given.filter { inputs.contains($0.name) }, atOnce: batch),
        numbers)
    }
  }
}

extension ArchitectureSpecification {
  /// Latent vectors of some of `count` samples, which labels may take more than once.
  package func latents(
    _ numbers: Range<Int>, of count: Int, seed: UInt64, _ labels: SampleLabels?,
    truncation: Double? = nil
  ) -> [Float] {
    let whole: [Float]
    if let labels, labels.repeatsLatents {
      whole = numbers.flatMap { number in
        let latent = labels.latent(of: number, count: count)
        return latents(latent..<latent + 1, seed: seed)
      }
    } else {
      whole = latents(numbers, seed: seed)
    }
    guard let truncation else { return whole }
    return whole.map { latentDistribution.truncated($0, to: truncation) }
  }

  /// Latent vectors of samples, `[count, latent]`, by their numbers.
  package func latents(_ numbers: Range<Int>, seed: UInt64) -> [Float] {
    let stream = Randomness.Stream.sampleLatent
    let philox = Philox(seed: seed, stream: stream)
    let draws = LatentDistribution.draws.map { Philox(seed: seed, stream: stream | $0 << 40) }
    let bound = Float(LatentDistribution.truncation)
    return (numbers.lowerBound * latent..<numbers.upperBound * latent).map { index in
      switch latentDistribution {
      case .normal: return philox.normal(index)
      case .uniform: return 2 * philox.uniform(index) - 1
      case .truncated:
        let numbers = draws.lazy.map { $0.normal(index) }
        return numbers.first { abs($0) <= bound } ?? max(-bound, min(bound, draws[3].normal(index)))
      }
    }
  }
}
