import Foundation
import MetricDescriptions
import Specification
import TestSupport
import Testing
import Training

/// Measures of samples while a run trains, and goals at which it ends.
@Suite struct EvaluatedRunTests {
  private static func evaluation(
    _ measures: [String], every interval: Int? = nil, share: Double? = nil
  ) -> RunEvaluation? {
    var observation = RunObservation()
    observation.evaluation = .typed("evaluate=\(measures.joined(separator: ","))")
    observation.evaluation?.samples = 64
    observation.evaluation?.interval = interval
    observation.evaluation?.share = share
    return observation.evaluation
  }

  private func evaluated(_ events: [RunEvent]) -> [RunEvaluated] {
    events.compactMap { if case .evaluated(let some) = $0 { some } else { nil } }
  }

  @Test func `samples are measured at their steps, and no bit of the training changes`() throws {
    try withFolder { folder in
      func run(_ name: String, _ evaluation: RunEvaluation?) throws -> [RunEvent] {
        try TinyRun.run(
          TinyRun.specification(steps: 6) { $0.observation.evaluation = evaluation },
          in: folder.appendingPathComponent(name))
      }
      let plain = try run("plain", nil)
      let events = try run("measured", Self.evaluation(["fid", "kid"], every: 2))
      #expect(events.checkpoints.last?.digest == plain.checkpoints.last?.digest)
      let all = evaluated(events)
      #expect(all.map(\.step) == [2, 4, 6])
      #expect(Set(all.map(\.word)).count == 1 && all[0].word.hasPrefix("coordinates-64-"))
      let names = all[0].readings.map(\.description.name)
      #expect(names.contains("kid.\(all[0].word)") && names.contains("fid.\(all[0].word)"))
      // They are metrics of their steps as well.
      for some in all {
        let told = events.contains { event in
          guard case .metrics(some.step, let values, _) = event else { return false }
          return values.contains { $0.name == names[0] && $0.value == some.readings[0].value }
        }
        #expect(told)
      }
    }
  }

  @Test func `a share of nothing leaves the first and the last`() throws {
    try withFolder { folder in
      let events = try TinyRun.run(
        TinyRun.specification(steps: 40) {
          $0.observation.evaluation = Self.evaluation(["kid"], every: 2, share: 1e-4)
        }, in: folder)
      let steps = evaluated(events).map(\.step)
      #expect(steps.first == 2 && steps.last == 40 && steps.count < 20, "\(steps)")
    }
  }

  @Test func `what cannot be measured says why`() throws {
    try withFolder { folder in
      let events = try TinyRun.run(
        TinyRun.specification(steps: 1) {
          $0.observation.evaluation = Self.evaluation(["swd", "kid"])
        }, in: folder)
      let all = evaluated(events)
      #expect(all.count == 1 && all[0].missing.map(\.measure) == ["swd"])
      #expect(all[0].missing.first?.lack == .ofPoints && !all[0].readings.isEmpty)
    }
  }

  @Test(arguments: [("generator_loss<99", 1), ("d_real>2", 8), ("coordinates", 8)])
  func `a run ends where its goal is reached, saved`(goal: String, steps: Int) throws {
    try withFolder { folder in
      let events = try TinyRun.run(
        TinyRun.specification(steps: 8) {
          $0.observation.goal = .typed("stop-when='\(goal)' patience=100")
        }, in: folder)
      guard case .finished(steps)? = events.last else {
        Issue.record("\(events.suffix(2))")
        return
      }
      #expect(events.checkpoints.last?.step == steps)
      let reasons = events.compactMap { event -> String? in
        if case .reached(_, let reason) = event { reason } else { nil }
      }
      #expect(reasons.count == (steps < 8 ? 1 : 0))
      #expect(reasons.allSatisfy { $0.contains("the run was to stop when \(goal)") })
    }
  }

  @Test func `a measure without what it was measured by is meant, and patience ends it`() throws {
    try withFolder { folder in
      let events = try TinyRun.run(
        TinyRun.specification(steps: 50) {
          $0.observation.evaluation = Self.evaluation(["kid"], every: 1)
          $0.observation.goal = .typed("stop-when='kid<-9' patience=3")
        }, in: folder)
      let values = evaluated(events).compactMap { $0.readings.first?.value }
      // The step at which three values in a row were no better than the best before them.
      var (best, waited, end) = (Double.infinity, 0, 50)
      for (place, value) in values.enumerated() where waited < 3 {
        (best, waited) = value < best ? (value, 0) : (best, waited + 1)
        if waited == 3 { end = place + 1 }
      }
      guard case .finished(end)? = events.last else {
        Issue.record("\(events.suffix(2)), wanted \(end)")
        return
      }
      #expect(end < 50)
    }
  }
}

extension RunEvaluation {
  fileprivate static func typed(_ options: String) -> RunEvaluation? {
    RunObservation.typed(options).evaluation
  }
}

extension RunGoal {
  fileprivate static func typed(_ options: String) -> RunGoal? {
    RunObservation.typed(options).goal
  }
}
