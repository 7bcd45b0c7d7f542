import Foundation
import Language
import MetricDescriptions
import Metrics
import Networks
import Notebook
import Specification
import Terminal
import TerminalText
import Training

extension Session {
  /// What the signals of a run say; of a run without, those of its checkpoints.
  ///
  /// - Throws: a `Diagnostic` at the run's name where nothing can be said of it.
  func diagnosis(of run: RunRecord, namedBy word: Word) throws -> RunDiagnosis {
    let notebook = try notebook()
    let specification = try run.specification()
    guard !specification.architecture.networks(of: .discriminator).isEmpty else {
      throw Diagnostic(
        "run `\(run.name)` has no discriminator; signals of collapse are of adversarial pairs",
        at: word.span)
    }
    let checks = try notebook.signalChecks(of: run, specification)
    let taken = checks.filter { $0.step <= specification.begun }
    var own = checks.filter { $0.step > specification.begun }
    let grace = SignalThresholds.of(specification.architecture.example).grace
    let rows = try notebook.checkpoints(run: run.id).filter {
      $0.isGood && $0.step > specification.begun
    }
    if rows.isEmpty, own.isEmpty, run.status != .diverged {
      throw Diagnostic(
        "run `\(run.name)` has measured no signals and kept no checkpoint to measure",
        at: word.span,
        help: ["it may be too short: `run` with `signals=10%` measures sooner"])
    }
    // A short run has measured too seldom for an alarm.
    let isShort = own.count(where: { $0.step >= grace }) < CollapseDetector.checks
    if isShort, rows.count > own.count {
      let measured = try measure(
        rows, of: run, specification, namedBy: word,
        note: "\(run.name) has measured \(own.isEmpty ? "no" : "few") signals; its ")
      // Damaged checkpoints say less than what was logged.
      if measured.count > own.count { own = measured }
    }
    let (layers, turns) = (
      try notebook.layerGradients(ofRun: run.id), try notebook.journalledTweaks(of: run)
    )
    func diagnosis() -> RunDiagnosis {
      // What its parent did says nothing of it.
      RunDiagnosis(
        run, specification, checks: own.isEmpty ? [] : taken + own, layers: layers, turns: turns)
    }
    let first = diagnosis()
    let unseen = first.unseen(among: rows.map(\.step))
    guard !unseen.isEmpty else { return first }
    own += try measure(
      rows.filter { unseen.contains($0.step) }, of: run, specification, namedBy: word,
      note: "\(run.name) was checked seldom where it began to fail; there ")
    own.sort { $0.step < $1.step }
    return diagnosis()
  }

  /// Measures checkpoints of a run.
  ///
  /// - Parameter note: how the line begins that says so.
  private func measure(
    _ rows: [CheckpointRecord], of run: RunRecord, _ specification: RunSpecification,
    namedBy word: Word, note: String
  ) throws -> [SignalCheck] {
    let notebook = try notebook()
    let dataset = try open(
      specification.dataset, namedBy: word, threads: run.threads,
      wayOut: "the data are needed beside its samples")
    let test = try specification.test.map {
      try open(
        $0, namedBy: word, threads: run.threads, wayOut: "the data are needed beside its samples")
    }
    let backend = try makeBackend(run.threads)
    guard
      let measures = try CheckpointMeasures(
        specification, dataset: dataset, test: test, backend: backend)
    else {
      throw Diagnostic(
        "the data of run `\(run.name)` are too few, or too much alike, for samples to be measured",
        at: word.span)
    }
    errors.line(
      "note: \(note)\(grouped(rows.count)) \(rows.count == 1 ? "checkpoint is" : "checkpoints are") "
        + "measured now")
    let curves = try CheckpointCurves(of: run.id, in: notebook)
    var last: FeatureMatrix?
    return try rows.compactMap { row in
      do throws(TrainingError) {
        let checkpoint = try row.read(in: notebook)
        return (row.step, checkpoint)
      } catch {
        errors.line("\(errors.styled("warning:", .yellow)) \(error)")
        return nil
      }
    }.map { (step: Int, checkpoint: Checkpoint) in
      let readings =
        try measures.readings(of: checkpoint, since: &last) + curves.readings(upTo: step)
      let values = readings.map { ($0.description.name, $0.value) }
      return SignalCheck(
        step: step, values: Dictionary(values, uniquingKeysWith: { first, _ in first }))
    }
  }
}

/// The curves of a run that signals of stability are measured of.
private struct CheckpointCurves {
  private let fakeScores, generatorGradients, discriminatorGradients: [MetricPoint]

  init(of run: Int64, in notebook: Notebook) throws {
    func points(_ metrics: MetricDescription...) throws -> [MetricPoint] {
      try metrics.flatMap { try notebook.series(run: run, metric: $0.name).points }
    }
    fakeScores = try points(AdversarialMetrics.fakeScore, AdversarialMetrics.rawFakeScore)
    generatorGradients = try points(AdversarialMetrics.generatorGradientNorm)
    discriminatorGradients = try points(AdversarialMetrics.discriminatorGradientNorm)
  }

  func readings(upTo step: Int) -> [MetricReading] {
    func last(_ points: [MetricPoint]) -> [Double] {
      Array(points.filter { $0.step <= step }.suffix(CurveStability.window).map(\.value))
    }
    return CheckpointMeasures.readings(
      fakeScores: last(fakeScores), generatorGradients: last(generatorGradients),
      discriminatorGradients: last(discriminatorGradients))
  }
}

extension Notebook {
  /// The gradients of each layer of a run with `gradients=layers`.
  fileprivate func layerGradients(ofRun run: Int64) throws -> [LayerGradients] {
    let found: [(layer: String, first: Double, last: Double)] = try summaries(run: run).compactMap {
      summary in
      guard let layer = LayerGradient.layer(of: summary.name) else { return nil }
      let values = try series(run: run, metric: summary.name).points.map(\.value)
      let part = max(1, values.count / 10)
      guard let first = CurveStability.median(Array(values.prefix(part))),
        let last = CurveStability.median(Array(values.suffix(part)))
      else { return nil }
      return (layer, first, last)
    }
    let largest = Dictionary(
      found.map { (LayerGradients.network(of: $0.layer), $0.last) }, uniquingKeysWith: max)
    return found.compactMap { layer, first, last in
      guard let most = largest[LayerGradients.network(of: layer)], most > 0, first > 0 else {
        return nil
      }
      return LayerGradients(layer: layer, ofFirst: last / first, ofNetwork: last / most)
    }
  }
}
