package import Compilation
package import Networks
import Randomness
package import Specification
import TensorGraph

/// What the functions of a module for PyTorch give, as gansh computes it, and what they were given: in single precision, before
/// anything is rounded to a picture.
///
/// Latents are those of the run's samples; labels take turns; images are uniform noise in -1…1, and the hole of every image is
/// its middle: no data are needed. Convolutions are summed directly: Winograd's forms, which samples may be made with because they are
/// faster, round as much as 1.7e-5 off in a deep generator, which would hide what is not the same.
package struct WorkedExamples {
  /// In the order of the functions: `sample.latents`, `sample.labels`, `sample`.
  package private(set) var arrays: [(name: String, shape: [Int], values: [Float])] = []

  /// - Parameters:
  ///   - count: examples; of a discriminator that judges several at once, as many more as it takes.
  /// - Throws: `TrainingError`, `NetworksError` or what the backend throws.
  package init(
    _ script: TorchScript, count: Int, of specification: RunSpecification,
    checkpoint: Checkpoint, backend: any Backend
  ) throws {
    for function in script.functions {
      let count = (count + function.multiple - 1) / function.multiple * function.multiple
      let program = try function.evaluation.program(count: count)
      let fastest = try backend.makeMachine(running: [ProgramSource(program)])
      let machine = try backend.makeMachine(
        running: [ProgramSource(program)],
        options: MachineOptions(kernels: fastest.kernels.mapValues { _ in Self.direct }))
      try machine.load(machine.states, from: checkpoint.tensors)
      var given: [(name: String, values: [Float])] = []
      for (input, name, shape) in function.parameters {
        let values = Self.values(of: input, shape, count: count, specification)
        given.append((input, values))
        arrays.append(("\(function.name).\(name)", [count] + shape, values))
      }
      let made = machine.examples(count, by: function.evaluation, given, atOnce: count)
      let output = program.outputs.first { $0.name == function.evaluation.output }
      arrays.append((function.name, output?.tensor.shape.dimensions ?? [made.count], made))
    }
  }

  /// The way of every contraction that a backend has besides its own (`ContractionMethod`).
  private static let direct = "library"

  private static func values(
    of input: String, _ shape: [Int], count: Int, _ specification: RunSpecification
  ) -> [Float] {
    switch input {
    case Plan.latents:
      return specification.architecture.latents(count: count, seed: specification.seed)
    case BatchColumn.label.input, BatchColumn.drawnLabel.input:
      guard let labels = specification.architecture.labels.map(SampleLabels.init(all:)) else {
        return []
      }
      return (0..<count).flatMap { labels.vectors[$0 % labels.vectors.count] }
    case BatchColumn.hole.input:
      let (height, width) = (shape[shape.count - 2], shape[shape.count - 1])
      return (0..<count * shape.volume).map { index in
        let (row, column) = (index / width % height, index % width)
        let isIn =
          row >= height / 4 && row < height - height / 4
          && column >= width / 4 && column < width - width / 4
        return isIn ? 1 : 0
      }
    default:
      let philox = Philox(seed: specification.seed, stream: Randomness.Stream.workedExample)
      return (0..<count * shape.volume).map { 2 * philox.uniform($0) - 1 }
    }
  }
}
