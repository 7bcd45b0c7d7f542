import Compilation
import Datasets
import Foundation
import Images
import MetricDescriptions
import Networks
import Specification

/// The life of a run on its thread: steps, and what is told and kept between them.
struct Run {
  let specification: RunSpecification
  /// What it is measured on beside its own data.
  let test: Dataset?
  let folder: URL
  let send: @Sendable (RunEvent) -> Void
  let inbox: RunInbox
  /// Takes a whole checkpoint that has no name yet; nil: it gets its name at once.
  let hold: (@Sendable (CheckpointFile, PreparedFile) -> Void)?
  /// What may be measured beside the training.
  let probes: [any Probe.Type]
  let described = DescribedMetrics()
  /// What has been told of where the run is to come to.
  let goal: ReachedGoal

  static let imageRate = MetricDescription(
    "images_per_second", unit: "images/s",
    meaning: "real examples that the steps just done have taken, a second")

  /// Runs to the end, whichever it is; the last event says so.
  func go(dataset: Dataset, backend: any Backend, from beginning: RunBeginning) {
    // Everything is put away before the end is told: who hears of it may leave the program.
    send(train(on: dataset, backend, from: beginning))
  }

  private func train(
    on dataset: Dataset, _ backend: any Backend, from beginning: RunBeginning
  ) -> RunEvent {
    // The step of the newest checkpoint as long as there is no other.
    var begun = 0
    do {
      let start = ContinuousClock.now
      let checkpoint = try beginning.checkpoint.map { url throws(TrainingError) in
        try Checkpoint(contentsOf: url, digest: beginning.digest)
      }
      var trainer = try Trainer(
        specification, dataset: dataset, backend: backend,
        from: checkpoint ?? beginning.source?.checkpoint, of: beginning.source?.specification,
        taking: checkpoint == nil ? beginning.weights : nil, tweaks: beginning.tweaks,
        kernels: beginning.kernels)
      guard inbox.begin() else { return .stopped(step: trainer.step) }
      var last: CheckpointFile?
      if let url = beginning.checkpoint, let checkpoint {
        last = CheckpointFile(
          step: checkpoint.step, url: url, digest: beginning.digest ?? "", bytes: 0)
      }
      begun = trainer.step
      var files = try CheckpointFolder(folder, continuing: last, bytes: trainer.checkpointBytes)
      send(
        .started(
          RunSummary(
            step: trainer.step, steps: specification.steps,
            networks: trainer.sizes, memory: trainer.memory, backend: backend.description,
            preparation: start.duration(to: .now).seconds)))
      if beginning.source != nil || checkpoint == nil && beginning.weights != nil {
        // What it has taken over is its own from here on, whatever becomes of where that came from.
        if let end = try keep(trainer, &files, isLast: false) { return end }
        if specification.sampleInterval > 0 || trainer.step == specification.steps {
          sendSheet(trainer, dataset)
        }
      }
      let evaluator = try specification.observation.evaluation.map {
        try RunEvaluator(
          $0, specification, features: beginning.features, cache: beginning.featureCache,
          dataset: dataset, backend: backend)
      }
      return try train(
        &trainer, dataset, &files, backend: backend, signals: beginning.signals,
        modes: try beginning.classifier.map {
          try ModeCounter($0, of: dataset, backend: backend)
        }, evaluator)
    } catch TrainingError.noSpace(let path, let bytes) {
      return .stopped(step: begun, shortage: .noSpace(path: path, bytes: bytes))
    } catch { return .failed("\(error)") }
  }

  private func train(
    _ trainer: inout Trainer, _ dataset: Dataset, _ files: inout CheckpointFolder,
    backend: any Backend, signals history: SignalHistory, modes: ModeCounter?,
    _ evaluator: RunEvaluator?
  ) throws -> RunEvent {
    let subject = ProbeSubject(
      specification, plan: trainer.plan, dataset: dataset, test: test, modes: modes)
    let probes = probes.compactMap { $0.init(subject) }
    var meter = SignalMeter(subject, backend: backend, history: history)
    var (taken, time) = (trainer.counters.examples, ContinuousClock.now)
    // What only takes weights over is looked at as it is.
    if trainer.step == specification.steps {
      takeProbes(probes, trainer)
      takeEvaluation(evaluator, trainer)
    }
    while trainer.step < specification.steps {
      switch try handleRequests(&trainer, &files) {
      case .goOn: break
      case .goOnAfterPause: (taken, time) = (trainer.counters.examples, .now)
      case .end(let event): return event
      }
      let begun = meter == nil && evaluator == nil ? nil : ContinuousClock.now
      let readings = trainer.advance()
      if let begun {
        let seconds = begun.duration(to: .now).seconds
        meter?.note(seconds: seconds)
        evaluator?.note(seconds: seconds)
      }
      let step = trainer.step
      if let bad = readings.first(where: { !$0.value.isFinite }) {
        send(described.event(step: step, readings))
        return .diverged(
          step: step, reason: "\(bad.description.name) is \(bad.value)", lastGood: files.latest)
      }
      if isDue(specification.logInterval, at: step) {
        let seconds = time.duration(to: .now).seconds
        let images = trainer.counters.examples - taken
        let rate = MetricReading(Self.imageRate, Double(images) / max(seconds, 1e-9))
        tell(readings + [rate], at: step)
        (taken, time) = (trainer.counters.examples, .now)
      }
      takeProbes(probes, trainer)
      takeSignals(&meter, trainer)
      takeEvaluation(evaluator, trainer)
      if let reason = goal.reached, step < specification.steps {
        sendSheet(trainer, dataset)
        if let end = try keep(trainer, &files, isLast: true) { return end }
        send(.reached(step: step, reason))
        return .finished(step: step)
      }
      if isDue(specification.sampleInterval, at: step) { sendSheet(trainer, dataset) }
      if isDue(specification.checkpointInterval, at: step) {
        let isLast = step == specification.steps
        if let end = try keep(trainer, &files, isLast: isLast) { return end }
      }
    }
    return .finished(step: trainer.step)
  }

  private enum RequestOutcome { case goOn, goOnAfterPause, end(RunEvent) }

  /// Does what was asked since the last step: turns dials, waits, stops.
  private func handleRequests(
    _ trainer: inout Trainer, _ files: inout CheckpointFolder
  ) throws(TrainingError) -> RequestOutcome {
    var hasPaused = false
    while true {
      let asked = inbox.take(waiting: hasPaused)
      for tuning in asked.tunings {
        send(.tuned(trainer.tune(tuning.dial, tuning.setting), request: tuning.request))
      }
      if asked.isStopping {
        if let end = try keep(trainer, &files, isLast: true) { return .end(end) }
        return .end(.stopped(step: trainer.step))
      }
      guard asked.isPausing else {
        if hasPaused { send(.proceeded(step: trainer.step)) }
        return hasPaused ? .goOnAfterPause : .goOn
      }
      if hasPaused { continue }
      if let end = try keep(trainer, &files, isLast: false) { return .end(end) }
      send(.paused(step: trainer.step))
      hasPaused = true
    }
  }

  /// Whether something is done after a step: at multiples of its interval and at the last.
  func isDue(_ interval: Int, at step: Int) -> Bool {
    step == specification.steps || (interval > 0 && step % interval == 0)
  }

  /// Writes a checkpoint, unless this step's is there.
  ///
  /// - Parameter isLast: the run ends after it, and needs no room for another.
  /// - Returns: how the run has ended: as diverged, if the weights are not finite; as stopped, if it, or the next one,
  ///   finds no room.
  /// - Throws: `.unwritable` if it is the last; before that a warning is enough.
  private func keep(
    _ trainer: borrowing Trainer, _ files: inout CheckpointFolder, isLast: Bool
  ) throws(TrainingError) -> RunEvent? {
    let step = trainer.step
    guard step > 0 || specification.origin != nil, files.latest?.step != step else { return nil }
    do throws(TrainingError) {
      let (checkpoint, file) = try files.write(trainer, isLast: isLast)
      if let hold { hold(checkpoint, file) } else { try file.keep(as: checkpoint.url) }
      send(.checkpoint(checkpoint))
      if let shortage = files.shortage { return .stopped(step: step, shortage: shortage) }
    } catch .notFinite(let state) {
      return .diverged(
        step: step, reason: TrainingError.notFinite(state: state).description,
        lastGood: files.latest)
    } catch .noSpace(let path, let bytes) {
      // What came after the newest checkpoint is done once more when there is room.
      return .stopped(
        step: files.latest?.step ?? specification.origin?.step ?? 0,
        shortage: .noSpace(path: path, bytes: bytes))
    } catch {
      if isLast { throw error }
      send(.warning(step: step, error.description))
    }
    return nil
  }
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}

/// Generator updates in so many passes over a data set, rounded up to a whole one.
///
/// - Parameters:
///   - count: examples of the data set; what does not fill a batch at the end of a pass is left out.
///   - batch: examples of an update of the discriminator.
///   - discriminatorSteps: updates of the discriminator for each of the generator.
package func steps(
  epochs: Double, count: Int, batch: Int, discriminatorSteps: Int = 1
) -> Int {
  let batches = epochs * Double(count / max(1, batch)) / Double(max(1, discriminatorSteps))
  guard batches.isFinite, batches > 0 else { return 0 }
  return Int(min(batches.rounded(.up), 1e15))
}
