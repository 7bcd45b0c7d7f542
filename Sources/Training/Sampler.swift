package import Compilation
package import Images
import Networks
package import Specification

/// Examples from a checkpoint's generator, for any latents.
package struct Sampler: ~Copyable {
  package let architecture: ArchitectureSpecification
  private let machine: any Machine
  private let program: String
  private let batch: Int

  /// - Parameters:
  ///   - batch: examples made at once; any number can be asked for.
  ///   - average: whether the averaged weights are used, where the run keeps them.
  /// - Throws: `TrainingError`, `NetworksError` or what the backend throws.
  package init(
    _ specification: RunSpecification, checkpoint: Checkpoint, backend: any Backend,
    batch: Int = 64, average: Bool = true
  ) throws {
    let plan = try Plan(
      architecture: specification.architecture, recipe: specification.recipe)
    guard let sampler = plan.evaluation(.samples, average: average) else {
      throw TrainingError.noSamples
    }
    let source = try sampler.program(count: max(1, batch))
    let machine = try backend.makeMachine(running: [ProgramSource(source)])
    try machine.load(machine.states, from: checkpoint.tensors)
    (self.machine, self.program, self.batch) = (machine, sampler.name, max(1, batch))
    architecture = specification.architecture
  }

  /// Examples of the latents that a seed gives, `[count, …]`, each a function of its own latents.
  package func examples(count: Int, seed: UInt64) -> [Float] {
    examples(of: architecture.latents(count: count, seed: seed))
  }

  /// Examples of given latents, `[count, latent]`.
  package func examples(of latents: [Float]) -> [Float] {
    let width = architecture.latent
    let size = architecture.example.dimensions.reduce(1, *)
    let count = latents.count / max(1, width)
    var result: [Float] = []
    result.reserveCapacity(count * size)
    for start in stride(from: 0, to: count, by: batch) {
      let wanted = min(batch, count - start)
      let part = latents[start * width..<(start + wanted) * width]
      result += machine.examples(of: Array(part), by: program).prefix(wanted * size)
    }
    return result
  }

  /// Images of the latents that a seed gives; none for points.
  package func images(count: Int, seed: UInt64) -> [PixelImage] {
    guard case .image(let shape) = architecture.example else { return [] }
    return PixelImage.images(
      fromTensor: examples(count: count, seed: seed), count: count, channels: shape.channels,
      height: shape.height, width: shape.width)
  }
}
