import Foundation
import Language
import Metrics
import Notebook
import Reports
import Specification
import TerminalText

/// What `cure` tries: each remedy over some seeds, and no change at all, from before a run failed.
struct Cure {
  let diagnosis: RunDiagnosis
  /// The step of the checkpoint that all begin from; nil: they begin anew.
  let start: Int?
  /// What is tried, the best first; the first changes nothing.
  let arms: [Remedy]
  let seeds: [UInt64]
  /// Steps that each takes.
  let steps: Int
  /// Seconds that a step of the run took.
  let secondsOfStep: Double

  /// The share of its time that each measures signals in: it is short, and has to be told.
  static let signals = 0.2

  /// What the run that failed shows already: no change, its own seed.
  var isKnown: (Remedy, UInt64) -> Bool {
    { [seed = diagnosis.run.seed] arm, other in arm.change.isEmpty && other == seed }
  }

  /// Every line that is still to be run, with its name and what it takes.
  func trials(in notebook: Notebook) throws -> [Trial] {
    try arms.flatMap { arm in
      try seeds.filter { !isKnown(arm, $0) }.map { seed in
        let (name, run) = try place(of: arm, seed, in: notebook)
        let share = max(Self.signals, diagnosis.specification.observation.signals ?? 0)
        let line = arm.begun(
          [
            "seed=\(seed)", "steps=\(steps)", "signals=\(printed(share * 100))%",
            "on-collapse=warn",
          ],
          for: diagnosis.run, at: start, in: diagnosis.specification, as: name)
        return Trial(
          arm: arm, seed: seed, name: name, line: line,
          seconds: arm.cost * Double(steps) * secondsOfStep,
          run: run)
      }
    }
  }

  /// What a trial is called, and what there is of it already: another run of that name has to be another trial's.
  private func place(
    of arm: Remedy, _ seed: UInt64, in notebook: Notebook
  ) throws -> (name: String, run: RunRecord?) {
    let mark = "-\(arm.name)-\(seed)"
    // Room for the number within what a name may have.
    let stem =
      String(diagnosis.run.name.unicodeScalars.prefix(max(1, 58 - mark.unicodeScalars.count)))
      + mark
    var number = 1
    while true {
      let name = number == 1 ? stem : "\(stem)-\(number)"
      if let run = try notebook.run(named: name) {
        if isTrial(run, seed) { return (name, run) }
      } else if try notebook.sweep(named: name) == nil {
        return (name, nil)
      }
      number += 1
    }
  }

  /// Whether a run begins where a trial does, with its seed, and is as long.
  private func isTrial(_ run: RunRecord, _ seed: UInt64) -> Bool {
    run.seed == seed && run.stepsPlanned == (start ?? 0) + steps
      && run.parent == start.map { RunParent(run: diagnosis.run.id, step: $0) }
  }

  struct Trial {
    let arm: Remedy
    let seed: UInt64
    let name, line: String
    /// About as long as it takes.
    let seconds: Double
    /// What there is of it already.
    let run: RunRecord?

    /// Whether nothing is left to do of it.
    var isDone: Bool {
      run.map { ![.interrupted, .stopped, .running].contains($0.status) } ?? false
    }
    /// The line that does what is left.
    var next: String { run == nil ? line : "resume \(name)" }
  }
}

extension Cure {
  /// No change: what other seeds alone do.
  static let unchanged = Remedy(
    name: "unchanged", change: "", reason: "what another seed does by itself", cost: 1, source: "")

  /// The fewest steps after which it can be said whether a run fails: as many as it took the one that did.
  static func fewestSteps(of diagnosis: RunDiagnosis, from start: Int?) -> Int {
    let end = diagnosis.alarm?.step ?? diagnosis.since ?? diagnosis.run.stepsDone
    return max(1, end - (start ?? 0))
  }

  /// As many steps as a budget allows, up to those that were left of the run.
  ///
  /// - Parameters:
  ///   - cost: of all arms and seeds together, in steps of the run as it was.
  /// - Returns: nil where not even the fewest fit.
  static func steps(
    of diagnosis: RunDiagnosis, from start: Int?, budget: Double, cost: Double,
    secondsOfStep: Double
  ) -> Int? {
    let fewest = fewestSteps(of: diagnosis, from: start)
    let left = diagnosis.run.stepsPlanned - (start ?? 0)
    let affordable = secondsOfStep > 0 ? budget / (cost * secondsOfStep) : .infinity
    guard affordable >= Double(fewest) else { return nil }
    return max(fewest, min(Double(left), affordable) < Double(left) ? Int(affordable) : left)
  }
}
