import MetricDescriptions
import Specification

/// Whether a run has come to where it was to come to, or has got no nearer for long.
struct GoalWatch {
  private let goal: RunGoal
  private var best: Double?
  /// Values since the best one.
  private var waited = 0

  init(_ goal: RunGoal) { self.goal = goal }

  /// Takes note of what was measured after a step.
  ///
  /// - Returns: why the run is to end, in a sentence; nil: it is not.
  mutating func note(_ readings: [MetricReading]) -> String? {
    for reading in readings where isMeant(reading.description.name) {
      if let reason = note(reading) { return reason }
    }
    return nil
  }

  /// The metric itself, or the measure by whatever it was measured.
  private func isMeant(_ name: String) -> Bool {
    name == goal.metric || name.hasPrefix(goal.metric + ".")
  }

  private mutating func note(_ reading: MetricReading) -> String? {
    let (name, value) = (reading.description.name, reading.value)
    guard value.isFinite else { return nil }
    if let bound = goal.bound, bound.comparison.holds(value, bound.value) {
      return "\(name) is \(Float(value)), and the run was to stop when \(goal)"
    }
    guard let patience = goal.patience else { return nil }
    let low = goal.bound?.comparison.isOfLow ?? (reading.description.direction != .highest)
    if let best, low ? value >= best : value <= best {
      waited += 1
    } else {
      (best, waited) = (value, 0)
    }
    guard waited >= patience, let best else { return nil }
    return "\(name) has not been better than \(Float(best)) for \(waited) "
      + (waited == 1 ? "value" : "values")
  }
}

/// What a run's goal has come to, as its steps tell their metrics.
final class ReachedGoal {
  private var watch: GoalWatch?
  /// Why the run is to end; nil: it goes on.
  private(set) var reached: String?

  init(_ goal: RunGoal?) { watch = goal.map(GoalWatch.init) }

  func note(_ readings: [MetricReading]) {
    if let reason = watch?.note(readings) { reached = reached ?? reason }
  }
}
