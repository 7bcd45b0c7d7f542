/// When something is measured that may take a share of the time.
package struct SignalTimer {
  private let share: Double
  /// Seconds of training before which nothing is measured.
  private let patience: Double
  /// Seconds that were taken.
  package private(set) var spent = 0.0
  private var cost = 0.0
  private var next = 0
  private var interval = 1
  private var isStopped = false
  package private(set) var isFresh = true

  package init(share: Double, after patience: Double) {
    (self.share, self.patience) = (share, patience)
  }

  /// - Parameters:
  ///   - trained: seconds of training so far.
  ///   - isLast: whether no step comes after this one, at which it is measured whatever it takes.
  package func isDue(at step: Int, _ trained: Double, isLast: Bool = false) -> Bool {
    guard !isStopped, step >= next else { return false }
    if isLast { return true }
    guard trained >= patience else { return false }
    guard !isFresh else { return true }
    return step % interval == 0 && spent + cost <= share * (trained + spent)
  }

  package mutating func prepared(_ seconds: Double) { spent += seconds }

  package mutating func stop() { isStopped = true }

  /// It has been measured, after a step.
  package mutating func took(
    _ seconds: Double, at step: Int, _ trained: (seconds: Double, steps: Int)
  ) {
    isFresh = false
    spent += seconds
    // The dearest of the last few: the first is slow, and one may be slow by chance.
    cost = max(seconds, cost * 0.7)
    let steps = cost * Double(trained.steps) / max(share * trained.seconds, 1e-9)
    interval = Self.round(steps)
    next = step + 1
  }

  /// 1, 1.5, 2, 3, 4, 5, 6, 8, 10 times a power of ten, and whole: the first at or above a number of steps.
  package static func round(_ steps: Double) -> Int {
    var (decade, limit) = (1, min(max(steps, 1), 1e9))
    while limit > 10 { (decade, limit) = (decade * 10, limit / 10) }
    let steps = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].first { limit <= $0 } ?? 10
    return Int((Double(decade) * steps).rounded(.up))
  }
}
