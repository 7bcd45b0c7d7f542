import CPUBackend
import Compilation
import Datasets
import Foundation
import Images
import MetricDescriptions
import Specification
import TensorGraph
import Testing
import Training

@Suite struct RunTests {
  @Test func `events come in order`() throws {
    try withFolder { folder in
      let specification = TinyRun.specification(steps: 5) {
        $0.logInterval = 2
        $0.sampleInterval = 4
        $0.checkpointInterval = 2
      }
      let events = try TinyRun.run(specification, in: folder)
      let story = events.map { event in
        switch event {
        case .started(let summary): "started \(summary.step)/\(summary.steps)"
        case .metrics(let step, let values, _): "\(values[0].name) \(step)"
        case .sheet(let step, _, let seed): "sheet \(step) of \(seed)"
        case .checkpoint(let file): "checkpoint \(file.step)"
        case .warning(let step, let message): "warning \(step) \(message)"
        case .diverged, .stopped, .failed, .tuned, .paused, .proceeded, .suspicion, .cleared,
          .alarm, .recovered, .evaluated, .reached:
          "\(event)"
        case .finished(let step): "finished \(step)"
        }
      }
      #expect(
        story == [
          "started 0/5", "generator_loss 2", "checkpoint 2", "generator_loss 4", "modes 4",
          "sheet 4 of 7", "checkpoint 4", "generator_loss 5", "modes 5", "sheet 5 of 7",
          "checkpoint 5", "finished 5",
        ])
    }
  }

  @Test func `each logged step has every metric`() throws {
    try withFolder { folder in
      let events = try TinyRun.run(TinyRun.specification(steps: 1), in: folder)
      let names = events.compactMap { event -> [String]? in
        if case .metrics(_, let values, _) = event { values.map(\.name) } else { nil }
      }
      #expect(
        names.first == [
          "generator_loss", "discriminator_loss", "d_real", "d_fake", "generator_gradient_norm",
          "discriminator_gradient_norm", "images_per_second",
        ])
    }
  }

  @Test func `a metric is described with its first value, and only then`() throws {
    try withFolder { folder in
      let events = try TinyRun.run(
        TinyRun.specification(steps: 4) { $0.sampleInterval = 2 }, in: folder)
      var (told, described) = (Set<String>(), Set<String>())
      for case .metrics(_, let values, let new) in events {
        for value in values where told.insert(value.name).inserted {
          #expect(new.contains { $0.name == value.name }, "\(value.name)")
        }
        for metric in new { #expect(described.insert(metric.name).inserted, "\(metric.name)") }
      }
      #expect(told == described && told.contains("modes"))
      let known = Set(RunHandle.metrics.map(\.name))
      #expect(told.isSubset(of: known), "help knows all that a run tells")
      for metric in RunHandle.metrics { #expect(!metric.meaning.isEmpty, "\(metric.name)") }
    }
  }

  @Test func `every event can be sent as JSON and comes back as it was`() throws {
    let image = PixelImage(
      width: 3, height: 2, channels: 3, pixels: (0..<18).map { UInt8($0 * 13) })
    let file = CheckpointFile(
      step: 5, url: URL(fileURLWithPath: "/tmp/step-5"), digest: "ab", bytes: 9)
    let metric = MetricDescription(
      "accuracy", label: "acc", unit: "", direction: .highest, format: .percent, meaning: "m",
      isListed: true)
    let values = [1.5, .nan, .infinity, -.infinity, 0.1 + 0.2, .leastNonzeroMagnitude].map {
      MetricValue("accuracy", $0)
    }
    let told = try withFolder { try TinyRun.run(TinyRun.specification(steps: 1), in: $0) }
    let events: [RunEvent] = [
      .metrics(step: 2, values, new: [metric]), .sheet(step: 3, image: image, latentSeed: .max),
      .checkpoint(file), .tuned(Tweak(.betas, .numbers([0.5, 0.9]), from: 4), request: 7),
      .tuned(Tweak(.learningRate, .schedule(from: 1, to: 0, steps: 9), from: 4), request: -1),
      .paused(step: 5), .proceeded(step: 5), .warning(step: 6, "w"),
      .diverged(step: 7, reason: "r", lastGood: file),
      .diverged(step: 7, reason: "r", lastGood: nil), .stopped(step: 8),
      .stopped(step: 8, shortage: .noSpace(path: "/p", bytes: 4096)),
      .stopped(step: 8, shortage: .unreadable(file: "f", "why")), .finished(step: 9),
      .reached(step: 9, "r"),
      .failed("f"),
    ]
    for event in told + events {
      let data = try JSONEncoder().encode(event)
      let read = try JSONDecoder().decode(RunEvent.self, from: data)
      #expect("\(read)" == "\(event)")
      if case .sheet(_, let image, _) = event, case .sheet(_, let other, _) = read {
        #expect(other == image)
      }
    }
  }

  @Test func `two runs of one seed show the same sheets`() throws {
    try withFolder { folder in
      let sheets = try (0..<2).map { number in
        try TinyRun.run(
          TinyRun.specification(steps: 3) { $0.sampleInterval = 1 },
          in: folder.appendingPathComponent("\(number)")
        ).compactMap { event in
          if case .sheet(_, let image, _) = event { image } else { nil }
        }
      }
      #expect(sheets[0].count == 3 && sheets[0] == sheets[1])
    }
  }

  @Test func `the run removes and replaces no checkpoint, and leaves nothing half written`() throws
  {
    try withFolder { folder in
      func specification(_ steps: Int) -> RunSpecification {
        TinyRun.specification(steps: steps) { $0.checkpointInterval = 1 }
      }
      let first = try TinyRun.run(specification(2), in: folder)
      let half = folder.appendingPathComponent("next-1.safetensors.part")
      try Data([1]).write(to: half)
      let strange = folder.appendingPathComponent("step-00000003.safetensors")
      try Data([1, 2, 3]).write(to: strange)
      let events = try TinyRun.run(specification(4), in: folder, from: first.checkpoints.last?.url)
      #expect(
        events.contains { event in
          guard case .warning(3, let text) = event else { return false }
          return text.contains("a file of that name that the run knows nothing of lies there")
        })
      #expect(try Data(contentsOf: strange) == Data([1, 2, 3]))
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
          "step-00000001.safetensors", "step-00000002.safetensors", "step-00000003.safetensors",
          "step-00000004.safetensors",
        ])
    }
  }

  @Test func `a run that diverges keeps its last good checkpoint`() throws {
    try withFolder { folder in
      let specification = TinyRun.specification(steps: 2000) {
        $0.recipe.generatorOptimiser.learningRate = 1e30
        $0.recipe.discriminatorOptimiser.learningRate = 1e30
        $0.checkpointInterval = 1
      }
      let events = try TinyRun.run(specification, in: folder)
      guard case .diverged(let step, let reason, let lastGood) = events.last else {
        Issue.record("ended with \(String(describing: events.last))")
        return
      }
      #expect(reason.contains("inf") || reason.contains("nan") || reason.contains("finite"))
      if let lastGood {
        #expect(lastGood.step < step)
        _ = try Checkpoint(contentsOf: lastGood.url, digest: lastGood.digest)
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(left.allSatisfy { $0.hasSuffix(".safetensors") }, "\(left)")
      #expect(left.isEmpty == (lastGood == nil))
    }
  }

  @Test func `an architecture for another size is refused before anything is built`() throws {
    try withFolder { folder in
      let specification = TinyRun.specification {
        $0.architecture.example = .image(ImageShape(height: 8, width: 8, channels: 3))
      }
      let events = try TinyRun.run(specification, in: folder)
      guard case .failed(let message) = events.last else {
        Issue.record("ended with \(String(describing: events.last))")
        return
      }
      #expect(
        message
          == "the architecture makes images of 8x8x3, the data set holds points of 2 numbers; "
          + "choose one of the other's size")
    }
  }

  @Test func `a folder that cannot be written fails the run with its name`() throws {
    try withFolder { folder in
      let file = folder.appendingPathComponent("file")
      try Data().write(to: file)
      let events = try TinyRun.run(TinyRun.specification(steps: 1), in: file)
      guard case .failed(let message) = events.last else {
        Issue.record("ended with \(String(describing: events.last))")
        return
      }
      #expect(message.contains("could not be written"))
    }
  }

  /// Compiles nothing before it may.
  private struct SlowBackend: Backend {
    let backend = CPUBackend()
    let isAsked = DispatchSemaphore(value: 0)
    let mayCompile = DispatchSemaphore(value: 0)
    var description: String { backend.description }
    var threads: Int { backend.threads }
    var passes: [GraphPass] { backend.passes }

    func makeMachine(
      running programs: [ProgramSource], options: MachineOptions
    ) throws -> any Machine {
      isAsked.signal()
      mayCompile.wait()
      return try backend.makeMachine(running: programs, options: options)
    }
  }

  @Test func `a run is given up while its programs are compiled, and does nothing more`() throws {
    try withFolder { folder in
      let specification = TinyRun.specification(steps: 5) { $0.checkpointInterval = 1 }
      let backend = SlowBackend()
      let handle = RunHandle.launch(
        specification, dataset: try TinyRun.dataset(specification), backend: backend,
        folder: folder)
      backend.isAsked.wait()
      #expect(handle.inbox.giveUp())
      backend.mayCompile.signal()
      var events: [RunEvent] = []
      while !handle.isOver { events += handle.events(waitingUpTo: 1) }
      guard case .stopped(step: 0, shortage: nil) = events.first, events.count == 1 else {
        Issue.record("\(events)")
        return
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
  }

  @Test func `a run that has begun is not given up`() throws {
    try withFolder { folder in
      let specification = TinyRun.specification(steps: 5)
      let handle = RunHandle.launch(
        specification, dataset: try TinyRun.dataset(specification), backend: CPUBackend(),
        folder: folder)
      var events: [RunEvent] = []
      while events.isEmpty { events += handle.events(waitingUpTo: 1) }
      #expect(!handle.inbox.giveUp())
      while !handle.isOver { events += handle.events(waitingUpTo: 1) }
      guard case .finished(step: 5) = events.last else {
        Issue.record("\(String(describing: events.last))")
        return
      }
    }
  }

  @Test func `epochs become steps`() {
    #expect(steps(epochs: 2, count: 100, batch: 32) == 6)
    #expect(steps(epochs: 0.5, count: 100, batch: 32) == 2)
    #expect(steps(epochs: 1, count: 100, batch: 10, discriminatorSteps: 4) == 3)
    #expect(steps(epochs: 1, count: 10, batch: 32) == 0)
    #expect(steps(epochs: .infinity, count: 10, batch: 1) == 0)
  }
}
