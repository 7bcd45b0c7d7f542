package import Foundation
import GRDB
package import MetricDescriptions

/// Writes the metrics of one run from a thread of its own, so that logging never waits for a disk.
///
/// - What is logged is in the file within 200 ms, which is all that a `kill -9` can lose.
/// - A point of a step that is there already replaces it, so that a resumed run may pass over
///   steps a second time.
/// - A write that fails (a lock that lasts, a full disk) is tried again; until it succeeds every
///   call throws the reason, and nothing is dropped.
/// - Room for a run's last words is held back: when the disk is full they are written nevertheless,
///   and `shortage` says that it is time to stop.
/// - A run has one writer at a time. Every method may be called from any thread.
package final class MetricWriter: Sendable {
  private let queue: MetricQueue

  init(_ notebook: Notebook, run: RunRecord, whenShort: @escaping @Sendable () -> Void) {
    let queue = MetricQueue(notebook: notebook, run: run, whenShort: whenShort)
    self.queue = queue
    let thread = Thread { queue.work() }
    thread.name = "metrics of \(run.name)"
    thread.start()
  }

  deinit { queue.abandon() }

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

  /// Says what metrics are; kept with their names when the next points are written. What another program
  /// has said of them before is replaced.
  package func describe(_ metrics: [MetricDescription]) { queue.describe(metrics) }

  /// Notes how many steps are done, where no value says it; written with the next flush.
  package func advance(to stepsDone: Int) { queue.advance(to: stepsDone) }

  /// The run lay still for so many seconds, over which the times of points pass.
  package func passOver(_ seconds: Double) { queue.passOver(seconds) }

  /// Waits until everything logged so far is in the file.
  ///
  /// - Throws: why it could not be written; it is kept.
  package func flush() throws(NotebookError) { try queue.flush(closing: false) }

  /// Flushes and ends the thread; further logging throws. A second call does nothing.
  ///
  /// - Throws: why points could not be written. They are kept and tried again until they are in
  ///   or the process ends; a further call waits for the next attempt.
  package func close() throws(NotebookError) { try queue.flush(closing: true) }

  /// Closes, and journals in the same transaction how the run ended. See `close()`.
  package func finish(
    _ status: RunStatus, stepsDone: Int, message: String = "", at ended: Date = .now
  ) throws(NotebookError) {
    let ending = RunEnding(status: status, stepsDone: stepsDone, message: message, ended: ended)
    try queue.flush(closing: true, ending)
  }

  /// Not nil from the moment at which the disk was full.
  package var shortage: NotebookError? { queue.shortage }

  /// Sees that the reserve for the run's last rows is still whole, after rows that took of it.
  package func noteRoom() { queue.noteRoom() }

  /// Gives the room that is held for last rows back to the disk, for a row that found it full.
  ///
  /// - Returns: whether there was any, so that another attempt is worth while.
  package func releaseReserve() -> Bool { queue.releaseReserve() }
}

extension Notebook {
  /// A writer for the metrics of `run`.
  ///
  /// - Parameter whenShort: called at once, on the writer's thread, when the disk is full: the run is
  ///   to stop before what is held back is used up.
  package func metricWriter(
    for run: RunRecord, whenShort: @escaping @Sendable () -> Void = {}
  ) -> MetricWriter {
    MetricWriter(self, run: run, whenShort: whenShort)
  }

  /// Sees, as a writer of a run's metrics will, whether its points can be added to.
  ///
  /// - Returns: the last step that there is a point of, where the run's summaries know of none so late:
  ///   another program has put it there.
  /// - Throws: `NotebookError.unexpected` where points or sums are nothing that gansh writes.
  package func strangeStep(inMetricsOf run: Int64) throws(NotebookError) -> Int? {
    try read { db in
      let names = try Int64.fetchAll(
        db,
        sql: """
          SELECT id FROM metricName WHERE EXISTS (SELECT 1 FROM metric WHERE run = ? AND name = id)
          """,
        arguments: [run])
      var strange: Int?
      for name in names {
        _ = try MetricTrack(db, run: run, name: name)
        let last = try Int.fetchOne(
          db,
          sql: """
            SELECT max(step) FROM metric WHERE run = ?1 AND name = ?2 HAVING max(step) > ifnull(
              (SELECT lastStep FROM metricSummary WHERE run = ?1 AND name = ?2), -1)
            """,
          arguments: [run, name])
        if let last { strange = max(last, strange ?? last) }
      }
      return strange
    }
  }

  /// Whether what is written stays in the WAL: on a full disk, to fold it into the file would take
  /// the room that the last words need.
  func staysInWAL(_ stays: Bool) {
    // Where that fails nothing is worse than before.
    try? onWriter { pool in
      try pool.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA wal_autocheckpoint = \(stays ? 0 : 1000)")
      }
    }
  }
}
