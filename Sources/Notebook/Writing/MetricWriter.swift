import Dispatch
import Foundation
import Synchronization

/// Writes the metrics of one run from a thread of its own, so that logging never waits for a disk.
///
/// - What is logged is in the file within 200 ms, which is all that a `kill -9` can lose.
/// - A point of a step that is there already replaces it, so that a resumed run may pass over
///   steps a second time.
/// - A write that fails (a full disk) is tried again; until it succeeds every call throws the
///   reason, and nothing is dropped.
/// - A run has one writer at a time. Every method may be called from any thread.
package final class MetricWriter: Sendable {
  private let queue: MetricQueue

  init(_ notebook: Notebook, run: RunRecord) {
    let queue = MetricQueue(notebook: notebook, run: run)
    self.queue = queue
    let thread = Thread { queue.work() }
    thread.name = "metrics of \(run.name)"
    thread.start()
  }

  deinit { queue.requestClose() }

  /// Logs one value; returns at once.
  ///
  /// - Parameter step: steps done when the value was taken, from 1.
  /// - Throws: why earlier points could not be written; the value is kept nevertheless, unless
  ///   the error is `backlog` or `closed`.
  package func log(_ name: String, _ value: Double, step: Int) throws(NotebookError) {
    try queue.add(CollectionOfOne((name, value)), step: step)
  }

  /// Logs several values of one step; returns at once. See `log(_:_:step:)`.
  package func log(
    _ values: some Collection<(String, Double)>, step: Int
  ) throws(NotebookError) {
    try queue.add(values, step: step)
  }

  /// Notes how many steps are done, where no value says it; written with the next flush.
  package func advance(to stepsDone: Int) { queue.advance(to: stepsDone) }

  /// Waits until everything logged so far is in the file.
  package func flush() throws(NotebookError) { try queue.flush(closing: false) }

  /// Flushes and ends the thread; further logging throws. A second call does nothing.
  package func close() throws(NotebookError) { try queue.flush(closing: true) }
}

extension Notebook {
  /// A writer for the metrics of `run`.
  package func metricWriter(for run: RunRecord) -> MetricWriter { MetricWriter(self, run: run) }
}

/// What the threads that log and the thread that writes have between them.
final class MetricQueue: Sendable {
  struct Point {
    let name: String
    let step: Int
    let value: Double
    /// Milliseconds since the run's start.
    let time: Int64
  }

  private struct State {
    var points: [Point] = []
    var stepsDone = 0
    var failure: NotebookError?
    /// Flushes that wait, and where they are told.
    var waiting: [DispatchSemaphore] = []
    var isClosing = false
    var isClosed = false
    /// Points taken over by the thread and not written yet.
    var inHand = 0
  }

  /// Points that may wait when nothing can be written: about 80 MB.
  private static let capacity = 2_000_000
  /// With this many the thread does not wait for more.
  private static let batch = 32_768
  private static let interval = DispatchTimeInterval.milliseconds(150)
  private static let heartbeatInterval = DispatchTimeInterval.seconds(5)

  private let notebook: Notebook
  private let run: RunRecord
  private let started: Double
  private let state = Mutex(State())
  private let wake = DispatchSemaphore(value: 0)

  init(notebook: Notebook, run: RunRecord) {
    self.notebook = notebook
    self.run = run
    started = run.started.timeIntervalSince1970
  }

  // MARK: Called by those who log

  func add(_ values: some Collection<(String, Double)>, step: Int) throws(NotebookError) {
    let elapsed = Date.now.timeIntervalSince1970 - started
    let time = Int64((max(-1e12, min(1e12, elapsed)) * 1000).rounded())
    let count = values.count
    let outcome: (wakes: Bool, error: NotebookError?) = state.withLock { state in
      if state.isClosing { return (false, .closed(run: run.name)) }
      let held = state.points.count + state.inHand
      if held + count > Self.capacity {
        let reason = state.failure?.description ?? "the disk is too slow"
        return (false, .backlog(run: run.name, points: held, reason: reason))
      }
      let before = state.points.count
      for (name, value) in values {
        state.points.append(Point(name: name, step: step, value: value, time: time))
      }
      state.stepsDone = max(state.stepsDone, step)
      let after = state.points.count
      return (
        (before == 0 && after > 0) || (before < Self.batch && after >= Self.batch),
        state.failure
      )
    }
    if outcome.wakes { wake.signal() }
    if let error = outcome.error { throw error }
  }

  func advance(to stepsDone: Int) {
    state.withLock { $0.stepsDone = max($0.stepsDone, stepsDone) }
  }

  func requestClose() {
    state.withLock { $0.isClosing = true }
    wake.signal()
  }

  func flush(closing: Bool) throws(NotebookError) {
    let done = DispatchSemaphore(value: 0)
    let isOver = state.withLock { state in
      if state.isClosed { return true }
      if closing { state.isClosing = true }
      state.waiting.append(done)
      return false
    }
    if !isOver {
      wake.signal()
      done.wait()
    }
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  // MARK: The thread

  /// Writes until closed.
  func work() {
    var pages = MetricPages(run: run)
    var pending: [Point] = []
    var isOver = false
    while !isOver {
      _ = wake.wait(timeout: .now() + Self.heartbeatInterval)
      if !isUrgent { _ = wake.wait(timeout: .now() + Self.interval) }
      let (waiting, stepsDone, isClosing) = take(&pending)
      var failure: NotebookError?
      do {
        try notebook.write { db in try pages.write(db, pending, stepsDone: stepsDone) }
        pending.removeAll(keepingCapacity: true)
      } catch {
        // What was reckoned in memory belongs to a transaction that never was.
        pages = MetricPages(run: run)
        failure = error
      }
      isOver = isClosing
      state.withLock { state in
        state.failure = failure
        state.inHand = pending.count
        state.isClosed = isOver
      }
      for semaphore in waiting { semaphore.signal() }
      if failure != nil, !isOver { Thread.sleep(forTimeInterval: 0.2) }
    }
    // Flushes that came while the last one was being answered.
    for semaphore in state.withLock({ $0.waiting }) { semaphore.signal() }
  }

  private var isUrgent: Bool {
    state.withLock { $0.isClosing || !$0.waiting.isEmpty || $0.points.count >= Self.batch }
  }

  private func take(
    _ pending: inout [Point]
  ) -> (waiting: [DispatchSemaphore], stepsDone: Int, isClosing: Bool) {
    var taken: [Point] = []
    let rest = state.withLock { state in
      swap(&taken, &state.points)
      state.inHand += taken.count
      let waiting = state.waiting
      state.waiting = []
      return (waiting, state.stepsDone, state.isClosing)
    }
    if pending.isEmpty { swap(&pending, &taken) } else { pending += taken }
    return rest
  }
}
