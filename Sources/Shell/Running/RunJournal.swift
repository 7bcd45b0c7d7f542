import Foundation
import Images
import Notebook
import Reports
import Specification
import Synchronization
import Training

/// Writes down what a run tells: metrics through their writer, everything else row by row.
///
/// What cannot be written (another process holds the notebook) is said once, waits, and is tried
/// again, in order. When the disk is full the room that was held back takes it, and `shortage` says
/// that the run has to stop.
final class RunJournal: Sendable {
  let run: RunRecord
  private let notebook: Notebook
  private let writer: MetricWriter
  private let sampleCount: Int
  private let failures = Mutex<Set<String>>([])
  /// What is not written yet; metrics wait in their writer.
  private let waiting = Mutex<[RunEvent]>([])

  init(_ run: RunRecord, in notebook: Notebook, _ specification: RunSpecification) {
    self.run = run
    self.notebook = notebook
    sampleCount = specification.sampleCount
    writer = notebook.metricWriter(for: run)
  }

  /// Writes an event down.
  ///
  /// - Returns: why it could not be written yet, where that has not been said before.
  func write(_ event: RunEvent) -> String? {
    do {
      if case .metrics(let step, let values) = event {
        try writer.log(values.map { ($0.name, $0.value) }, step: step)
      } else {
        waiting.withLock { $0.append(event) }
        try writeWaiting()
      }
      return nil
    } catch {
      let reason = "\(error)"
      return failures.withLock { $0.insert(reason).inserted } ? reason : nil
    }
  }

  /// Why the run has to stop though it could go on: the disk is full. Nil while there is room.
  var shortage: String? { writer.shortage?.description }

  /// The run has ended: all that waits goes in, then how it ended.
  ///
  /// - Throws: why that could not be done yet. It is tried again until the program ends; then the
  ///   run counts as interrupted.
  func finish(_ status: RunStatus, step: Int, message: String = "") throws {
    let rows = Result { try writeWaiting() }
    try writer.finish(status, stepsDone: step, message: message)
    try rows.get()
  }

  private func writeWaiting() throws {
    try waiting.withLock { events in
      while let event = events.first {
        do {
          try record(event)
        } catch NotebookError.diskFull where writer.releaseReserve() {
          try record(event)
        }
        events.removeFirst()
      }
    }
  }

  private func record(_ event: RunEvent) throws {
    switch event {
    case .sheet(let step, let image, let seed):
      try notebook.record(
        sheet: image.pngData(), run: run.id, step: step, latentSeed: seed, width: image.width,
        height: image.height, count: sampleCount)
    case .checkpoint(let file):
      // Metrics first: a checkpoint in the notebook has its past in the notebook.
      try writer.flush()
      try notebook.record(
        checkpoint: path(of: file.url), run: run.id, step: file.step, digest: file.digest,
        bytes: file.bytes)
    case .removed(let file):
      let path = path(of: file.url)
      for row in try notebook.checkpoints(run: run.id) where row.path == path {
        try notebook.forget(checkpoint: row.id)
      }
    case .tuned(let tweak, let request): try notebook.stamp(tweak: request, step: tweak.step)
    case .paused(let step):
      try notebook.record(
        event: "paused", run: run.id, step: step, message: "paused at step \(step)")
    case .proceeded(let step):
      try notebook.record(
        event: "proceeded", run: run.id, step: step, message: "went on from step \(step)")
    case .warning(let step, let text):
      try notebook.record(event: "warning", run: run.id, step: step, message: text)
    case .diverged(let step, let reason, _):
      try notebook.record(event: "diverged", run: run.id, step: step, message: reason)
    case .failed(let reason):
      try notebook.record(event: "failed", run: run.id, message: reason)
    case .stopped(let step):
      try notebook.record(
        event: "stopped", run: run.id, step: step, message: "stopped at step \(step)")
    case .started(let summary) where summary.step == 0:
      try notebook.record(
        event: "started", run: run.id, step: summary.step,
        message: "\(summary.generatorParameters) + \(summary.discriminatorParameters) parameters, "
          + "\(Readable.bytes(summary.memory)), \(summary.backend)")
    case .started, .finished, .metrics: break
    }
  }

  private func path(of url: URL) -> String { notebook.relativePath(of: url) }
}

extension Notebook {
  /// The folder of a run's checkpoints: `lab.runs/base` beside `lab.sqlite`.
  func checkpointFolder(ofRun name: String) -> URL {
    let stem = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    return folder.appendingPathComponent(stem + ".runs").appendingPathComponent(name)
  }

  /// Where a checkpoint's file is.
  func url(of checkpoint: CheckpointRecord) -> URL { url(ofPath: checkpoint.path) }

  /// Where a file is whose path was written down.
  func url(ofPath path: String) -> URL {
    path.hasPrefix("/") ? URL(fileURLWithPath: path) : folder.appendingPathComponent(path)
  }

  /// A path relative to the notebook's folder, so that both can be moved together.
  func relativePath(of url: URL) -> String {
    let folder = folder.standardizedFileURL.path
    let path = url.standardizedFileURL.path
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
  }
}
