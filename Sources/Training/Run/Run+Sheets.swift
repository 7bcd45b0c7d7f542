import Datasets
import Images
import Networks
import Specification

extension Run {
  /// Takes the probes that are due after a step.
  func takeProbes(_ probes: [any Probe], _ trainer: borrowing Trainer) {
    for probe in probes where isDue(probe.interval, at: trainer.step) {
      switch probe.measure(trainer) {
      case .values(let readings):
        if !readings.isEmpty { send(described.event(step: trainer.step, readings)) }
      case .alarm(let sentence): send(.warning(step: trainer.step, sentence))
      }
    }
  }

  /// A sheet of samples; points lie over real ones.
  func sendSheet(_ trainer: borrowing Trainer, _ dataset: Dataset) {
    guard trainer.plan.evaluation(.samples) != nil else { return }
    let seed = specification.seed
    let image: PixelImage
    switch specification.architecture.example {
    case .image(let shape):
      let count = max(1, specification.sampleCount)
      image = SampleSheet(squareFor: count).compose(
        PixelImage.images(
          fromTensor: trainer.sample(count), count: count, channels: shape.channels,
          height: shape.height, width: shape.width))
    case .point:
      let count = MixtureProbe.samples
      let real = dataset.mixture?.points(count: count, seed: seed, step: .max) ?? []
      image = PointSheet(extent: dataset.mixture?.extent ?? 2)
        .compose(generated: trainer.sample(count), real: real)
    }
    send(.sheet(step: trainer.step, image: image, latentSeed: seed))
  }
}
