package import Compilation
package import Datasets
package import Foundation
package import Specification
import Synchronization

/// A run on a thread of its own, as others see it: events come out, the wish to stop goes in.
///
/// The run never waits for whoever listens: events queue up until they are taken.
package final class RunHandle: Sendable {
  private let outbox = Outbox()
  private let stopping = Atomic<Bool>(false)

  private init() {}

  /// Starts a run.
  ///
  /// - Parameters:
  ///   - folder: where its checkpoints go; made if missing.
  ///   - checkpoint: what it goes on from; nil: it begins anew.
  ///   - digest: the checkpoint's SHA-256, if known.
  package static func launch(
    _ specification: RunSpecification, dataset: Dataset, backend: any Backend, folder: URL,
    from checkpoint: URL? = nil, digest: String? = nil
  ) -> RunHandle {
    let handle = RunHandle()
    let thread = Thread {
      let run = Run(
        specification: specification, folder: folder, send: handle.outbox.send,
        shouldStop: { handle.stopping.load(ordering: .relaxed) })
      run.go(dataset: dataset, backend: backend, from: checkpoint, digest: digest)
    }
    thread.name = "run"
    thread.stackSize = 8 << 20
    thread.start()
    return handle
  }

  /// Asks the run to stop at the end of the step that it is in, with a checkpoint. Safe from any
  /// thread and from a signal handler.
  package func stop() { stopping.store(true, ordering: .relaxed) }

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
  private let condition = NSCondition()
  private var waiting: [RunEvent] = []
  private var hasEnded = false

  func send(_ event: RunEvent) {
    condition.withLock {
      guard !hasEnded else { return }
      waiting.append(event)
      hasEnded = event.isLast
      condition.broadcast()
    }
  }

  func take(waitingUpTo seconds: Double) -> [RunEvent] {
    let limit = Date(timeIntervalSinceNow: seconds)
    return condition.withLock {
      while waiting.isEmpty && !hasEnded && seconds > 0 {
        guard condition.wait(until: limit) else { break }
      }
      defer { waiting = [] }
      return waiting
    }
  }

  var isOver: Bool { condition.withLock { hasEnded && waiting.isEmpty } }
}
