import CPUBackend
import Datasets
import Foundation
import MetricDescriptions
import Metrics
import Networks
import Specification
import TestSupport
import Testing

import Training

/// What is measured of a run beside its training.
@Suite struct SignalTests {
  /// A run whose signals are measured after given steps.
  private func events(
    _ specification: RunSpecification, samples: Set<Int>, spectra: Set<Int> = [],
    thresholds: SignalThresholds? = nil, in folder: URL
  ) throws -> [RunEvent] {
    let handle = RunHandle.launch(
      specification, dataset: try TinyRun.dataset(specification), backend: CPUBackend(),
      folder: folder,
      from: RunBeginning(
        signals: SignalHistory(
          repeated: .init(samples: samples, spectra: spectra), thresholds: thresholds)))
    if case .pause = specification.observation.response {
      // It waits, and is asked to stop then.
      return try pausedEvents(handle)
    }
    var events: [RunEvent] = []
    while !handle.isOver { events += handle.events(waitingUpTo: 1) }
    return events
  }

  /// Waits for a pause, and ends it by a stop.
  private func pausedEvents(_ handle: RunHandle) throws -> [RunEvent] {
    var events: [RunEvent] = []
    while !handle.isOver {
      events += handle.events(waitingUpTo: 1)
      if events.contains(where: { if case .paused = $0 { true } else { false } }) { handle.stop() }
    }
    return events
  }

  /// Signals of two families are past their thresholds at every check.
  private static let alarming = SignalThresholds(
    rules: [
      SignalRule("coverage", .diversity, .above, -1),
      SignalRule("discriminator_accuracy", .balance, .above, -1),
    ], grace: 0)

  @Test(arguments: [AlarmResponse.warn, .pause, .branch(recipe: "calm")])
  func `an alarm is raised once, after three checks, and does what it is to do`(
    response: AlarmResponse
  ) throws {
    try withFolder { folder in
      let events = try self.events(
        specification(signals: 0.03, steps: 9) { $0.observation.response = response },
        samples: [2, 3, 5, 6, 7], thresholds: Self.alarming, in: folder)
      let story = events.compactMap { event -> String? in
        switch event {
        case .suspicion(let step): "suspicion \(step)"
        case .alarm(let alarm): "alarm \(alarm.step) since \(alarm.since)"
        case .cleared(let step): "cleared \(step)"
        case .paused(let step): "paused \(step)"
        case .stopped(let step, _): "stopped \(step)"
        case .finished(let step): "finished \(step)"
        default: nil
        }
      }
      let told = ["suspicion 2", "alarm 5 since 2"]
      switch response {
      case .warn: #expect(story == told + ["finished 9"])
      case .pause: #expect(story == told + ["paused 5", "stopped 5"])
      case .branch: #expect(story == told + ["stopped 5"])
      }
      #expect(events.checkpoints.last?.step == (response == .warn ? 9 : 5))
    }
  }

  @Test func `a run that goes on knows the checks before it`() throws {
    try withFolder { folder in
      let specification = specification(signals: 0.03, steps: 4)
      let past = [10, 20].map {
        SignalCheck(step: $0 - 20, values: ["coverage": 0.5, "discriminator_accuracy": 0.5])
      }
      let handle = RunHandle.launch(
        specification, dataset: try TinyRun.dataset(specification), backend: CPUBackend(),
        folder: folder,
        from: RunBeginning(
          signals: SignalHistory(
            checks: past, repeated: .init(samples: [2], spectra: []),
            thresholds: SignalThresholds(rules: Self.alarming.rules, grace: -100))))
      var events: [RunEvent] = []
      while !handle.isOver { events += handle.events(waitingUpTo: 1) }
      let alarms = events.compactMap { if case .alarm(let alarm) = $0 { alarm } else { nil } }
      #expect(alarms.map(\.step) == [2] && alarms.map(\.since) == [-10])
    }
  }

  /// Of the second family alone something is said of the last steps, and of how far samples have moved.
  private static let ofHistory = SignalThresholds(
    rules: [
      SignalRule("coverage", .diversity, .above, -1),
      SignalRule("gradient_spike", .stability, .above, -1),
      SignalRule("sample_drift", .balance, .above, 0),
    ], grace: 0)

  @Test func `a run that was killed raises the alarms of one that was not, at the same steps`()
    throws
  {
    try withFolder { folder in
      let specification = specification(signals: 0.03, steps: 100) { $0.checkpointInterval = 60 }
      let steps = Set([20, 40, 50, 70, 80, 90])
      func go(_ name: String, from beginning: RunBeginning) throws -> [RunEvent] {
        let handle = RunHandle.launch(
          specification, dataset: try TinyRun.dataset(specification), backend: CPUBackend(),
          folder: folder.appendingPathComponent(name), from: beginning)
        var events: [RunEvent] = []
        while !handle.isOver { events += handle.events(waitingUpTo: 1) }
        return events
      }
      let whole = try go(
        "whole",
        from: RunBeginning(
          signals: SignalHistory(
            repeated: .init(samples: steps, spectra: [40, 80]), thresholds: Self.ofHistory)))
      func checks(_ range: ClosedRange<Int>) -> [SignalCheck] {
        steps.sorted().filter(range.contains).map {
          SignalCheck(step: $0, values: values(whole, at: $0))
        }
      }
      let file = try #require(whole.checkpoints.first)
      #expect(file.step == 60)
      let resumed = folder.appendingPathComponent("resumed")
      try FileManager.default.createDirectory(at: resumed, withIntermediateDirectories: true)
      let copy = resumed.appendingPathComponent(file.url.lastPathComponent)
      try FileManager.default.copyItem(at: file.url, to: copy)
      let rest = try go(
        "resumed",
        from: RunBeginning(
          checkpoint: copy, digest: file.digest,
          signals: SignalHistory(
            checks: checks(0...60), later: checks(61...100),
            repeated: .init(
              samples: steps.filter { $0 > 60 }, spectra: [80], isComplete: false),
            thresholds: Self.ofHistory)))
      func found(_ events: [RunEvent]) -> [Alarm] {
        events.compactMap { if case .alarm(let alarm) = $0 { alarm } else { nil } }
      }
      let alarms = found(whole)
      #expect(alarms.contains { $0.step > 60 }, "\(alarms)")
      #expect(found(rest) == alarms.filter { $0.step > 60 })
      #expect(whole.checkpoints.last?.digest == rest.checkpoints.last?.digest)
      for step in [70, 80, 90] {
        let (one, other) = (values(whole, at: step), values(rest, at: step))
        #expect(other["gradient_spike"] == one["gradient_spike"], "\(step)")
      }
    }
  }

  private func specification(
    signals: Double?, steps: Int = 7, _ change: (inout RunSpecification) -> Void = { _ in }
  ) -> RunSpecification {
    TinyRun.specification(steps: steps) {
      $0.observation.signals = signals
      change(&$0)
    }
  }

  private func values(_ events: [RunEvent], at step: Int) -> [String: Double] {
    var all: [String: Double] = [:]
    for event in events {
      guard case .metrics(step, let values, _) = event else { continue }
      for value in values { all[value.name] = value.value }
    }
    return all
  }

  @Test func `signals, measured or not, change no bit of a run`() throws {
    try withFolder { folder in
      func numbers(_ name: String, _ signals: Double?, _ steps: Set<Int>) throws -> Checkpoint {
        let events = try self.events(
          specification(signals: signals) { $0.recipe.discriminatorSteps = 2 }, samples: steps,
          spectra: steps, in: folder.appendingPathComponent(name))
        return try Checkpoint(contentsOf: try #require(events.checkpoints.last, "\(events)").url)
      }
      let without = try numbers("without", nil, [])
      for (name, steps) in [("none", []), ("some", [3]), ("all", Set(1...7))]
        as [(String, Set<Int>)]
      {
        let with = try numbers(name, 0.03, steps)
        #expect(with.tensors.holdsNumbers(of: without.tensors), "\(name)")
      }
    }
  }

  @Test func `gradients of layers are measured and add up to those of the networks`() throws {
    try withFolder { folder in
      func last(_ name: String, layers: Bool) throws -> (Checkpoint, [String: Double]) {
        let events = try self.events(
          specification(signals: nil, steps: 3) { $0.observation.measuresLayers = layers },
          samples: [], in: folder.appendingPathComponent(name))
        let file = try #require(events.checkpoints.last, "\(events)")
        return (try Checkpoint(contentsOf: file.url), self.values(events, at: 3))
      }
      let (plain, _) = try last("plain", layers: false)
      let (detailed, told) = try last("detailed", layers: true)
      #expect(detailed.tensors.holdsNumbers(of: plain.tensors))
      for network in ["generator", "discriminator"] {
        let layers = told.filter { $0.key.hasPrefix("gradient.\(network).") }
        #expect(layers.count >= 2, "\(told.keys.sorted())")
        let norm = layers.reduce(0.0) { $0 + $1.value * $1.value }.squareRoot()
        let whole = try #require(told["\(network)_gradient_norm"])
        #expect(abs(norm - whole) < 1e-5 * whole, "\(norm), wanted \(whole)")
      }
      #expect(
        LayerGradient.layer(of: "gradient.generator.block1.dense") == "generator.block1.dense")
      #expect(LayerGradient.layer(of: "generator_gradient_norm") == nil)
    }
  }

  @Test func `a check tells of samples, scores, weights and curves`() throws {
    try withFolder { folder in
      let events = try self.events(
        specification(signals: 0.03, steps: 40), samples: [40], spectra: [20], in: folder)
      #expect(values(events, at: 39)["coverage"] == nil)
      let told = values(events, at: 40)
      for metric in SampleMeasures.metrics where !Memorisation.metrics.contains(metric) {
        guard metric != Diversity.drift else { continue }
        #expect(told[metric.name]?.isFinite == true, "\(metric.name) of \(told.keys.sorted())")
      }
      for name in ["saturation", "discriminator_accuracy", "score_gap", "gradient_spike"] {
        #expect(told[name]?.isFinite == true, "\(name)")
      }
      #expect(values(events, at: 20)["spectrum_share"] != nil)
      #expect(told["overfitting"] == nil, "nothing is held out")
      #expect((0...1).contains(try #require(told["signals_share"])))
    }
  }

  @Test func `images are measured by features that depend on their size alone`() throws {
    try withFolder { folder in
      let specification = RunSpecification(
        architecture: try architecture("like conv image=16x16x1"),
        dataset: DatasetSpecification(
          source: .portraits(count: 48, seed: 1),
          preprocessing: Preprocessing(
            height: 16, width: 16, channels: 1, crop: .none, filter: .box, flip: false)),
        recipe: RecipeSpecification(batch: 8), steps: 2, seed: 3, sampleInterval: 0,
        checkpointInterval: 0, sampleCount: 16,
        observation: RunObservation(signals: 0.1))
      let told = self.values(try self.events(specification, samples: [2], in: folder), at: 2)
      for metric in Memorisation.metrics + EffectiveRank.metrics {
        #expect(told[metric.name]?.isFinite == true, "\(metric.name) of \(told.keys.sorted())")
      }
      let image = ImageShape(height: 16, width: 16, channels: 1)
      let (one, other) = (
        try RandomFeatures(of: image, backend: CPUBackend()),
        try RandomFeatures(of: image, backend: CPUBackend(threads: 1))
      )
      var examples: [Float] = []
      for number in 2...4 { for place in 0..<256 { examples.append(Float(place % number) / 4) } }
      let features = one.features(of: examples, count: 3)
      #expect(features.count == 3 && features.width == RandomFeatures.width)
      for (value, wanted) in zip(features.values, other.features(of: examples, count: 3).values) {
        #expect(abs(value - wanted) < 1e-4)
      }
      #expect(features.rows(0..<1) != features.rows(1..<2))
    }
  }

  @Test func `samples that are the data are measured as such, and one sample as something else`()
    throws
  {
    let specification = specification(signals: 0.03)
    let dataset = try TinyRun.dataset(specification)
    let measures = try #require(
      try SampleMeasures(dataset, test: nil, seed: 7, backend: CPUBackend()))
    func told(_ samples: [Float], _ last: inout FeatureMatrix?) -> [String: Double] {
      let readings = measures.readings(of: samples, since: &last)
      return Dictionary(
        readings.map { ($0.description.name, $0.value) }, uniquingKeysWith: { one, _ in one })
    }
    let mixture = try #require(dataset.mixture)
    var last: FeatureMatrix?
    let good = told(mixture.points(count: measures.count, seed: 8, step: 1), &last)
    #expect(try #require(good["coverage"]) > 0.9 && good["sample_drift"] == nil)
    #expect(abs(try #require(good["diversity"]) - 1) < 0.1)
    let one = told([Float](repeating: 0.5, count: 2 * measures.count), &last)
    #expect(one["coverage"] == 0 && one["diversity"] == 0 && one["effective_rank"] == 0)
    #expect(try #require(one["sample_drift"]) > 0.5)
    #expect(told([Float](repeating: .nan, count: 2 * measures.count), &last).isEmpty)
  }

  /// The clock says nothing of a run of milliseconds, but its last step is measured.
  @Test func `the last step of a run is measured, whatever the clock says`() throws {
    try withFolder { folder in
      func events(_ name: String, _ signals: Double?, _ history: SignalHistory) throws -> [RunEvent]
      {
        let specification = specification(signals: signals, steps: 100)
        let handle = RunHandle.launch(
          specification, dataset: try TinyRun.dataset(specification), backend: CPUBackend(),
          folder: folder.appendingPathComponent(name), from: RunBeginning(signals: history))
        var events: [RunEvent] = []
        while !handle.isOver { events += handle.events(waitingUpTo: 1) }
        return events
      }
      let measured = try events("measured", 0.03, SignalHistory())
      for name in ["coverage", "saturation", "spectrum_share", "signals_share"] {
        #expect(values(measured, at: 100)[name]?.isFinite == true, "\(name)")
      }
      let without = try events("without", nil, SignalHistory())
      #expect(values(without, at: 100)["coverage"] == nil)
      let (one, other) = (
        try Checkpoint(contentsOf: try #require(measured.checkpoints.last).url),
        try Checkpoint(contentsOf: try #require(without.checkpoints.last).url)
      )
      #expect(one.tensors.holdsNumbers(of: other.tensors))
      // A repetition measures where its original did, be that by a program that measured no last step.
      let repeated = try events(
        "repeated", 0.03, SignalHistory(repeated: .init(samples: [3], spectra: [])))
      #expect(values(repeated, at: 3)["coverage"] != nil)
      #expect(values(repeated, at: 100)["coverage"] == nil)
    }
  }

  @Test func `time that may be taken is not exceeded, and is taken`() {
    var timer = SignalTimer(share: 0.02, after: 0.2)
    var (trained, steps, taken) = (0.0, 0, [Int]())
    for step in 1...20_000 {
      (trained, steps) = (trained + 0.001, steps + 1)
      guard timer.isDue(at: step, trained) else { continue }
      if taken.isEmpty { timer.prepared(0.005) }
      timer.took(0.0039, at: step, (trained, steps))
      taken.append(step)
      #expect(taken.count == 1 || timer.spent <= 0.02 * (trained + timer.spent) + 1e-12)
    }
    #expect((200...201).contains(taken.first ?? 0), "\(taken.prefix(3))")
    #expect(taken.dropFirst().allSatisfy { $0 % 200 == 0 }, "\(taken.prefix(9))")
    #expect(timer.spent > 0.015 * trained)
    #expect([0.3, 1, 2.1, 49, 51, 101].map(SignalTimer.round) == [1, 1, 3, 50, 60, 150])
  }
}
