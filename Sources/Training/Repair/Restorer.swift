package import Compilation
import Networks
package import Specification

/// What a checkpoint's restorer makes of damaged images.
package final class Restorer {
  /// Whether the averaged weights are used.
  package let usesAverage: Bool
  private let machine: any Machine
  private let evaluation: Evaluation
  private let inputs: Set<String>

  /// Images that are repaired at once.
  package static let batch = 32

  /// - Parameter average: whether the averaged weights are used, where the run keeps them.
  /// - Returns: nil of a model without a restorer.
  /// - Throws: `TrainingError`, `NetworksError` or what the backend throws.
  package init?(
    _ specification: RunSpecification, checkpoint: Checkpoint, backend: any Backend,
    average: Bool = true
  ) throws {
    let plan = try Plan(architecture: specification.architecture, recipe: specification.recipe)
    guard let evaluation = plan.evaluation(.restorations, average: average) else { return nil }
    let source = try evaluation.program(count: Self.batch)
    machine = try backend.makeMachine(
      running: [ProgramSource(source)], options: MachineOptions(kernels: checkpoint.kernels))
    try machine.load(machine.states, from: checkpoint.tensors)
    (self.evaluation, inputs, usesAverage) = (evaluation, source.inputs, evaluation.isOfAverage)
  }

  /// - Parameters:
  ///   - damaged: `[count, channels, height, width]`.
  ///   - holes: `[count, height, width]`.
  ///   - keepsRest: whether what is not in a hole stays as it is.
  package func repaired(
    _ damaged: [Float], holes: [Float], count: Int, keepsRest: Bool
  ) -> [Float] {
    let given = [
      (name: BatchColumn.damaged.input, values: damaged),
      (name: BatchColumn.hole.input, values: holes),
    ]
    let made = machine.examples(
      count, by: evaluation, given.filter { inputs.contains($0.name) }, atOnce: Self.batch)
    return keepsRest ? laid(made, into: damaged, where: holes, count: count) : made
  }
}

/// What was made of images, with all that is not in a hole as it was.
///
/// - Parameters:
///   - made: `[count, channels, height, width]`, as `damaged`.
///   - holes: `[count, height, width]`.
package func laid(
  _ made: [Float], into damaged: [Float], where holes: [Float], count: Int
) -> [Float] {
  guard count > 0 else { return [] }
  var result = damaged
  let (size, plane) = (damaged.count / count, holes.count / count)
  for index in result.indices where holes[index / size * plane + index % plane] > 0.5 {
    result[index] = made[index]
  }
  return result
}
