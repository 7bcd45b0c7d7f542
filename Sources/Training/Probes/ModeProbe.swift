import Datasets
package import MetricDescriptions
import Networks
import Specification

/// How many modes of the data samples reach, where `classifier=` says what tells them.
package struct ModeProbe: Probe {
  /// The others are those of mixtures.
  package static let metrics = [ModeCount.dataDivergence]

  private let counter: ModeCounter
  package let interval: Int

  package init?(_ subject: ProbeSubject) {
    guard let counter = subject.modes, subject.plan.evaluation(.samples) != nil else { return nil }
    self.counter = counter
    interval = subject.specification.sampleInterval
  }

  package func measure(_ trainer: borrowing Trainer) -> ProbeReading {
    var modes = ModeCount(counter.kinds)
    trainer.forEachBatch(ofSamples: counter.kinds.sampleCount) { images, count in
      counter.add(images, count: count, to: &modes)
    }
    return .values(modes.readings(beside: counter.data))
  }
}

extension Trainer {
  /// Makes the samples that `sample` makes, some at a time, so that memory does not grow with their number.
  func forEachBatch(
    ofSamples count: Int, _ body: (_ examples: [Float], _ count: Int) throws -> Void
  ) rethrows {
    guard let sampler = plan.evaluation(.samples) else { return }
    let labels = drawnLabels(count)
    let width = labels.count / max(1, count)
    for start in stride(from: 0, to: count, by: sampleCount) {
      let numbers = start..<min(start + sampleCount, count)
      let latents = specification.architecture.latents(numbers, seed: specification.seed)
      let given = Array(labels[numbers.lowerBound * width..<numbers.upperBound * width])
      try body(
        examples(
          numbers.count, by: sampler,
          [(Plan.latents, latents), (BatchColumn.drawnLabel.input, given)]),
        numbers.count)
    }
  }
}
