import Foundation
import Images
import Language
import Metrics
import Notebook
import Reports
import Specification
import Synchronization
import TerminalText
import Training

/// Writes down what a run tells: metrics through their writer, everything else row by row.
///
/// What cannot be written (another process holds the notebook) is said once, waits, and is tried
/// again, in order. When the disk is full the room that was held back takes it, and `shortage` says
/// that the run has to stop.
///
/// A checkpoint's file goes when a newer one's row is in the notebook, and not before.
final class RunJournal: Sendable {
  let run: RunRecord
  private let notebook: Notebook
  private let writer: MetricWriter
  private let sampleCount: Int
  /// Whether sheets are made by averaged weights.
  private let keepsAverage: Bool
  private let retention: Retention
  /// The step at which a branch begins.
  private let origin: Int?
  private let folders: (all: RunsFolder, own: RunFolder)
  private let failures = Mutex<Set<String>>([])
  /// Gives a checkpoint its name.
  private let keep: @Sendable (CheckpointFile) throws -> Void
  /// When it last began to wait after a `pause`, and seconds that it waited which its row still counts
  /// as time at work.
  private let pause = Mutex<(since: Date?, owed: Double)>((nil, 0))
  /// What is not written yet; metrics wait in their writer.
  private let waiting = Mutex<[RunEntry]>([])

  /// Checkpoints that stay while nothing can be written down of them.
  private static let unwritten = 3

  /// - Parameters:
  ///   - folders: where the run's checkpoints lie, taken for this process.
  ///   - keep: gives a checkpoint its name. What was logged before it is in the notebook by then, if
  ///     anything can be written, so that a run that goes on from it leaves no hole.
  ///   - whenShort: called at once, from any thread, when the disk is full.
  init(
    _ run: RunRecord, in notebook: Notebook, _ folders: (all: RunsFolder, own: RunFolder),
    _ specification: RunSpecification,
    keep: @escaping @Sendable (CheckpointFile) throws -> Void,
    whenShort: @escaping @Sendable () -> Void
  ) {
    self.keep = keep
    self.run = run
    self.notebook = notebook
    self.folders = folders
    (sampleCount, retention) = (specification.sampleCount, specification.retention)
    origin = specification.origin?.step
    keepsAverage = specification.recipe.keepsAverage
    writer = notebook.metricWriter(for: run, whenShort: whenShort)
  }

  /// Writes events down.
  ///
  /// - Returns: why they could not be written yet, where that has not been said before.
  func write(_ events: [RunEvent]) -> String? {
    var failure: (any Error)?
    for event in events {
      switch event {
      case .metrics(let step, let values, let new):
        if !new.isEmpty { writer.describe(new) }
        do throws(NotebookError) {
          try writer.log(values.map { ($0.name, $0.value) }, step: step)
        } catch { failure = error }
      // Steps that nothing was logged of are done as well.
      case .checkpoint(let file): writer.advance(to: file.step)
      default: break
      }
    }
    do {
      // Metrics first: a checkpoint has its past in the notebook, and what a detector found has its check: a run
      // that goes on would measure at other steps, and find the same once more. A run may wait behind a batch.
      if events.count >= RunHandle.batch
        || events.contains(where: { $0.isCheckpoint || $0.isFinding })
      {
        try writer.flush()
      }
    } catch { failure = error }
    do { try followPauses(in: events) } catch { failure = error }
    for event in events {
      // Sheets first, too: a checkpoint that has its name is gone on from after a kill.
      if event.isCheckpoint { do { try writeWaiting() } catch { failure = error } }
      if let entry = entry(of: event) { waiting.withLock { $0.append(entry) } }
    }
    do { try writeWaiting() } catch { failure = error }
    guard let failure else { return nil }
    let reason = "\(failure)"
    return failures.withLock { $0.insert(reason).inserted } ? reason : nil
  }

  /// Why the run has to stop though it could go on: the disk is full. Nil while there is room.
  var shortage: String? { writer.shortage?.description }

  /// The run has ended: all that waits goes in, then how it ended.
  ///
  /// - Throws: why that could not be done yet. It is tried again until the program ends; then the
  ///   run counts as interrupted.
  func finish(_ status: RunStatus, step: Int, message: String = "") throws {
    let rows = Result {
      try writeWaiting()
      try endPause()
    }
    try writer.finish(status, stepsDone: step, message: message)
    try rows.get()
  }

  /// The run is over: its folder may be taken by whoever goes on with it.
  func leaveFolder() { folders.own.unlock() }

  private func writeWaiting() throws {
    try waiting.withLock { entries in
      guard !entries.isEmpty else { return }
      do {
        let replaced: [String]
        do { replaced = try record(entries) } catch NotebookError.diskFull
          where writer.releaseReserve()
        {
          replaced = try record(entries)
        }
        writer.noteRoom()
        entries = []
        for path in replaced { _ = folders.all.remove(path: path, ofRun: folders.own.run) }
      } catch {
        thin(&entries)
        throw error
      }
    }
  }

  private func record(_ entries: [RunEntry]) throws -> [String] {
    try notebook.record(entries, run: run.id) { steps, suspicions, best in
      Set(
        try retention.kept(of: steps, origin: origin, suspicions: suspicions, best: best).keys)
    }
  }

  /// While nothing can be written, of the checkpoints that no row names the newest stay as well.
  private func thin(_ entries: inout [RunEntry]) {
    let files = entries.indices.filter { entries[$0].isCheckpoint }
    for index in files.dropLast(Self.unwritten).reversed() {
      if case .checkpoint(let path, _, _, _) = entries.remove(at: index) {
        _ = folders.all.remove(path: path, ofRun: folders.own.run)
      }
    }
  }

  private func followPauses(in events: [RunEvent]) throws {
    for event in events {
      switch event {
      case .paused: pause.withLock { $0.since = .now }
      case .proceeded: try endPause()
      default: break
      }
    }
  }

  /// Takes what it waited off its time at work.
  private func endPause() throws {
    try pause.withLock { pause in
      if let since = pause.since {
        let seconds = Date.now.timeIntervalSince(since)
        writer.passOver(seconds)
        pause = (nil, pause.owed + seconds)
      }
      guard pause.owed > 0 else { return }
      try notebook.passOver(run: run.id, seconds: pause.owed)
      pause.owed = 0
    }
  }

  /// The row that an event becomes; nil: it becomes none.
  private func entry(of event: RunEvent) -> RunEntry? {
    switch event {
    case .sheet(let step, let image, let seed): entry(ofSheet: image, step: step, seed: seed)
    case .checkpoint(let file): entry(of: file)
    case .tuned(let tweak, let request): .tuned(tweak: request, step: tweak.step)
    case .paused(let step):
      .event(kind: "paused", step: step, message: "paused at step \(grouped(step))")
    case .proceeded(let step):
      .event(kind: "proceeded", step: step, message: "went on from step \(grouped(step))")
    case .suspicion(let step):
      .event(
        kind: "suspicion", step: step,
        message: "signals of two families are past their thresholds; the checkpoint before it stays"
      )
    case .cleared(let step):
      .event(
        kind: "cleared", step: step,
        message: "signals of two families are no longer past their thresholds")
    case .recovered(let step, let since):
      .event(kind: "recovered", step: step, message: Alarm.end(since: since))
    case .alarm(let alarm):
      .event(kind: "alarm", step: alarm.step, message: alarm.sentence, json: alarm.json)
    case .warning(let step, let text): .event(kind: "warning", step: step, message: text)
    case .reached(let step, let reason): .event(kind: "reached", step: step, message: reason)
    case .evaluated(let evaluated):
      evaluated.readings.isEmpty
        ? nil
        : .evaluated(
          Evaluation(
            step: evaluated.step, protocolWord: evaluated.word, conditions: evaluated.conditions,
            seconds: evaluated.seconds, readings: evaluated.readings))
    case .diverged(let step, let reason, _):
      .event(kind: "diverged", step: step, message: reason)
    case .failed(let reason): .event(kind: "failed", step: nil, message: reason)
    case .stopped(let step, _):
      .event(kind: "stopped", step: step, message: "stopped at step \(grouped(step))")
    case .started(let summary) where summary.step == origin ?? 0:
      .event(
        kind: "started", step: summary.step,
        message: summary.networks.map { grouped($0.parameters) }.joined(separator: " + ")
          + " parameters, \(Readable.bytes(summary.memory)), \(summary.backend)")
    case .started, .finished, .metrics: nil
    }
  }

  private func entry(of file: CheckpointFile) -> RunEntry {
    do { try keep(file) } catch {
      return .event(kind: "warning", step: file.step, message: "\(error)")
    }
    return .checkpoint(
      path: folders.own.path(of: file.url.lastPathComponent), step: file.step,
      digest: file.digest, bytes: file.bytes)
  }

  private func entry(ofSheet image: PixelImage, step: Int, seed: UInt64) -> RunEntry {
    do throws(ImageError) {
      let sheet = Artifact(
        .sheet, step: step, count: sampleCount, seed: seed, usesAverage: keepsAverage,
        width: image.width, height: image.height)
      return .artifact(sheet, content: try image.pngData())
    } catch {
      return .event(kind: "warning", step: step, message: "a sheet was not kept: \(error)")
    }
  }
}

extension RunEntry {
  fileprivate var isCheckpoint: Bool { if case .checkpoint = self { true } else { false } }
}

extension RunEvent {
  fileprivate var isCheckpoint: Bool { if case .checkpoint = self { true } else { false } }

  /// Whether the detector of failing runs has found it.
  fileprivate var isFinding: Bool {
    switch self {
    case .suspicion, .cleared, .alarm, .recovered: true
    default: false
    }
  }
}
