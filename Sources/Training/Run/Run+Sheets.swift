import Datasets
import Images
import MetricDescriptions
import Metrics
import Networks
import Randomness
import Repair
import Specification

extension Run {
  /// Tells what was measured after a step, and looks whether the run has come to where it was to come.
  func tell(_ readings: [MetricReading], at step: Int) {
    send(described.event(step: step, readings))
    goal.note(readings)
  }

  /// Measures samples where it is time and there is time for it; after the last step in any case.
  func takeEvaluation(_ evaluator: RunEvaluator?, _ trainer: borrowing Trainer) {
    guard let evaluator, isDue(evaluator.interval, at: trainer.step),
      evaluator.isAffordable || trainer.step == specification.steps
    else { return }
    // A run that is to stop need not be measured first.
    guard let evaluated = evaluator.measure(trainer, isAbandoned: { inbox.isToStop }) else {
      return
    }
    tell(evaluated.readings + [evaluator.shareTaken], at: trainer.step)
    send(.evaluated(evaluated))
  }

  /// Takes the probes that are due after a step.
  func takeProbes(_ probes: [any Probe], _ trainer: borrowing Trainer) {
    for probe in probes where isDue(probe.interval, at: trainer.step) {
      switch probe.measure(trainer) {
      case .values(let readings):
        if !readings.isEmpty { tell(readings, at: trainer.step) }
      case .alarm(let sentence): send(.warning(step: trainer.step, sentence))
      }
    }
  }

  /// Measures signals of collapse where it is time, and does what the run is to do at an alarm.
  func takeSignals(_ meter: inout SignalMeter?, _ trainer: borrowing Trainer) {
    guard let taken = meter else { return }
    let step = trainer.step
    do {
      let (readings, findings) = try taken.measure(trainer)
      // What a probe has just logged is logged once.
      let new = readings.filter {
        $0.description != Diversity.ratio || !isDue(specification.sampleInterval, at: step)
          || specification.dataset.exampleShape.isPoint
      }
      if !new.isEmpty { tell(new, at: step) }
      for finding in findings {
        switch finding {
        case .suspicion(let step): send(.suspicion(step: step))
        case .cleared(let step): send(.cleared(step: step))
        case .recovered(let step, let since): send(.recovered(step: step, since: since))
        case .alarm(let alarm):
          send(.alarm(alarm))
          guard alarm.isFirst else { break }
          switch specification.observation.response {
          case .warn: break
          case .pause: inbox.pause()
          case .branch: inbox.stop()
          }
        }
      }
    } catch {
      send(.warning(step: step, "signals of collapse are not measured: \(error)"))
      meter = nil
    }
  }

  /// What the model makes: samples, points over real ones; of an autoencoder examples with their
  /// reconstructions before them; of a classifier examples that it tells wrongly.
  func sendSheet(_ trainer: borrowing Trainer, _ dataset: Dataset) {
    let image: PixelImage?
    switch specification.architecture.example {
    case .image(let shape):
      let (images, columns) = images(trainer, dataset, shape)
      image =
        images.isEmpty
        ? nil
        : (columns.map { SampleSheet(columns: $0) } ?? SampleSheet(squareFor: images.count))
          .compose(images)
    case .point: image = points(trainer, dataset)
    }
    guard let image else { return }
    send(.sheet(step: trainer.step, image: image, latentSeed: specification.seed))
  }

  private func points(_ trainer: borrowing Trainer, _ dataset: Dataset) -> PixelImage? {
    guard trainer.plan.evaluation(.samples) != nil else { return nil }
    let count = MixtureProbe.samples
    let real =
      dataset.mixture?.points(count: count, seed: specification.seed, step: .max) ?? []
    return PointSheet(extent: dataset.mixture?.extent ?? 2)
      .compose(generated: trainer.sample(count), real: real)
  }

  /// - Returns: also how many stand in a row; nil: as many as make a square.
  private func images(
    _ trainer: borrowing Trainer, _ dataset: Dataset, _ shape: ImageShape
  ) -> (images: [PixelImage], columns: Int?) {
    func images(_ values: [Float], _ count: Int) -> [PixelImage] {
      PixelImage.images(
        fromTensor: values, count: count, channels: shape.channels, height: shape.height,
        width: shape.width)
    }
    let count = max(1, specification.sampleCount)
    let labels = trainer.plan.labels.map(SampleLabels.init(all:))
    if trainer.plan.evaluation(.predictions) != nil {
      guard let test, let labels = trainer.labels?.layout,
        let vectors = try? test.labelVectors(labels)
      else { return ([], nil) }
      let wrong = trainer.mistakes(on: test, vectors, count: count)
      return (wrong.compactMap { test.image(at: $0) }, nil)
    }
    if trainer.plan.evaluation(.restorations) != nil {
      return repairs(trainer, test ?? dataset, shape, count: count)
    }
    guard let autoencoder = trainer.plan.evaluation(.reconstructions) else {
      return (images(trainer.sample(count, labels: labels), count), nil)
    }
    // Rows of eight originals, each above a row of what was made of them.
    let (columns, shown) = (8, min(count, dataset.count ?? 0))
    let originals = (0..<shown).flatMap {
      (test ?? dataset).values(of: $0 % ((test ?? dataset).count ?? 1))
    }
    let made = trainer.examples(shown, by: autoencoder, [(BatchColumn.image.input, originals)])
    let (above, below) = (images(originals, shown), images(made, shown))
    var all: [PixelImage] = []
    for start in stride(from: 0, to: shown - shown % columns, by: columns) {
      all += above[start..<start + columns] + below[start..<start + columns]
    }
    if all.isEmpty { return (above + below, max(1, shown)) }
    if trainer.plan.evaluation(.samples) != nil {
      all += images(trainer.sample(count, labels: labels), count)
    }
    return (all, columns)
  }
}

extension Run {
  /// Rows of eight damaged images, with what was made of them below and the originals below that.
  private func repairs(
    _ trainer: borrowing Trainer, _ dataset: Dataset, _ shape: ImageShape, count: Int
  ) -> (images: [PixelImage], columns: Int?) {
    guard
      let maker = specification.damageMaker(
        seed: StoredDamage.usualSeed, stream: Randomness.Stream.storedDamage)
    else { return ([], nil) }
    let shown = min(count, dataset.count ?? 0)
    let originals = (0..<shown).map { dataset.values(of: $0) }
    let spoilt = originals.enumerated().map { maker.spoilt($1, step: UInt32($0)) }
    let damaged = spoilt.flatMap(\.damaged)
    let repaired = trainer.repaired(damaged, hole: spoilt.flatMap(\.hole), count: shown)
    let columns = min(8, max(1, shown))
    let rows = [damaged, repaired, originals.flatMap(\.self)].map { values in
      PixelImage.images(
        fromTensor: values, count: shown, channels: shape.channels, height: shape.height,
        width: shape.width)
    }
    let starts = stride(from: 0, to: shown - shown % columns, by: columns)
    return (
      starts.flatMap { start in rows.flatMap { $0[start..<start + columns] } }, columns
    )
  }
}

extension Trainer {
  /// Examples whose labels the classifier tells wrongly, the surest first.
  ///
  /// - Parameter count: at most so many.
  func mistakes(on dataset: Dataset, _ labels: LabelVectors, count: Int) -> [Int] {
    var wrong: [(example: Int, sureness: Float)] = []
    forEachPrediction(on: dataset) { example, scores in
      let (values, known) = labels.vector(of: example)
      var score = ClassifierScore(labels.layout)
      score.count(scores, values, known: known)
      guard let accuracy = score.accuracy, accuracy < 1 else { return }
      // How far what was said lies above what is known.
      let sureness = zip(scores, zip(values, known)).reduce(Float(0)) { sum, place in
        let (score, (value, known)) = place
        return sum - known * score * (2 * value - 1)
      }
      wrong.append((example, sureness))
    }
    return wrong.sorted {
      $0.sureness == $1.sureness ? $0.example < $1.example : $0.sureness > $1.sureness
    }
    .prefix(count).map(\.example)
  }
}
