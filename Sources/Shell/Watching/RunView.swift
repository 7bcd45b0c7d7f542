import Foundation
import Images
import MetricDescriptions
import Notebook
import Reports
import Terminal
import Training
import TerminalText

/// A run as somebody who watches it sees it: what the notebook says of it, asked again and again.
struct RunView {
  private let notebook: Notebook
  private(set) var run: RunRecord
  private(set) var events: [EventRecord] = []
  /// The newest sheet; nil before there is one.
  private(set) var sheet: ArtifactRecord?
  private var progress: RunProgress
  /// Those that it has logged.
  private var metrics: [MetricDescription] = []

  init(of run: RunRecord, in notebook: Notebook) throws {
    self.run = run
    self.notebook = notebook
    progress = RunProgress(from: run.stepsDone, of: run.stepsPlanned, clock: monotonicSeconds)
    try look()
  }

  /// Reads what is new.
  ///
  /// - Returns: whether anything is.
  @discardableResult
  mutating func look() throws -> Bool {
    let before = (run.stepsDone, run.status, events.count, sheet?.id)
    run = try notebook.run(run.id)
    events = try notebook.events(run: run.id)
    sheet = try notebook.sampleSheet(run: run.id)
    let summaries = try notebook.summaries(run: run.id)
    metrics = summaries.metrics
    progress.note(
      .metrics(
        step: run.stepsDone, summaries.map { MetricValue($0.name, $0.last) }, new: metrics))
    return before != (run.stepsDone, run.status, events.count, sheet?.id)
  }

  /// Whether no more is to come from it.
  var isOver: Bool { !run.isAlive }

  /// How it stands, in a word.
  var status: String { run.status.rawValue }

  /// `step 1,200/20,000  6%  12.3 steps/s  …  G 1.234 …`.
  var line: String {
    if isOver { return progress.ending(at: run.stepsDone) }
    guard run.isHeldBySignal else { return progress.line }
    let way = "`kill -CONT \(run.process.pid)` lets it go on"
    return "step \(progress.brief), stopped by a signal; \(way)"
  }

  /// Steps done, of all.
  var share: Double { Double(run.stepsDone) / Double(max(1, run.stepsPlanned)) }

  /// What it is at the end: `base is finished: 400 steps, G …`.
  var ending: String {
    let message = run.message.isEmpty ? "" : " (\(SafeText.oneLine(run.message)))"
    return "\(run.name) is \(status): \(progress.ending(at: run.stepsDone))\(message)"
  }

  /// The curves of the metrics that are shown unasked.
  ///
  /// - Parameter width: points that can be told apart across.
  func curves(width: Double) throws -> Figure? {
    let shown = metrics.listed.map(\.name)
    guard !shown.isEmpty else { return nil }
    return try Figure.curves(
      of: [run], in: notebook, options: CurveOptions(metrics: shown, plotWidth: width))
  }

  /// The picture of the newest sheet.
  func picture() throws -> PixelImage? {
    guard let sheet else { return nil }
    return try notebook.picture(of: sheet, ofRun: run)
  }
}
