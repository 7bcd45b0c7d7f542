package import Compilation
package import Datasets
package import Foundation
package import Specification

/// Where a run begins: anew, or where an earlier life of it has left off.
package struct RunBeginning: Sendable {
  /// What it goes on from; nil: it begins anew.
  package var checkpoint: URL?
  /// The checkpoint's SHA-256, if known.
  package var digest: String?
  /// Turns of dials that an earlier life of it has journalled, before and after the checkpoint.
  package var tweaks: [Tweak]
  /// The choices of kernels to begin anew with.
  package var kernels: [String: String]

  package init(
    checkpoint: URL? = nil, digest: String? = nil, tweaks: [Tweak] = [],
    kernels: [String: String] = [:]
  ) {
    self.checkpoint = checkpoint
    self.digest = digest
    self.tweaks = tweaks
    self.kernels = kernels
  }
}

/// A run on a thread of its own, as others see it: events come out, what is asked of it goes in.
///
/// The run never waits for whoever listens: events queue up until they are taken.
package final class RunHandle: Sendable {
  private let outbox = Outbox()
  /// What is asked of the run. Safe from any thread.
  package let inbox = RunInbox()

  private init() {}

  /// Starts a run.
  ///
  /// - Parameters:
  ///   - folder: where its checkpoints go; made if missing.
  package static func launch(
    _ specification: RunSpecification, dataset: Dataset, backend: any Backend, folder: URL,
    from beginning: RunBeginning = RunBeginning()
  ) -> RunHandle {
    let handle = RunHandle()
    let thread = Thread {
      let run = Run(
        specification: specification, folder: folder, send: handle.outbox.send,
        inbox: handle.inbox)
      run.go(dataset: dataset, backend: backend, from: beginning)
    }
    thread.name = "run"
    thread.stackSize = 8 << 20
    thread.start()
    return handle
  }

  /// Asks the run to stop at the end of the step that it is in, with a checkpoint.
  package func stop() { inbox.stop() }

  /// Takes all events that have come since the last call, waiting for one if there is none.
  ///
  /// - Parameters:
  ///   - seconds: the longest wait; 0 does not wait.
  /// - Returns: events in order; empty when the time is over, or after the last event was taken.
  package func events(waitingUpTo seconds: Double) -> [RunEvent] {
    outbox.take(waitingUpTo: seconds)
  }

  /// Whether the run has ended and every event has been taken.
  package var isOver: Bool { outbox.isOver }
}

/// Events between the run's thread and whoever listens.
///
/// `@unchecked Sendable`: everything in it is behind `condition`.
private final class Outbox: @unchecked Sendable {
  /// Seconds for which events are gathered before they are taken together.
  private static let gathering = 0.02

  private let condition = NSCondition()
  private var waiting: [RunEvent] = []
  private var hasEnded = false

  func send(_ event: RunEvent) {
    condition.withLock {
      guard !hasEnded else { return }
      waiting.append(event)
      hasEnded = event.isLast
      // The first wakes whoever waits; the others are found then.
      if waiting.count == 1 || hasEnded { condition.broadcast() }
    }
  }

  func take(waitingUpTo seconds: Double) -> [RunEvent] {
    let limit = Date(timeIntervalSinceNow: seconds)
    return condition.withLock {
      while waiting.isEmpty && !hasEnded && seconds > 0 {
        guard condition.wait(until: limit) else { break }
      }
      // Small steps come in hundreds: to be woken for each would take time away from them.
      let soon = min(limit, Date(timeIntervalSinceNow: Self.gathering))
      while !hasEnded && seconds > 0 {
        guard condition.wait(until: soon) else { break }
      }
      defer { waiting = [] }
      return waiting
    }
  }

  var isOver: Bool { condition.withLock { hasEnded && waiting.isEmpty } }
}
