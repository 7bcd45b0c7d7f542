import Compilation
import Datasets
import MetricDescriptions
package import Metrics
import Networks
import Specification

/// Measures signals of collapse beside a training, within a share of its time.
///
/// What it measures is a function of the weights. When it measures depends on the clock, so that a repetition is
/// given the steps: those at which the notebook has its values. The last step of any but the shortest runs is one of
/// them, so that runs of one length can be compared.
final class SignalMeter {
  static let share = MetricDescription(
    "signals_share", label: "signals' share", format: .percent,
    meaning:
      "the share of the time that measuring signals of collapse has taken; since the run went on")
  static let metrics =
    SampleMeasures.metrics + DiscriminatorBalance.metrics + CurveStability.metrics
    + WeightSpectrum.metrics + [share]

  /// Steps of a run from which on its last is measured whatever it takes; of fewer there is nothing to compare.
  private static let fewest = 100

  private let subject: ProbeSubject
  private let backend: any Backend
  private let history: SignalHistory
  private let networks: NetworkMeasures
  private var samples: SampleMeasures?
  private var lastSamples: FeatureMatrix?
  private var detector: CollapseDetector
  private var timers: (samples: SignalTimer, spectra: SignalTimer)
  /// Seconds and steps of training in this life of the run.
  private var trained = (seconds: 0.0, steps: 0)
  /// What a check has of an earlier one, where it was not measured anew.
  private var carried: [String: Double] = [:]

  /// - Returns: nil of a run without signals.
  init?(_ subject: ProbeSubject, backend: any Backend, history: SignalHistory) {
    guard let share = subject.specification.observation.signals,
      subject.plan.evaluation(.samples) != nil, subject.plan.phases.count > 1
    else { return nil }
    (self.subject, self.backend, self.history) = (subject, backend, history)
    networks = NetworkMeasures(
      subject.specification, dataset: subject.dataset, test: subject.test)
    detector = CollapseDetector(history.thresholds ?? .of(subject.dataset.exampleShape))
    for check in history.checks { _ = detector.add(check) }
    carried = history.checks.last.map(SignalHistory.carried) ?? [:]
    let patience =
      switch subject.dataset.exampleShape {
      case .point: 0.2
      case .image: 0.5
      }
    timers = (
      SignalTimer(share: share * 2 / 3, after: patience),
      SignalTimer(share: share / 3, after: patience)
    )
  }

  /// Takes note of a step.
  func note(seconds: Double) {
    trained.seconds += seconds
    trained.steps += 1
  }

  /// What is measured after a step, and what it leads to; nothing where it is not time.
  ///
  /// - Throws: what the backend throws when it is to make features.
  func measure(
    _ trainer: borrowing Trainer
  ) throws -> (readings: [MetricReading], findings: [CollapseDetector.Finding]) {
    let step = trainer.step
    var readings: [MetricReading] = []
    if isDue(\.spectra, history.repeated?.spectra, at: step) {
      let begun = ContinuousClock.now
      let spectra = networks.spectra(trainer)
      timers.spectra.took(begun.duration(to: .now).seconds, at: step, trained)
      readings += spectra
      for reading in spectra { carried[reading.description.name] = reading.value }
    }
    guard isDue(\.samples, history.repeated?.samples, at: step) else { return (readings, []) }
    let begun = ContinuousClock.now
    if samples == nil, timers.samples.isFresh {
      samples = try SampleMeasures(
        subject.dataset, test: subject.test, seed: subject.specification.seed, backend: backend)
      timers.samples.prepared(begun.duration(to: .now).seconds)
    }
    guard let samples else {
      timers.samples.stop()
      return (readings, [])
    }
    let first = ContinuousClock.now
    let made = trainer.sample(samples.count)
    let own =
      samples.readings(of: made, since: &lastSamples)
      + networks.balance(trainer, samples: made, count: samples.count)
      + trainer.window.readings
    var values = carried
    // An earlier life of the run had the samples of the check before.
    values.merge(history.later[step].map(SignalHistory.carried) ?? [:]) { _, known in known }
    for reading in readings + own { values[reading.description.name] = reading.value }
    let check = SignalCheck(step: step, values: values)
    carried = SignalHistory.carried(check)
    let findings = detector.add(check)
    timers.samples.took(first.duration(to: .now).seconds, at: step, trained)
    let spent = timers.samples.spent + timers.spectra.spent
    let share = MetricReading(Self.share, spent / max(trained.seconds + spent, 1e-9))
    return (readings + own + [share], findings)
  }

  private func isDue(
    _ timer: KeyPath<(samples: SignalTimer, spectra: SignalTimer), SignalTimer>,
    _ repeated: Set<Int>?, at step: Int
  ) -> Bool {
    if let repeated {
      if repeated.contains(step) { return true }
      if history.isRepeated(step) { return false }
    }
    return timers[keyPath: timer].isDue(
      at: step, trained.seconds, isLast: step == subject.specification.steps && step >= Self.fewest)
  }
}

/// What is known of a run's signals before it begins or goes on.
package struct SignalHistory: Sendable, Hashable {
  /// Checks up to the checkpoint that it goes on from.
  package var checks: [SignalCheck]
  /// Values of checks that an earlier life of the run made after that checkpoint, by step.
  package var later: [Int: SignalCheck]
  /// Steps of the run that this one repeats, or of its own that are done again; nil: it chooses its own.
  package var repeated: RepeatedChecks?

  /// The thresholds of its signals; nil: those of its kind of data.
  package var thresholds: SignalThresholds?

  package init(
    checks: [SignalCheck] = [], later: [SignalCheck] = [], repeated: RepeatedChecks? = nil,
    thresholds: SignalThresholds? = nil
  ) {
    (self.checks, self.repeated, self.thresholds) = (checks, repeated, thresholds)
    self.later = Dictionary(later.map { ($0.step, $0) }, uniquingKeysWith: { $1 })
  }

  /// After which steps samples and spectra were measured.
  package struct RepeatedChecks: Sendable, Hashable {
    package var samples, spectra: Set<Int>
    /// Whether there are none after the last of them; else the run chooses its own from there.
    package var isComplete: Bool

    package init(samples: Set<Int>, spectra: Set<Int>, isComplete: Bool = true) {
      (self.samples, self.spectra, self.isComplete) = (samples, spectra, isComplete)
    }
  }

  /// Whether the steps that are repeated say if something is measured after a step.
  func isRepeated(_ step: Int) -> Bool {
    guard let repeated else { return false }
    return repeated.isComplete || step <= repeated.samples.union(repeated.spectra).max() ?? 0
  }

  /// Everything that a check may tell, and of these what it has of weights.
  package static let metrics = Set(SignalMeter.metrics.map(\.name))
  package static let spectra = Set(WeightSpectrum.metrics.map(\.name))
  /// What a check has of the one before where it was not measured: spectra, which are measured more seldom, and
  /// how far samples have moved, which the first check of a run that goes on cannot measure.
  package static func carried(_ check: SignalCheck) -> [String: Double] {
    check.values.filter { spectra.contains($0.key) || $0.key == Diversity.drift.name }
  }

  /// A metric that every check has.
  package static let marks = (
    samples: SignalMeter.share.name, spectra: WeightSpectrum.largest.name
  )
}
