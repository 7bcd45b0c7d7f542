import Dispatch
import Foundation
import GRDB
import MetricDescriptions
import Synchronization

/// What the threads that log and the thread that writes have between them.
final class MetricQueue: Sendable {
  private struct State {
    var points = MetricPoints()
    var stepsDone = 0
    /// How the run ended, to be written with its last points.
    var ending: RunEnding?
    var failure: NotebookError?
    var shortage: NotebookError?
    /// Flushes that wait, and where they are told.
    var waiting: [DispatchSemaphore] = []
    var isClosing = false
    /// Nobody will ask again: one more attempt is all.
    var isAbandoned = false
    var isClosed = false
    /// Points taken over by the thread and not written yet.
    var inHand = 0
  }

  /// Points that may wait when nothing can be written: about 50 MB.
  private static let capacity = 2_000_000
  /// With this many the thread does not wait for more.
  private static let batch = 32_768
  private static let interval = DispatchTimeInterval.milliseconds(150)
  private static let heartbeatInterval = DispatchTimeInterval.seconds(5)
  private static let retryInterval = DispatchTimeInterval.seconds(1)

  private let notebook: Notebook
  private let run: RunRecord
  /// When the run would have begun had it never lain still, in seconds since 1970.
  private let origin: Mutex<Double>
  private let state = Mutex(State())
  private let wake = DispatchSemaphore(value: 0)
  private let reserve: WALReserve
  private let whenShort: @Sendable () -> Void

  init(notebook: Notebook, run: RunRecord, whenShort: @escaping @Sendable () -> Void) {
    self.whenShort = whenShort
    self.notebook = notebook
    self.run = run
    origin = Mutex((run.resumed ?? run.started).timeIntervalSince1970 - run.worked)
    reserve = WALReserve(notebook: notebook.path, in: notebook.folder.path)
  }

  // MARK: Called by those who log

  func add(_ values: some Collection<(String, Double)>, step: Int) throws(NotebookError) {
    let elapsed = Date.now.timeIntervalSince1970 - origin.withLock { $0 }
    let time = Int64((max(-1e12, min(1e12, elapsed)) * 1000).rounded())
    let count = values.count
    let outcome: (wakes: Bool, error: NotebookError?) = state.withLock { state in
      if state.isClosing { return (false, .closed(run: run.name)) }
      let before = state.points.count
      if before + state.inHand + count > Self.capacity {
        let reason = state.failure?.description ?? "the disk is too slow"
        return (false, .backlog(run: run.name, points: before + state.inHand, reason: reason))
      }
      var place = 0
      for (name, value) in values {
        let point = MetricPoints.Point(step: step, value: value, time: time)
        state.points.append(point, to: name, expected: place)
        place += 1
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

  func describe(_ metrics: [MetricDescription]) {
    state.withLock { $0.points.describe(metrics) }
  }

  func passOver(_ seconds: Double) { origin.withLock { $0 += seconds } }

  func advance(to stepsDone: Int) {
    state.withLock { $0.stepsDone = max($0.stepsDone, stepsDone) }
  }

  func abandon() {
    state.withLock { ($0.isClosing, $0.isAbandoned) = (true, true) }
    wake.signal()
  }

  func flush(closing: Bool, _ ending: RunEnding? = nil) throws(NotebookError) {
    let done = DispatchSemaphore(value: 0)
    let isOver = state.withLock { state in
      if state.isClosed { return true }
      if let ending { state.ending = ending }
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

  var shortage: NotebookError? { state.withLock { $0.shortage } }

  func releaseReserve() -> Bool {
    fallShort()
    return reserve.releaseSubstitute()
  }

  /// The disk is full: said before anything else, since what is held back is soon used up.
  ///
  /// - Parameter reserve: bytes that could not be held back.
  private func fallShort(of reserve: Int? = nil) {
    let isFirst = state.withLock { state in
      guard state.shortage == nil else { return false }
      state.shortage = .diskFull(path: notebook.path, reserve: reserve)
      return true
    }
    guard isFirst else { return }
    whenShort()
    notebook.staysInWAL(true)
  }

  // MARK: The thread

  /// What one turn of the thread has to do.
  private struct Turn {
    var stepsDone: Int
    var ending: RunEnding?
    var waiting: [DispatchSemaphore]
    var isClosing: Bool
    var isAbandoned: Bool
  }

  /// Writes until closed.
  func work() {
    var pages = MetricPages(run: run)
    var pending = MetricPoints()
    var (pause, isOver) = (Self.heartbeatInterval, false)
    notebook.staysInWAL(false)
    noteRoom()
    while !isOver {
      _ = wake.wait(timeout: .now() + pause)
      if !isUrgent { _ = wake.wait(timeout: .now() + Self.interval) }
      let turn = take(&pending)
      let failure = write(pending, turn, &pages)
      if failure == nil { pending.removeAll() }
      pause = failure == nil ? Self.heartbeatInterval : Self.retryInterval
      isOver = turn.isClosing && (failure == nil || turn.isAbandoned)
      if !turn.isClosing { noteRoom() }
      // Before anybody hears that the run is over: the program may end at once, and a WAL that does not
      // fit into the file would keep the room.
      if isOver { releaseAll() }
      state.withLock { state in
        state.failure = failure
        state.inHand = pending.count
        state.isClosed = isOver
      }
      for semaphore in turn.waiting { semaphore.signal() }
    }
    // Flushes that came while the last one was being answered.
    for semaphore in state.withLock({ $0.waiting }) { semaphore.signal() }
  }

  /// One transaction, and a second where the first finds the disk full and there is a reserve.
  private func write(
    _ points: MetricPoints, _ turn: Turn, _ pages: inout MetricPages
  ) -> NotebookError? {
    while true {
      do {
        try notebook.write { db in
          try pages.write(db, points, stepsDone: turn.stepsDone, ending: turn.ending)
        }
        return nil
      } catch {
        // What was reckoned in memory belongs to a transaction that never was.
        let trustsSums = pages.trustsSums
        pages = MetricPages(run: run, trustsSums: false)
        // A point may be there that the sums know nothing of.
        if case .failed = error, trustsSums { continue }
        guard case .diskFull = error else { return error }
        fallShort()
        if reserve.releaseSubstitute() { continue }
        return error
      }
    }
  }

  /// Holds the reserve, or notes that the disk has no room for it. Once short, it stays so: what room
  /// there is is for the last rows.
  func noteRoom() {
    if shortage == nil && !reserve.hold() { fallShort(of: WALReserve.size) }
  }

  /// The run is over: its reserve is room for others.
  private func releaseAll() {
    _ = reserve.releaseSubstitute()
    // Where another process holds the notebook the blocks are freed when the WAL is truncated or removed.
    try? notebook.releaseReserve(of: run)
  }

  private var isUrgent: Bool {
    state.withLock { state in
      // What could not be written is not tried again at every call.
      state.isClosing || !state.waiting.isEmpty
        || (state.points.count >= Self.batch && state.failure == nil)
    }
  }

  private func take(_ pending: inout MetricPoints) -> Turn {
    state.withLock { state in
      if pending.isEmpty {
        // Both keep their storage: the one that is filled next has the names already.
        swap(&pending, &state.points)
      } else {
        pending.append(state.points)
        state.points.removeAll()
      }
      state.inHand = pending.count
      defer { state.waiting = [] }
      return Turn(
        stepsDone: state.stepsDone, ending: state.ending, waiting: state.waiting,
        isClosing: state.isClosing, isAbandoned: state.isAbandoned)
    }
  }
}
