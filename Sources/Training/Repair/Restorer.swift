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
  package let batch: Int

  private static let mostImages = 32
  /// Pixels that are repaired at once.
  private static let mostPixels = 32 * 128 * 128

  /// - Parameters:
  ///   - shape: of the images, where the restorer `takes` such; nil: as those that it was trained on.
  ///   - average: whether the averaged weights are used, where the run keeps them.
  /// - Returns: nil of a model without a restorer.
  /// - Throws: `TrainingError`, `NetworksError` or what the backend throws.
  package init?(
    _ specification: RunSpecification, of shape: ImageShape? = nil, checkpoint: Checkpoint,
    backend: any Backend, average: Bool = true
  ) throws {
    let example = shape.map { ExampleShape.image($0) } ?? specification.architecture.example
    let plan = try Self.plan(specification, of: example)
    guard let evaluation = plan.evaluation(.restorations, average: average) else { return nil }
    batch = max(
      1, min(Self.mostImages, Self.mostPixels / max(1, example.dimensions.suffix(2).reduce(1, *))))
    let source = try evaluation.program(count: batch)
    machine = try backend.makeMachine(
      running: [ProgramSource(source)], options: MachineOptions(kernels: checkpoint.kernels))
    try machine.load(machine.states, from: checkpoint.tensors)
    (self.evaluation, inputs, usesAverage) = (evaluation, source.inputs, evaluation.isOfAverage)
  }

  /// Whether a restorer repairs images of another size with the same weights: it is made of convolutions alone.
  package static func takes(_ shape: ImageShape, by specification: RunSpecification) -> Bool {
    func weights(_ example: ExampleShape) -> [[[Int]]]? {
      guard let plan = try? plan(specification, of: example),
        plan.evaluation(.restorations) != nil
      else { return nil }
      return plan.networks.filter { $0.network.role == .restorer }
        .map { $0.network.parameters.map(\.shape) }
    }
    guard let own = weights(specification.architecture.example) else { return false }
    return weights(.image(shape)) == own
  }

  private static func plan(
    _ specification: RunSpecification, of example: ExampleShape
  ) throws -> Plan {
    var architecture = specification.architecture
    architecture.example = example
    return try Plan(architecture: architecture, recipe: specification.recipe)
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
      count, by: evaluation, given.filter { inputs.contains($0.name) }, atOnce: batch)
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
