import Foundation
package import Specification

/// What others ask of a run; it looks between two steps.
///
/// `@unchecked Sendable`: everything in it is behind `condition`.
package final class RunInbox: @unchecked Sendable {
  /// A turn of a dial that was asked for, under a number that comes back with the event.
  package struct Tuning: Sendable, Hashable {
    package let request: Int64
    package let dial: Dial
    package let setting: DialSetting

    package init(request: Int64, dial: Dial, setting: DialSetting) {
      self.request = request
      self.dial = dial
      self.setting = setting
    }
  }

  private let condition = NSCondition()
  private var tunings: [Tuning] = []
  private var isStopping = false
  private var isPausing = false
  private var hasBegun = false
  private var isGivenUp = false

  init() {}

  /// Asks the run to stop, saved. It is never taken back.
  package func stop() { change { isStopping = true } }

  /// Gives a run up that is still being prepared: it will do nothing more, and whoever asks may go on at once.
  ///
  /// - Returns: false where it has begun, and is to be asked to stop.
  package func giveUp() -> Bool {
    condition.withLock {
      if !hasBegun { isGivenUp = true }
      return isGivenUp
    }
  }

  /// The run is prepared.
  ///
  /// - Returns: whether it may begin; else somebody has given it up.
  func begin() -> Bool {
    condition.withLock {
      hasBegun = !isGivenUp
      return hasBegun
    }
  }

  /// Asks the run to wait, saved.
  package func pause() { change { isPausing = true } }

  /// Asks the run to go on after `pause`.
  package func proceed() { change { isPausing = false } }

  /// Asks for dials to be turned, all at the same step.
  package func tune(_ tunings: [Tuning]) { change { self.tunings += tunings } }

  /// Whether it is asked to stop.
  var isToStop: Bool { condition.withLock { isStopping } }

  /// What the run is asked now.
  ///
  /// - Parameter waiting: whether to wait as long as nothing but a pause is asked.
  func take(waiting: Bool) -> (tunings: [Tuning], isStopping: Bool, isPausing: Bool) {
    condition.withLock {
      while waiting && tunings.isEmpty && isPausing && !isStopping { condition.wait() }
      defer { tunings = [] }
      return (tunings, isStopping, isPausing)
    }
  }

  private func change(_ body: () -> Void) {
    condition.withLock {
      body()
      condition.broadcast()
    }
  }
}
