package import Compilation
import Networks
package import Specification

/// What a checkpoint's autoencoder makes of examples.
package final class Reconstructor {
  private let machine: any Machine
  private let evaluation: Evaluation
  /// Examples that are looked at together.
  private static let batch = 32

  /// - Parameter average: whether the averaged weights are used, where the run keeps them.
  /// - Returns: nil of a model that reconstructs nothing.
  /// - Throws: `TrainingError`, `NetworksError` or what the backend throws.
  package init?(
    _ specification: RunSpecification, checkpoint: Checkpoint, backend: any Backend,
    average: Bool = true
  ) throws {
    let plan = try Plan(architecture: specification.architecture, recipe: specification.recipe)
    guard let evaluation = plan.evaluation(.reconstructions, average: average) else { return nil }
    machine = try backend.makeMachine(
      running: [ProgramSource(try evaluation.program(count: Self.batch))],
      options: MachineOptions(kernels: checkpoint.kernels))
    try machine.load(machine.states, from: checkpoint.tensors)
    self.evaluation = evaluation
  }

  /// - Parameter examples: `[count, …]`.
  package func reconstructions(of examples: [Float], count: Int) -> [Float] {
    machine.examples(
      count, by: evaluation, [(BatchColumn.image.input, examples)], atOnce: Self.batch)
  }
}
