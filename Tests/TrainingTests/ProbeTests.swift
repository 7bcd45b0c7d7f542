import CPUBackend
import Datasets
import Foundation
import MetricDescriptions
import Specification
import TestSupport
import Testing
import Training

@Suite struct ProbeTests {
  /// Executes every evaluation and says so.
  struct Alarm: Probe {
    static let metrics: [MetricDescription] = []
    let interval = 2

    init?(_ subject: ProbeSubject) {
      guard subject.dataset.mixture != nil, subject.test == nil else { return nil }
    }

    func measure(_ trainer: borrowing Trainer) -> ProbeReading {
      .alarm("step \(trainer.step): \(trainer.sample(3).count) numbers")
    }
  }

  @Test func `an alarm is told at its interval and at the end`() throws {
    try withFolder { folder in
      let events = try TinyRun.run(
        TinyRun.specification(steps: 5), in: folder, probes: [Alarm.self])
      let told = events.compactMap { event -> String? in
        if case .warning(_, let sentence) = event { sentence } else { nil }
      }
      #expect(told == ["step 2: 6 numbers", "step 4: 6 numbers", "step 5: 6 numbers"])
      let measured = events.contains { event in
        if case .metrics(_, let values, _) = event { values[0].name == "modes" } else { false }
      }
      #expect(!measured, "the mixture's probe was off")
    }
  }

  @Test func `probes, on or off, change no bit of a run`() throws {
    try withFolder { folder in
      func numbers(
        _ name: String, sampleInterval: Int, _ probes: [any Probe.Type]
      ) throws -> Checkpoint {
        let specification = TinyRun.specification(steps: 7) {
          $0.sampleInterval = sampleInterval
          $0.recipe.discriminatorSteps = 2
        }
        let events = try TinyRun.run(
          specification, in: folder.appendingPathComponent(name), probes: probes)
        return try Checkpoint(contentsOf: try #require(events.checkpoints.last).url)
      }
      let without = try numbers("without", sampleInterval: 0, [])
      for (name, interval, probes) in [
        ("some", 3, Probes.all), ("all", 1, Probes.all + [Alarm.self]),
      ] {
        let with = try numbers(name, sampleInterval: interval, probes)
        #expect(with.tensors.holdsNumbers(of: without.tensors), "\(name)")
      }
    }
  }

  /// A conv pair's weights take the layout that its kernels ask for; more samples at once are another batch.
  @Test func `the number of samples on a sheet changes no bit of a run`() throws {
    try withFolder { folder in
      func numbers(_ samples: Int) throws -> Checkpoint {
        let specification = RunSpecification(
          architecture: try architecture("like conv image=16x16x1"),
          dataset: DatasetSpecification(
            source: .portraits(count: 8, seed: 1),
            preprocessing: Preprocessing(
              height: 16, width: 16, channels: 1, crop: .none, filter: .box, flip: false)),
          recipe: RecipeSpecification(batch: 4, generatorAverage: 0.9), steps: 2, seed: 3,
          sampleInterval: 1, checkpointInterval: 0, sampleCount: samples)
        let events = try TinyRun.run(specification, in: folder.appendingPathComponent("\(samples)"))
        return try Checkpoint(contentsOf: try #require(events.checkpoints.last, "\(events)").url)
      }
      let few = try numbers(1)
      for count in [4, 64] {
        let many = try numbers(count)
        #expect(many.tensors.holdsNumbers(of: few.tensors), "\(count) samples")
      }
    }
  }
}
