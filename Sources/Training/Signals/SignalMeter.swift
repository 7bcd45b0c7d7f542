import Compilation
import Datasets
import MetricDescriptions
package import Metrics
import Networks
import Specification

/// Measures signals of collapse beside a training, within a share of its time.
///
/// What it measures is a function of the weights. When it measures depends on the clock, so that a repetition is
/// given the steps: those at which the notebook has its values.
final class SignalMeter {
  static let share = MetricDescription(
    "signals_share", label: "signals' share", format: .percent,
    meaning:
      "the share of the time that measuring signals of collapse has taken; since the run went on")
  static let metrics =
    SampleMeasures.metrics + DiscriminatorBalance.metrics + CurveStability.metrics
    + WeightSpectrum.metrics + [share]

  private let subject: ProbeSubject
  private let backend: any Backend
  private let history: SignalHistory
  private let networks: NetworkMeasures
  private var samples: SampleMeasures?
  private var lastSamples: FeatureMatrix?
  private var window = StepWindow()
  private var detector: CollapseDetector
  private var timers: (samples: SignalTimer, spectra: SignalTimer)
  /// Seconds and steps of training in this life of the run.
  private var trained = (seconds: 0.0, steps: 0)
  private var spectra: [MetricReading] = []

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
    let patience =
      switch subject.dataset.exampleShape {
      case .point: 0.2
      case .image: 2.0
      }
    timers = (
      SignalTimer(share: share * 2 / 3, after: patience),
      SignalTimer(share: share / 3, after: patience)
    )
  }

  /// Takes note of a step.
  func note(_ readings: [MetricReading], seconds: Double) {
    window.note(readings)
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
      spectra = networks.spectra(trainer)
      timers.spectra.took(begun.duration(to: .now).seconds, at: step, trained)
      readings += spectra
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
      + networks.balance(trainer, samples: made, count: samples.count) + window.readings
    let values = (own + spectra).map { ($0.description.name, $0.value) }
    let findings = detector.add(
      SignalCheck(step: step, values: Dictionary(values, uniquingKeysWith: { first, _ in first })))
    timers.samples.took(first.duration(to: .now).seconds, at: step, trained)
    let spent = timers.samples.spent + timers.spectra.spent
    let share = MetricReading(Self.share, spent / max(trained.seconds + spent, 1e-9))
    return (readings + own + [share], findings)
  }

  private func isDue(
    _ timer: KeyPath<(samples: SignalTimer, spectra: SignalTimer), SignalTimer>,
    _ repeated: Set<Int>?, at step: Int
  ) -> Bool {
    if history.repeated != nil { return repeated?.contains(step) ?? false }
    return timers[keyPath: timer].isDue(at: step, trained.seconds)
  }
}

/// What is known of a run's signals before it begins or goes on.
package struct SignalHistory: Sendable, Hashable {
  /// Checks up to the checkpoint that it goes on from.
  package var checks: [SignalCheck]
  /// Steps of the run that this one repeats; nil: it chooses its own.
  package var repeated: RepeatedChecks?

  /// From which values on signals speak of a failure; nil: those of its kind of data.
  package var thresholds: SignalThresholds?

  package init(
    checks: [SignalCheck] = [], repeated: RepeatedChecks? = nil,
    thresholds: SignalThresholds? = nil
  ) {
    (self.checks, self.repeated, self.thresholds) = (checks, repeated, thresholds)
  }

  /// After which steps samples and spectra were measured.
  package struct RepeatedChecks: Sendable, Hashable {
    package var samples, spectra: Set<Int>

    package init(samples: Set<Int>, spectra: Set<Int>) {
      (self.samples, self.spectra) = (samples, spectra)
    }
  }

  /// Everything that a check may tell, and of these what it has of weights.
  package static let metrics = Set(SignalMeter.metrics.map(\.name))
  package static let spectra = Set(WeightSpectrum.metrics.map(\.name))

  /// A metric that every check has.
  package static let marks = (
    samples: SignalMeter.share.name, spectra: WeightSpectrum.largest.name
  )
}
