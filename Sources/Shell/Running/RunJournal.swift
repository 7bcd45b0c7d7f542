import Foundation
import Images
import Notebook
import Reports
import Specification
import Training

/// Writes down what a run tells: metrics through their writer, everything else row by row.
///
/// A row that cannot be written (a full disk) does not end the run: the first failure is kept to be
/// said, metrics wait for better times in their writer, and files stay where they are.
final class RunJournal {
  let run: RunRecord
  private let notebook: Notebook
  private let writer: MetricWriter
  private let sampleCount: Int
  private var failures: Set<String> = []

  init(_ run: RunRecord, in notebook: Notebook, _ specification: RunSpecification) {
    self.run = run
    self.notebook = notebook
    sampleCount = specification.sampleCount
    writer = notebook.metricWriter(for: run)
  }

  /// Writes an event down.
  ///
  /// - Returns: what could not be written and has not been said before.
  func write(_ event: RunEvent) -> String? {
    do {
      try record(event)
      return nil
    } catch {
      let reason = "\(error)"
      return failures.insert(reason).inserted ? reason : nil
    }
  }

  /// The run has ended: all metrics go in, then how it ended.
  func finish(_ status: RunStatus, step: Int, message: String = "") throws {
    let metrics = Result { try writer.close() }
    try notebook.finish(run: run.id, status: status, stepsDone: step, message: message)
    try metrics.get()
  }

  private func record(_ event: RunEvent) throws {
    switch event {
    case .metrics(let step, let values):
      try writer.log(values.map { ($0.name, $0.value) }, step: step)
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
    case .started, .finished: break
    }
  }

  /// Relative to the notebook's folder, so that both can be moved together.
  private func path(of url: URL) -> String {
    let folder = notebook.folder.standardizedFileURL.path
    let path = url.standardizedFileURL.path
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
  }
}

extension Notebook {
  /// The folder of a run's checkpoints: `lab.runs/base` beside `lab.sqlite`.
  func checkpointFolder(ofRun name: String) -> URL {
    let stem = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    return folder.appendingPathComponent(stem + ".runs").appendingPathComponent(name)
  }

  /// Where a checkpoint's file is.
  func url(of checkpoint: CheckpointRecord) -> URL {
    checkpoint.path.hasPrefix("/")
      ? URL(fileURLWithPath: checkpoint.path) : folder.appendingPathComponent(checkpoint.path)
  }
}
