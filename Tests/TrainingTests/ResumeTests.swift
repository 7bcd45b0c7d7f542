import CPUBackend
import Foundation
import Specification
import TestSupport
import Testing
import Training

@Suite struct ResumeTests {
  @Test(arguments: [1, 3])
  func `three steps, a checkpoint and three more are six steps, bit for bit`(
    discriminatorSteps: Int
  ) throws {
    try withFolder { folder in
      func specification(_ steps: Int) -> RunSpecification {
        TinyRun.specification(steps: steps) {
          $0.recipe.discriminatorSteps = discriminatorSteps
          $0.recipe.fakes = discriminatorSteps == 1 ? .same : .fresh
        }
      }
      let whole = try TinyRun.run(specification(6), in: folder.appendingPathComponent("whole"))
      let parts = folder.appendingPathComponent("parts")
      let first = try TinyRun.run(specification(3), in: parts)
      let middle = try #require(first.checkpoints.last)
      #expect(middle.step == 3)
      let second = try TinyRun.run(specification(6), in: parts, from: middle.url)
      #expect(second.steps == [4, 5, 6])
      let (a, b) = try (
        #require(whole.checkpoints.last), #require(second.checkpoints.last)
      )
      #expect(a.digest == b.digest && a.step == b.step)
      #expect(try Data(contentsOf: a.url) == Data(contentsOf: b.url))
      #expect(try Data(contentsOf: a.url) != Data(contentsOf: middle.url))
    }
  }

  @Test func `a run that was asked to stop goes on as if it had not been`() throws {
    try withFolder { folder in
      // Longer than anybody waits for, so that the request always comes first.
      let parts = folder.appendingPathComponent("parts")
      let first = try TinyRun.run(
        TinyRun.specification(steps: 10_000_000), in: parts, stoppingAfter: 2)
      guard case .stopped(let step, nil) = first.last else {
        Issue.record("ended with \(String(describing: first.last))")
        return
      }
      let checkpoint = try #require(first.checkpoints.last)
      #expect(checkpoint.step == step)
      let longer = TinyRun.specification(steps: step + 5)
      let whole = try TinyRun.run(longer, in: folder.appendingPathComponent("whole"))
      let second = try TinyRun.run(longer, in: parts, from: checkpoint.url)
      #expect(second.checkpoints.last?.digest == whole.checkpoints.last?.digest)
      #expect(whole.checkpoints.last != nil)
    }
  }

  @Test func `another seed gives other weights`() throws {
    try withFolder { folder in
      let digests = try [1, 2].map { seed in
        try TinyRun.run(
          TinyRun.specification(steps: 2, seed: seed), in: folder.appendingPathComponent("\(seed)")
        ).checkpoints.last?.digest
      }
      #expect(digests[0] != nil && digests[0] != digests[1])
    }
  }

  @Test func `a checkpoint of another run is refused`() throws {
    try withFolder { folder in
      let file = try #require(
        TinyRun.run(TinyRun.specification(steps: 1), in: folder).checkpoints.last)
      let other = TinyRun.specification(steps: 2) {
        $0.recipe.generatorOptimiser.learningRate = 1e-3
      }
      let events = try TinyRun.run(other, in: folder, from: file.url)
      guard case .failed(let message) = events.last else {
        Issue.record("ended with \(String(describing: events.last))")
        return
      }
      #expect(
        message == "step-00000001.safetensors cannot be gone on from by this run: it was written "
          + "by another run: glr=0.0002 in the checkpoint, 0.001 in the run")
    }
  }

  @Test func `a run can be made longer and written down more often`() {
    let specification = TinyRun.specification(steps: 5)
    let longer = TinyRun.specification(steps: 500) {
      $0.logInterval = 10
      $0.sampleCount = 3
    }
    #expect(specification.fingerprint == longer.fingerprint)
    #expect(specification.fingerprint != TinyRun.specification(steps: 5, seed: 8).fingerprint)
  }

  /// A convolutional pair on drawn faces, with layers that several kernels can do.
  private func faces(_ steps: Int, _ precision: Precision) throws -> RunSpecification {
    RunSpecification(
      architecture: try architecture("like dcgan image=16x16x3 width=16 latent=8"),
      dataset: DatasetSpecification(
        source: .portraits(count: 16, seed: 1),
        preprocessing: Preprocessing(
          height: 16, width: 16, channels: 3, crop: .none, filter: .box, flip: false)),
      recipe: RecipeSpecification(batch: 8, precision: precision), steps: steps, seed: 3,
      sampleInterval: 0, checkpointInterval: 0)
  }

  @Test(arguments: Precision.allCases)
  func `a run goes on with the kernels that it began with`(precision: Precision) throws {
    try withFolder { folder in
      func run(
        _ steps: Int, _ name: String, _ kernels: ContractionMethod, from: URL? = nil
      ) throws -> CheckpointFile {
        let events = try TinyRun.run(
          faces(steps, precision), in: folder.appendingPathComponent(name), from: from,
          backend: CPUBackend(kernels: .forced(kernels)))
        return try #require(events.checkpoints.last, "\(events)")
      }
      let whole = try run(4, "whole", .library)
      let middle = try run(2, "parts", .library)
      let end = try run(4, "parts", .winograd2, from: middle.url)
      #expect(end.digest == whole.digest)
      // There is another choice on every processor with AVX-512; in bfloat16 not on all of them.
      if precision == .single, CPUBackend().description.contains("AVX-512") {
        let other = try run(4, "other", .winograd2)
        #expect(other.digest != whole.digest)
      }
    }
  }

  @Test func `a sampler gives what the run's own sheets show`() throws {
    try withFolder { folder in
      let specification = TinyRun.specification(steps: 3)
      let file = try #require(TinyRun.run(specification, in: folder).checkpoints.last)
      let checkpoint = try Checkpoint(contentsOf: file.url, digest: file.digest)
      let trainer = try Trainer(
        specification, dataset: TinyRun.dataset(specification), backend: CPUBackend(),
        from: checkpoint)
      let sampler = try Sampler(
        specification, checkpoint: checkpoint, backend: CPUBackend(), batch: 7)
      // Another batch may be multiplied by another kernel, which may round differently.
      let (made, shown) = (sampler.examples(count: 20, seed: 7), trainer.sample(20))
      #expect(made.count == shown.count)
      #expect(zip(made, shown).allSatisfy { abs($0 - $1) <= 1e-5 }, "\(made), \(shown)")
    }
  }
}
