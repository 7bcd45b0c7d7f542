import Compilation
import CPUBackend
import Datasets
import Foundation
import Specification
import Testing
import Training

/// What is asked of a run under way, and that its journal is enough to repeat it.
@Suite struct TuningTests {
  /// Runs with turns of dials that are asked for as soon as a step is heard of.
  private func run(
    _ specification: RunSpecification, in folder: URL, from beginning: RunBeginning = .init(),
    asking turns: [(step: Int, dial: Dial, setting: DialSetting)] = []
  ) throws -> [RunEvent] {
    let handle = RunHandle.launch(
      specification, dataset: try TinyRun.dataset(specification), backend: CPUBackend(),
      folder: folder, from: beginning)
    var (events, waiting): ([RunEvent], _) = ([], turns[...])
    while !handle.isOver {
      events += handle.events(waitingUpTo: 1)
      while let turn = waiting.first, let last = events.steps.last, last >= turn.step {
        waiting.removeFirst()
        let request = Int64(turns.count - waiting.count)
        handle.inbox.tune([.init(request: request, dial: turn.dial, setting: turn.setting)])
      }
    }
    return events
  }

  private let turns: [(step: Int, dial: Dial, setting: DialSetting)] = [
    (20, .learningRate, .schedule(from: 2e-4, to: 1e-2, steps: 300)),
    (60, .discriminatorSteps, .numbers([3])), (90, .discriminatorBetas, .numbers([0, 0.9])),
    (120, .generatorAverage, .numbers([0.5])), (140, .realLabel, .numbers([0.75])),
  ]

  @Test func `turns are in force from the step that they tell, and a replay has the same bits`()
    throws
  {
    try withFolder { folder in
      // Long enough that all turns are asked for before its end.
      let specification = TinyRun.specification(steps: 20_000) { $0.checkpointInterval = 5_000 }
      let first = try run(specification, in: folder.appendingPathComponent("a"), asking: turns)
      let journal = first.tweaks
      try #require(journal.count == turns.count)
      for (tweak, turn) in zip(journal, turns) {
        #expect(tweak.step >= turn.step && tweak.dial == turn.dial)
      }
      let again = try run(
        specification, in: folder.appendingPathComponent("b"),
        from: RunBeginning(tweaks: journal))
      #expect(try #require(first.checkpoints.last).digest == again.checkpoints.last?.digest)
      #expect(again.checkpoints.map(\.digest) == first.checkpoints.map(\.digest))
      let plain = try run(specification, in: folder.appendingPathComponent("c"))
      #expect(plain.checkpoints.last?.digest != first.checkpoints.last?.digest)
      // A turn that is one step later is another run.
      var late = journal
      late[4].step += 1
      let other = try run(
        specification, in: folder.appendingPathComponent("d"), from: RunBeginning(tweaks: late))
      #expect(other.checkpoints.last?.digest != first.checkpoints.last?.digest)
    }
  }

  @Test func `a run that goes on keeps to its journal, turns after the checkpoint included`()
    throws
  {
    try withFolder { folder in
      let journal = [
        Tweak(.learningRate, .schedule(from: 1e-2, to: 1e-4, steps: 6), from: 2),
        Tweak(.discriminatorSteps, .numbers([2]), from: 4),
        Tweak(.realLabel, .numbers([0.75]), from: 7),
      ]
      let whole = try run(
        TinyRun.specification(steps: 10), in: folder.appendingPathComponent("whole"),
        from: RunBeginning(tweaks: journal))
      let parts = folder.appendingPathComponent("parts")
      let half = try run(
        TinyRun.specification(steps: 5), in: parts, from: RunBeginning(tweaks: journal))
      let middle = try #require(half.checkpoints.last)
      let rest = try run(
        TinyRun.specification(steps: 10), in: parts,
        from: RunBeginning(checkpoint: middle.url, digest: middle.digest, tweaks: journal))
      #expect(try #require(whole.checkpoints.last).digest == rest.checkpoints.last?.digest)
    }
  }

  @Test func `a pause is saved, changes no bit, and lets dials be turned and the run be stopped`()
    throws
  {
    try withFolder { folder in
      let specification = TinyRun.specification(steps: 10_000_000)
      let handle = RunHandle.launch(
        specification, dataset: try TinyRun.dataset(specification), backend: CPUBackend(),
        folder: folder)
      let story = Story(handle)
      story.listen { $0.steps.contains { $0 >= 5 } }
      handle.inbox.pause()
      story.listen { $0.pausedAt != nil }
      let step = try #require(story.events.pausedAt)
      #expect(story.events.checkpoints.last?.step == step)
      #expect(handle.events(waitingUpTo: 0.2).isEmpty, "nothing happens")
      handle.inbox.tune([.init(request: 9, dial: .realLabel, setting: .numbers([0.75]))])
      story.listen { $0.tweaks.count == 1 }
      #expect(story.events.tweaks == [Tweak(.realLabel, .numbers([0.75]), from: step)])
      handle.inbox.proceed()
      story.listen { $0.steps.contains { $0 >= step + 5 } }
      handle.inbox.pause()
      handle.stop()
      story.listen { $0.last?.isLast == true }
      let end = try #require(story.events.stoppedAt)
      let journal = story.events.tweaks
      let again = try run(
        TinyRun.specification(steps: end), in: folder.appendingPathComponent("again"),
        from: RunBeginning(tweaks: journal))
      #expect(try #require(story.events.checkpoints.last).digest == again.checkpoints.last?.digest)
    }
  }
}

/// The events of a run, taken until something holds.
private final class Story {
  private let handle: RunHandle
  private(set) var events: [RunEvent] = []

  init(_ handle: RunHandle) { self.handle = handle }

  func listen(until holds: ([RunEvent]) -> Bool) {
    while !holds(events) && !handle.isOver { events += handle.events(waitingUpTo: 1) }
  }
}

extension [RunEvent] {
  fileprivate var tweaks: [Tweak] {
    compactMap { if case .tuned(let tweak, _) = $0 { tweak } else { nil } }
  }

  fileprivate var pausedAt: Int? { if case .paused(let step) = last { step } else { nil } }

  fileprivate var stoppedAt: Int? { if case .stopped(let step, nil) = last { step } else { nil } }
}
