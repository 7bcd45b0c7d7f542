import CPUBackend
import Datasets
import Foundation
import MetricDescriptions
import Specification
import TestSupport
import Testing
import Training

/// Modes of images as a classifier tells them.
@Suite struct ModeTests {
  /// Counts classes by scores that are 1 there and 0 elsewhere, times how sure they are.
  private func count(
    _ told: [[Int]], of classes: Int, by factor: Float = 10
  ) throws -> ModeCount {
    let kinds = try #require(ModeKinds(.classes(classes), channels: told.first?.count ?? 1))
    var modes = ModeCount(kinds)
    for sample in told {
      modes.add(
        sample.flatMap { own in (0..<classes).map { $0 == own ? factor : 0 } }[...])
    }
    return modes
  }

  @Test func `divergences are those of their definitions`() throws {
    // p = (1/2, 1/4, 1/4, 0) of four classes.
    let modes = try count([[0], [0], [1], [2]], of: 4)
    #expect(modes.captured == 3 && modes.total == 4 && modes.highQuality == 1)
    let entropy = -(0.5 * log(0.5) + 2 * 0.25 * log(0.25))
    #expect(abs(try #require(modes.reverseDivergence) - (log(4) - entropy)) < 1e-12)
    // The data: 0, 0, 0, 3, and half an example more of each: (3.5, 0.5, 0.5, 1.5) / 6.
    let data = try count([[0], [0], [0], [3]], of: 4)
    let wanted = 0.5 * log(0.5 * 6 / 3.5) + 2 * 0.25 * log(0.25 * 6 / 0.5)
    #expect(abs(try #require(modes.divergence(from: data)) - wanted) < 1e-12)
    #expect(
      modes.readings(beside: data).map(\.description.name)
        == ["modes", "high_quality", "reverse_kl", "data_kl"])
    #expect(ModeCount.metrics.map(\.name) == ["modes", "high_quality", "reverse_kl", "data_kl"])
  }

  @Test func `all modes alike, one alone, and none`() throws {
    let even = try count((0..<10).map { [$0] }, of: 10)
    #expect(even.captured == 10)
    #expect(abs(try #require(even.reverseDivergence)) < 1e-12)
    let one = try count([[3], [3], [3]], of: 10)
    #expect(one.captured == 1)
    #expect(abs(try #require(one.reverseDivergence) - log(10)) < 1e-12)
    let none = try count([], of: 10)
    #expect(none.reverseDivergence == nil && none.highQuality == nil && none.captured == 0)
    #expect(none.readings(beside: even).map(\.description.name) == ["modes"])
  }

  @Test func `a sample of which nothing can be told is of no mode and not sure`() throws {
    var modes = ModeCount(try #require(ModeKinds(.classes(2))))
    modes.add([.nan, 1])
    modes.add([0, 20])
    #expect(modes.total == 2 && modes.captured == 1 && modes.counts == [1: 1])
    #expect(modes.highQuality == 0.5)
    // e^2.19 : 1 is 89.9%, e^2.2 : 1 is 90.02%.
    #expect(try count([[0]], of: 2, by: 2.19).highQuality == 0)
    #expect(try count([[0]], of: 2, by: 2.2).highQuality == 1)
  }

  @Test func `channels make one number together, and attributes one of their bits`() throws {
    let stacked = try count([[1, 2, 3], [9, 9, 9], [0, 0, 0]], of: 10)
    #expect(stacked.kinds.count == 1000 && Set(stacked.counts.keys) == [123, 999, 0])
    #expect(stacked.kinds.sampleCount == 25_600)
    // One channel that is not sure is enough.
    var unsure = ModeCount(stacked.kinds)
    let sure: [Float] = [9, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    unsure.add((sure + sure + sure.map { $0 / 9 })[...])
    #expect(unsure.captured == 1 && unsure.highQuality == 0)

    let kinds = try #require(ModeKinds(.attributes(["a", "b", "c"])))
    var combinations = ModeCount(kinds)
    for scores in [[1, -1, 1], [-1, -1, -1], [0.5, -3, 2]] as [[Float]] {
      combinations.add(scores[...])
    }
    #expect(kinds.count == 8 && kinds.sampleCount == 2500)
    #expect(combinations.counts == [0b101: 2, 0: 1] && combinations.highQuality == nil)
  }

  @Test func `no more modes are told apart than are worth it`() {
    let names = (0..<40).map { "label\($0)" }
    #expect(ModeKinds(.attributes(Array(names.prefix(16))))?.count == 65_536)
    #expect(ModeKinds(.attributes(Array(names.prefix(17)))) == nil)
    #expect(ModeKinds(.attributes(names)) == nil)
    #expect(ModeKinds(.classes(10), channels: 5) == nil)
    #expect(ModeKinds(.classes(100))?.sampleCount == 2560)
  }

  // MARK: Of a run

  private func specification(
    _ architecture: ArchitectureSpecification, steps: Int, seed: UInt64 = 3
  ) -> RunSpecification {
    RunSpecification(
      architecture: architecture,
      dataset: DatasetSpecification(
        source: .portraits(count: 64, seed: 1),
        preprocessing: Preprocessing(
          height: 8, width: 8, channels: 1, crop: .none, filter: .box, flip: false)),
      recipe: RecipeSpecification(batch: 16), steps: steps, seed: seed, sampleInterval: 2,
      checkpointInterval: 0, sampleCount: 16)
  }

  private func values(_ events: [RunEvent], at step: Int) -> [String: Double] {
    var all: [String: Double] = [:]
    for event in events {
      guard case .metrics(step, let values, _) = event else { continue }
      for value in values { all[value.name] = value.value }
    }
    return all
  }

  /// A run beside a classifier, with what a checkpoint of it says afterwards.
  @Test func `a run counts modes, which changes no bit of it, and its checkpoint counts the same`()
    throws
  {
    try withFolder { folder in
      let judge = specification(
        .typed("custom image=8x8x1 labels=Smiling,Eyeglasses { classifier { flatten; dense 2 } }"),
        steps: 10)
      let judged = try TinyRun.run(judge, in: folder.appendingPathComponent("judge"))
      let classifier = ModeClassifier(
        judge,
        checkpoint: try Checkpoint(
          contentsOf: try #require(judged.checkpoints.last, "\(judged)").url),
        kinds: try #require(ModeKinds(.attributes(["Smiling", "Eyeglasses"]))))
      let pair = specification(
        .typed(
          """
          custom image=8x8x1 latent=3 {
            generator { dense 8x8x1; batchnorm; tanh }
            discriminator { flatten; dense 4; lrelu 0.2; dense 1 } }
          """), steps: 5)
      let dataset = try TinyRun.dataset(pair)
      func events(_ classifier: ModeClassifier?) throws -> [RunEvent] {
        let handle = RunHandle.launch(
          pair, dataset: dataset, backend: CPUBackend(),
          folder: folder.appendingPathComponent(classifier == nil ? "plain" : "counted"),
          from: RunBeginning(classifier: classifier))
        var events: [RunEvent] = []
        while !handle.isOver { events += handle.events(waitingUpTo: 1) }
        return events
      }
      let (plain, counted) = (try events(nil), try events(classifier))
      let (one, other) = (
        try Checkpoint(contentsOf: try #require(plain.checkpoints.last).url),
        try Checkpoint(contentsOf: try #require(counted.checkpoints.last).url)
      )
      #expect(one.tensors.holdsNumbers(of: other.tensors))
      #expect(values(plain, at: 5)["modes"] == nil)
      for step in [2, 4, 5] {
        #expect((1...4).contains(try #require(values(counted, at: step)["modes"])), "\(step)")
      }
      #expect(values(counted, at: 3)["modes"] == nil)

      let counter = try ModeCounter(classifier, of: dataset, backend: CPUBackend())
      #expect(counter.data.total == 64 && (1...4).contains(counter.data.captured))
      let sampler = try Sampler(pair, checkpoint: other, backend: CPUBackend(), batch: 16)
      let modes = sampler.modes(by: counter, count: 2500, seed: pair.seed, labels: nil)
      for reading in modes.readings(beside: counter.data) {
        let told = try #require(values(counted, at: 5)[reading.description.name])
        #expect(abs(told - reading.value) < 1e-9, "\(reading)")
      }
    }
  }
}
