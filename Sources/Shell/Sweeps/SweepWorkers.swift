import Foundation
import Notebook
import Terminal

/// The processes that this one has started for a sweep.
final class SweepWorkers {
  let sweep: SweepRecord
  private var processes: [BackgroundProcess]
  private(set) var failures: [String] = []
  /// Of each trial the steps whose end is told next: those that it is asked for, or that it would be asked for once the
  /// better ones go on.
  private var next: [Int64: Int] = [:]
  /// Trials of which it was said that a process elsewhere holds them.
  var named: Set<Int64> = []
  /// Whether somebody has asked that it stops.
  var isStopping = false

  /// - Parameter standing: of what has ended there nothing is told.
  init(_ sweep: SweepRecord, _ processes: [BackgroundProcess], from standing: SweepStanding) {
    (self.sweep, self.processes) = (sweep, processes)
    _ = ends(since: standing)
  }

  /// What has ended since the last call, and after how many steps.
  ///
  /// A short rung may end, and the run go on and end again, between two looks: each length is told, since those that
  /// a run has gone beyond follow from the rule.
  func ends(since standing: SweepStanding) -> [(trial: TrialRecord, steps: Int)] {
    var ends: [(trial: TrialRecord, steps: Int)] = []
    for trial in standing.trials {
      let plan = trial.plan
      var steps = next[trial.id] ?? plan.steps
      while steps < plan.steps {
        ends.append((trial, steps))
        steps = further(than: steps, of: plan)
      }
      if trial.state == .done, steps == plan.steps {
        ends.append((trial, steps))
        steps = further(than: steps, of: plan)
      } else if trial.state != .done {
        // What was stopped and goes on is told again.
        steps = min(steps, plan.steps)
      }
      next[trial.id] = steps
    }
    return ends
  }

  /// The steps of the next rung; of what has no other, more than all.
  private func further(than steps: Int, of plan: TrialPlan) -> Int {
    guard let halving = sweep.halving, steps < plan.goal else { return .max }
    let (longer, overflow) = steps.multipliedReportingOverflow(by: halving.factor)
    return overflow ? plan.goal : min(plan.goal, max(steps + 1, longer))
  }

  /// How many are at work.
  var count: Int {
    for process in processes where process.hasEnded() {
      if let failure = process.failure { failures.append("process \(process.pid) \(failure)") }
    }
    processes.removeAll { $0.hasEnded() }
    return processes.count
  }
}
