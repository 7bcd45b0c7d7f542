package import Compilation
import Networks
package import Specification

/// A checkpoint's discriminator, which scores images.
package struct Judge {
  private let machine: any Machine
  private let evaluation: Evaluation
  /// Whether it is to be given the label of each image.
  package let takesLabels: Bool

  /// - Returns: nil where there is none.
  /// - Throws: `TrainingError`, `NetworksError` or what the backend throws.
  package init?(
    _ specification: RunSpecification, _ checkpoint: Checkpoint, backend: any Backend
  ) throws {
    let plan = try Plan(architecture: specification.architecture, recipe: specification.recipe)
    guard let judge = plan.evaluation(.judgements) else { return nil }
    let program = try judge.program(count: Plan.judgedAtOnce)
    let machine = try backend.makeMachine(
      running: [ProgramSource(program)], options: MachineOptions(kernels: checkpoint.kernels))
    try machine.load(machine.states, from: checkpoint.tensors)
    takesLabels = program.inputs.contains(BatchColumn.label.input)
    (self.machine, evaluation) = (machine, judge)
  }

  /// - Parameter labels: of each image, one after the other, where it takes them.
  package func scores(of images: [Float], labels: [Float] = [], count: Int) -> [Float] {
    machine.scores(
      by: evaluation, of: images, takesLabels ? labels : [], count: count,
      atOnce: Plan.judgedAtOnce)
  }
}
