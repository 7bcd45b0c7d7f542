import Foundation
import Notebook
import Terminal

/// The processes that this one has started for a sweep.
final class SweepWorkers {
  let sweep: SweepRecord
  private var processes: [BackgroundProcess]
  private(set) var failures: [String] = []
  /// Trials of which the end was told, or that had ended before.
  var told: Set<Int64>
  /// Trials of which it was said that a process elsewhere holds them.
  var named: Set<Int64> = []
  /// Whether somebody has asked that it stops.
  var isStopping = false

  init(_ sweep: SweepRecord, _ processes: [BackgroundProcess], told: Set<Int64>) {
    (self.sweep, self.processes, self.told) = (sweep, processes, told)
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
