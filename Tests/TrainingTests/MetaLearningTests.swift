import CPUBackend
import Datasets
import Foundation
import Specification
import TestSupport
import Testing
import Training

/// Reptile: several updates on one task, and a part of the way to where they lead.
@Suite struct MetaLearningTests {
  /// Two tasks, faces that smile and others.
  private func specification(steps: Int, updates: Int, rate: Double) -> RunSpecification {
    TinyRun.specification(steps: steps) {
      $0.architecture = ArchitectureSpecification.typed(
        """
        custom image=8x8x3 latent=3 {
          generator init=torch { dense 4; batchnorm; relu; dense 8x8x3; tanh }
          discriminator init=torch { flatten; dense 4; lrelu 0.2; dense 1 } }
        """)
      $0.dataset = DatasetSpecification(
        source: .portraits(count: 24, seed: 1),
        preprocessing: Preprocessing(
          height: 8, width: 8, channels: 3, crop: .none, filter: .bicubic, flip: false))
      $0.recipe.generatorAverage = nil
      $0.recipe.meta = MetaLearning(updates: updates, label: "Smiling")
      $0.recipe.metaRate = rate
    }
  }

  private func weights(_ specification: RunSpecification) throws -> [String: [Float]] {
    try withFolder { folder in
      let events = try TinyRun.run(specification, in: folder)
      let file = try #require(events.checkpoints.last, "\(events)")
      let tensors = try Checkpoint(contentsOf: file.url).tensors
      return Dictionary(
        uniqueKeysWithValues: tensors.tensors.map { ($0.name, tensors.values(of: $0.name) ?? []) })
    }
  }

  @Test(arguments: [1, 3]) func `weights move a part of the way`(updates: Int) throws {
    let start = try weights(specification(steps: 1, updates: updates, rate: 0))
    let whole = try weights(specification(steps: 1, updates: updates, rate: 1))
    let part = try weights(specification(steps: 1, updates: updates, rate: 0.25))
    let names = whole.keys.filter { $0.hasPrefix("generator.") || $0.hasPrefix("discriminator.") }
      .filter { start[$0] != whole[$0] && !$0.contains("adam") }
    #expect(names.count > 6, "\(whole.keys.sorted())")
    for name in names {
      let (from, to) = (try #require(start[name]), try #require(whole[name]))
      #expect(part[name] == zip(from, to).map { $0 + 0.25 * ($1 - $0) }, "\(name)")
    }
  }

  @Test func `a run that was stopped goes on to the same bits`() throws {
    let whole = try weights(specification(steps: 5, updates: 3, rate: 0.5))
    try withFolder { folder in
      var first = specification(steps: 5, updates: 3, rate: 0.5)
      first.checkpointInterval = 2
      let events = try TinyRun.run(first, in: folder.appendingPathComponent("first"))
      let middle = try #require(events.checkpoints.first { $0.step == 2 })
      let rest = try TinyRun.run(
        first, in: folder.appendingPathComponent("rest"), from: middle.url)
      let last = try Checkpoint(contentsOf: try #require(rest.checkpoints.last).url).tensors
      for (name, values) in whole { #expect(last.values(of: name) == values, "\(name)") }
    }
  }
}
