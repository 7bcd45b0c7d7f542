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
  /// The step of the checkpoint that all begin from; 0: they begin anew.
  let start: Int
  /// What is tried, the best first; the first changes nothing.
  let arms: [Remedy]
  let seeds: [UInt64]
  /// Steps that each takes.
  let steps: Int
  /// Seconds that a step of the run took.
  let secondsOfStep: Double

  /// The share of its time that each measures signals in: it is short, and has to be checked often enough.
  static let signals = 0.2

  /// What the run that failed shows already: no change, its own seed.
  var isKnown: (Remedy, UInt64) -> Bool {
    { [seed = diagnosis.run.seed] arm, other in arm.name == Self.unchanged.name && other == seed }
  }

  /// Every line that is still to be run, with its name and what it takes.
  func trials(in session: Session) throws -> [Trial] {
    try arms.flatMap { arm in
      try seeds.filter { !isKnown(arm, $0) }.map { seed in try trial(of: arm, seed, in: session) }
    }
  }

  /// Steps after which the run itself had failed.
  var fewestSteps: Int { Self.fewestSteps(of: diagnosis, from: start) }
  /// Whether the run itself would not have failed yet: it says nothing of so few steps.
  var isTooShort: Bool { steps < fewestSteps }

  /// What a trial is called, and what there is of it already: another run of that name has to be another trial's.
  private func trial(of arm: Remedy, _ seed: UInt64, in session: Session) throws -> Trial {
    let notebook = try session.notebook()
    let share = max(Self.signals, diagnosis.specification.observation.signals ?? 0)
    func line(_ name: String) -> String {
      arm.branch(
        of: diagnosis, at: start,
        ["seed=\(seed)", "steps=\(steps)", "signals=\(printed(share * 100))%", "on-collapse=warn"],
        as: name)
    }
    func trial(_ name: String, _ run: RunRecord?) -> Trial {
      Trial(
        arm: arm, seed: seed, name: name, line: line(name),
        seconds: arm.cost * Double(steps) * secondsOfStep, run: run)
    }
    let mark = "-\(arm.name)-\(seed)"
    // Room for the number within what a name may have.
    let stem =
      String(diagnosis.run.name.unicodeScalars.prefix(max(1, 58 - mark.unicodeScalars.count)))
      + mark
    let wanted = try BranchCommand.fingerprint(
      of: line(stem), from: diagnosis.specification, at: start, in: session)
    var number = 1
    while true {
      let name = number == 1 ? stem : "\(stem)-\(number)"
      if let run = try notebook.run(named: name) {
        if isTrial(run, wanted) { return trial(name, run) }
      } else if try notebook.sweep(named: name) == nil {
        return trial(name, nil)
      }
      number += 1
    }
  }

  /// Whether a run is a trial: the same run from the same step, and as long. What is longer or shorter says something
  /// else and is not compared. One whose text cannot be read is none.
  private func isTrial(_ run: RunRecord, _ fingerprint: String) -> Bool {
    run.stepsPlanned == start + steps
      && run.parent == RunParent(run: diagnosis.run.id, step: start)
      && (try? run.specification().fingerprint) == fingerprint
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
  static func fewestSteps(of diagnosis: RunDiagnosis, from start: Int) -> Int {
    let end = diagnosis.alarm?.step ?? diagnosis.since ?? diagnosis.run.stepsDone
    return max(1, end - start)
  }

  /// As many steps as a budget allows, up to those that were left of the run.
  ///
  /// - Parameters:
  ///   - cost: of all arms and seeds together, in steps of the run as it was.
  /// - Returns: nil where not even the fewest fit.
  static func steps(
    of diagnosis: RunDiagnosis, from start: Int, budget: Double, cost: Double,
    secondsOfStep: Double
  ) -> Int? {
    let fewest = fewestSteps(of: diagnosis, from: start)
    let left = diagnosis.run.stepsPlanned - start
    let affordable = secondsOfStep > 0 ? budget / (cost * secondsOfStep) : .infinity
    guard affordable >= Double(fewest) else { return nil }
    return max(fewest, min(Double(left), affordable) < Double(left) ? Int(affordable) : left)
  }
}
