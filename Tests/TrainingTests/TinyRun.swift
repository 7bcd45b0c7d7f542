import CPUBackend
import Compilation
import Datasets
import Foundation
import Specification
import TestSupport
import Training

/// A run on a ring of points that takes milliseconds.
enum TinyRun {
  static func specification(
    steps: Int = 6, seed: UInt64 = 7, _ change: (inout RunSpecification) -> Void = { _ in }
  ) -> RunSpecification {
    let architecture = ArchitectureSpecification.typed(
      """
      custom points=2 latent=3 {
        generator init=torch { dense 4; batchnorm; relu; dropout 0.1; dense 2 }
        discriminator init=torch { dense 4; lrelu 0.2; dropout 0.3; dense 1 } }
      """)
    var specification = RunSpecification(
      architecture: architecture,
      dataset: DatasetSpecification(
        source: .ring(modes: 8, radius: 1, deviation: 0.01), preprocessing: nil),
      recipe: RecipeSpecification(batch: 4, generatorAverage: 0.9), steps: steps, seed: seed,
      sampleInterval: 0, checkpointInterval: 0)
    change(&specification)
    return specification
  }

  static func dataset(_ specification: RunSpecification) throws -> Dataset {
    try Dataset.open(
      specification.dataset, cacheDirectory: FileManager.default.temporaryDirectory)
  }

  /// Runs to the end and gives all events.
  static func run(
    _ specification: RunSpecification, in folder: URL, from checkpoint: URL? = nil,
    backend: any Backend = CPUBackend(), stoppingAfter step: Int? = nil,
    probes: [any Probe.Type] = Probes.all
  ) throws -> [RunEvent] {
    let handle = RunHandle.launch(
      specification, dataset: try dataset(specification), backend: backend, folder: folder,
      from: RunBeginning(checkpoint: checkpoint), probes: probes)
    var events: [RunEvent] = []
    while !handle.isOver {
      events += handle.events(waitingUpTo: 1)
      if let step, events.steps.contains(where: { $0 >= step }) { handle.stop() }
    }
    return events
  }
}

/// A folder that is gone after the closure.
func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("gansh-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

extension [RunEvent] {
  var checkpoints: [CheckpointFile] {
    compactMap { if case .checkpoint(let file) = $0 { file } else { nil } }
  }

  /// Steps whose losses were logged.
  var steps: [Int] {
    compactMap {
      guard case .metrics(let step, let values, _) = $0,
        values.contains(where: { $0.name == "generator_loss" })
      else { return nil }
      return step
    }
  }
}
