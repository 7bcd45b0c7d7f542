import CPUBackend
import Compilation
import Foundation
import Networks
import Specification
import TestSupport
import Testing
import Training

/// What a branch takes over from a checkpoint of another run.
@Suite struct TransferTests {
  private static func checkpoint(
    of specification: RunSpecification, in folder: URL
  ) throws -> Checkpoint {
    let file = try #require(TinyRun.run(specification, in: folder).checkpoints.last)
    return try Checkpoint(contentsOf: file.url)
  }

  /// A branch of a run, with changes.
  private static func branch(
    of source: RunSpecification, at step: Int, to steps: Int,
    _ change: (inout RunSpecification) -> Void = { _ in }
  ) -> RunSpecification {
    var specification = source
    specification.steps = steps
    specification.origin = RunOrigin(step: step, fingerprint: source.fingerprint)
    change(&specification)
    return specification
  }

  private static func run(
    _ specification: RunSpecification, from checkpoint: Checkpoint, by source: RunSpecification,
    in folder: URL, backend: any Backend = CPUBackend(), kernels: [String: String]? = nil
  ) throws -> [RunEvent] {
    let handle = RunHandle.launch(
      specification, dataset: try TinyRun.dataset(specification), backend: backend,
      folder: folder,
      from: RunBeginning(
        kernels: kernels ?? checkpoint.kernels, source: (checkpoint, source)))
    var events: [RunEvent] = []
    while !handle.isOver { events += handle.events(waitingUpTo: 1) }
    return events
  }

  @Test(arguments: [1, 3])
  func `a branch without a change has the bits of its run`(discriminatorSteps: Int) throws {
    try withFolder { folder in
      func specification(_ steps: Int) -> RunSpecification {
        TinyRun.specification(steps: steps) {
          $0.recipe.discriminatorSteps = discriminatorSteps
          $0.recipe.fakes = discriminatorSteps == 1 ? .same : .fresh
        }
      }
      let middle = try Self.checkpoint(
        of: specification(3), in: folder.appendingPathComponent("begun"))
      let whole = try Self.checkpoint(
        of: specification(7), in: folder.appendingPathComponent("whole"))
      let events = try Self.run(
        Self.branch(of: specification(3), at: 3, to: 7), from: middle, by: specification(3),
        in: folder.appendingPathComponent("branch"))
      #expect(events.steps == [4, 5, 6, 7])
      let files = events.checkpoints
      #expect(files.map(\.step) == [3, 7])
      let last = try Checkpoint(contentsOf: try #require(files.last).url)
      #expect(last.tensors.holdsNumbers(of: whole.tensors))
      #expect(!last.tensors.holdsNumbers(of: middle.tensors))
      let plan = try Plan(
        architecture: specification(7).architecture, recipe: specification(7).recipe)
      #expect(
        try last.counters(for: plan, specification(7).recipe)
          == whole.counters(for: plan, specification(7).recipe))
      // The one is no checkpoint of the other.
      #expect(!last.differences(from: specification(7)).isEmpty)
      #expect(!whole.differences(from: Self.branch(of: specification(3), at: 3, to: 7)).isEmpty)
    }
  }

  @Test func `its first checkpoint is what it has taken over, and it goes on from it`() throws {
    try withFolder { folder in
      let source = TinyRun.specification(steps: 3)
      let middle = try Self.checkpoint(of: source, in: folder.appendingPathComponent("begun"))
      let branch = Self.branch(of: source, at: 3, to: 6) {
        $0.recipe.discriminatorOptimiser.keyword = "rmsprop"
      }
      let own = folder.appendingPathComponent("branch")
      let whole = try Self.run(branch, from: middle, by: source, in: own)
      let first = try #require(whole.checkpoints.first)
      let again = try TinyRun.run(
        branch, in: folder.appendingPathComponent("again"), from: first.url)
      #expect(again.checkpoints.last?.digest == whole.checkpoints.last?.digest)
      #expect(whole.checkpoints.last?.step == 6)
    }
  }

  @Test func `a branch without a change has the bits of its run, whatever remedies keep`() throws {
    try withFolder { folder in
      func specification(_ steps: Int) -> RunSpecification {
        TinyRun.specification(steps: steps) {
          $0.recipe.setRemedy("instance-noise", to: 0.1)
          $0.recipe.setRemedy("historical-averaging", to: 0.1)
        }
      }
      let middle = try Self.checkpoint(
        of: specification(3), in: folder.appendingPathComponent("begun"))
      let whole = try Self.checkpoint(
        of: specification(6), in: folder.appendingPathComponent("whole"))
      let events = try Self.run(
        Self.branch(of: specification(3), at: 3, to: 6), from: middle, by: specification(3),
        in: folder.appendingPathComponent("branch"))
      let last = try Checkpoint(contentsOf: try #require(events.checkpoints.last).url)
      #expect(last.tensors.holdsNumbers(of: whole.tensors))
    }
  }

  @Test func `a branch in another precision chooses its kernels anew`() throws {
    try withFolder { folder in
      let source = TinyRun.specification(steps: 3)
      let middle = try Self.checkpoint(of: source, in: folder)
      var same = middle.kernels
      same["dense forward 1x1 to 1x1, fp32, 1 threads"] = "panels"
      let branch = Self.branch(of: source, at: 3, to: 4)
      let rounded = Self.branch(of: source, at: 3, to: 4) { $0.recipe.precision = .bfloat16 }
      #expect(branch.kernels(same, of: source) == same)
      #expect(rounded.kernels(same, of: source).isEmpty)

      // The checkpoint that it begins with brings none, and its own do when it goes on.
      func checkpoint(
        after method: ContractionMethod, _ kernels: [String: String]
      ) throws -> Checkpoint {
        let events = try Self.run(
          branch, from: middle, by: source, in: folder.appendingPathComponent("\(kernels.count)"),
          backend: CPUBackend(kernels: .forced(method)), kernels: kernels)
        return try Checkpoint(contentsOf: try #require(events.checkpoints.last).url)
      }
      #expect(middle.kernels.values.allSatisfy { $0 == "library" })
      #expect(try checkpoint(after: .panels, middle.kernels).kernels == middle.kernels)
      let chosen = try checkpoint(after: .panels, [:]).kernels
      #expect(chosen.keys == middle.kernels.keys)
      if CPUBackend().description.contains("AVX-512") {
        #expect(chosen.values.contains("panels"))
      }
    }
  }

  @Test func `an optimiser of another kind begins anew, and only that one`() throws {
    try withFolder { folder in
      let source = TinyRun.specification(steps: 3)
      let middle = try Self.checkpoint(of: source, in: folder)
      let branch = Self.branch(of: source, at: 3, to: 6) {
        $0.recipe.discriminatorOptimiser.keyword = "rmsprop"
        $0.recipe.discriminatorOptimiser.argument = 0.99
      }
      let transfer = try Transfer(of: middle, by: source, to: branch, count: nil)
      #expect(transfer.counters.updates == ["discriminator": 0, "generator": 3])
      #expect(transfer.counters.step == 3 && transfer.counters.batches == 3)
      #expect(transfer.takes("discriminator.block1.dense.weight"))
      #expect(transfer.takes("optimiser.generator.block1.dense.weight.first_moment"))
      #expect(!transfer.takes("optimiser.discriminator.block1.dense.weight.square_average"))
      let anew = transfer.parts.filter { !$0.anew.isEmpty }
      #expect(anew.map(\.name) == ["discriminator"] && anew.map(\.kind) == [.optimiser])
      #expect(anew.first?.reason == "`rmsprop` instead of `adam`")
    }
  }

  @Test func `what does not fit begins as in a new run, averages as the weights`() throws {
    try withFolder { folder in
      let source = TinyRun.specification(steps: 3) { $0.recipe.generatorAverage = nil }
      let middle = try Self.checkpoint(of: source, in: folder.appendingPathComponent("begun"))
      let wider = ArchitectureSpecification.typed(
        """
        custom points=2 latent=3 {
          generator init=torch { dense 4; batchnorm; relu; dropout 0.1; dense 2 }
          discriminator init=torch { dense 5; lrelu 0.2; dropout 0.3; dense 1 } }
        """)
      let branch = Self.branch(of: source, at: 3, to: 3) {
        $0.architecture = wider
        $0.recipe.generatorAverage = 0.9
        $0.seed = 11
      }
      let transfer = try Transfer(of: middle, by: source, to: branch, count: nil)
      let networks = transfer.parts.filter { $0.kind == .network }
      #expect(networks.map(\.name) == ["generator", "discriminator"])
      #expect(networks[0].anew.isEmpty)
      // The last bias alone has the shape that it had.
      #expect(networks[1].taken == 1 && networks[1].anew.count == 3)
      #expect(transfer.counters.updates == ["discriminator": 0, "generator": 3])
      var (given, fresh): ([String: [Float]], [String: [Float]]) = ([:], [:])
      let plan = try Plan(architecture: wider, recipe: branch.recipe)
      plan.initialStates(seed: 11) { fresh[$0] = $1 }
      plan.initialStates(
        seed: 11, taking: { transfer.takes($0) ? middle.tensors.values(of: $0) : nil }
      ) { given[$0] = $1 }
      let weight = "generator.block1.dense.weight"
      #expect(given[weight] == middle.tensors.values(of: weight))
      #expect(given["average.\(weight)"] == given[weight] && fresh[weight] != given[weight])
      let anew = "discriminator.block1.dense.weight"
      #expect(given[anew] == fresh[anew])
      let moment = "optimiser.discriminator.block1.dense.weight.first_moment"
      #expect(given[moment]?.allSatisfy { $0 == 0 } == true)
      // And the run's own first checkpoint has these.
      let events = try Self.run(
        Self.branch(of: source, at: 3, to: 5) {
          $0.architecture = wider
          $0.recipe.generatorAverage = 0.9
          $0.seed = 11
        }, from: middle, by: source, in: folder.appendingPathComponent("branch"))
      let first = try Checkpoint(contentsOf: try #require(events.checkpoints.first).url)
      for (name, values) in given { #expect(first.tensors.values(of: name) == values, "\(name)") }
    }
  }

  @Test func `the length of a weight that is taken over is that weight's`() throws {
    try withFolder { folder in
      let source = TinyRun.specification(steps: 3)
      let middle = try Self.checkpoint(of: source, in: folder)
      let normed = ArchitectureSpecification.typed(
        """
        custom points=2 latent=3 {
          generator init=torch { dense 4; batchnorm; relu; dropout 0.1; dense 2 }
          discriminator init=torch weights=weightnorm { dense 4; lrelu 0.2; dropout 0.3; dense 1 } }
        """)
      let branch = Self.branch(of: source, at: 3, to: 4) { $0.architecture = normed }
      let transfer = try Transfer(of: middle, by: source, to: branch, count: nil)
      var given: [String: [Float]] = [:]
      let plan = try Plan(architecture: normed, recipe: branch.recipe)
      plan.initialStates(
        seed: 7, taking: { transfer.takes($0) ? middle.tensors.values(of: $0) : nil }
      ) { given[$0] = $1 }
      let weight = try #require(given["discriminator.block1.dense.weight"])
      #expect(weight == middle.tensors.values(of: "discriminator.block1.dense.weight"))
      let length = try #require(
        given.first {
          $0.key.hasPrefix("discriminator.block1.dense.") && $0.value.count == 4
            && !$0.key.hasSuffix("bias")
        }?.value.first)
      let norm = (weight[0] * weight[0] + weight[1] * weight[1]).squareRoot()
      #expect(abs(length - norm) < 1e-6 * norm)
    }
  }

  @Test func `a place in the data is the same in batches of another size`() {
    // 100 examples: 25 batches of 4 a pass, 12 of 8.
    #expect(Transfer.position(30, batch: 4, as: 8, count: 100) == 12 + 2)
    #expect(Transfer.position(14, batch: 8, as: 4, count: 100) == 25 + 4)
    #expect(Transfer.position(24, batch: 4, as: 8, count: 100) == 12)
    #expect(Transfer.position(30, batch: 4, as: 4, count: 100) == 30)
    #expect(Transfer.position(30, batch: 4, as: 8, count: nil) == 30)
  }

  @Test func `other data begin with their first pass`() throws {
    try withFolder { folder in
      let source = TinyRun.specification(steps: 3)
      let middle = try Self.checkpoint(of: source, in: folder)
      let branch = Self.branch(of: source, at: 3, to: 4) {
        $0.dataset = DatasetSpecification(
          source: .ring(modes: 4, radius: 1, deviation: 0.01), preprocessing: nil)
      }
      let transfer = try Transfer(of: middle, by: source, to: branch, count: nil)
      #expect(!transfer.keepsPosition && transfer.counters.batches == 0)
      #expect(transfer.counters.examples == 12 && transfer.counters.step == 3)
      // Its first checkpoint counts more examples than its position has batches, and is read all the same.
      let events = try Self.run(
        branch, from: middle, by: source, in: folder.appendingPathComponent("branch"))
      #expect(events.steps == [4])
      let first = try #require(events.checkpoints.first)
      let plan = try Plan(architecture: branch.architecture, recipe: branch.recipe)
      let counters = try Checkpoint(contentsOf: first.url).counters(for: plan, branch.recipe)
      #expect(counters == transfer.counters)
    }
  }

  @Test func `a checkpoint of another run than is said is refused`() throws {
    try withFolder { folder in
      let source = TinyRun.specification(steps: 3)
      let middle = try Self.checkpoint(of: source, in: folder)
      let other = TinyRun.specification(steps: 3, seed: 8)
      #expect(throws: TrainingError.self) {
        try Transfer(of: middle, by: other, to: Self.branch(of: other, at: 3, to: 4), count: nil)
      }
    }
  }

  @Test func `where a branch begins is in its text and in its fingerprint`() throws {
    let source = TinyRun.specification(steps: 3) {
      ($0.sampleInterval, $0.checkpointInterval) = (1, 1)
    }
    let branch = Self.branch(of: source, at: 3, to: 7)
    let text = branch.description
    #expect(text.contains(" origin=\"3@\(source.fingerprint.prefix(16))\""))
    #expect(try RunSpecification(stored: text) == branch)
    #expect(branch.fingerprint != source.fingerprint)
    #expect(branch.fingerprint != Self.branch(of: source, at: 2, to: 7).fingerprint)
    for broken in [
      "3", "-1@0123456789abcdef", "3@0123", "3@0123456789abcdeg", "x@y", "weights@0123456789abcdef",
    ] {
      #expect(throws: (any Error).self) {
        try RunSpecification(
          stored: text.replacingOccurrences(
            of: "3@\(source.fingerprint.prefix(16))", with: broken))
      }
    }
  }
}
