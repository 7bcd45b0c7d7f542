import Datasets
package import MetricDescriptions
import Metrics
import Networks
import Randomness
import Repair
import Specification

/// How well a restorer repairs images that it has not seen.
package struct RepairProbe: Probe {
  package static let metrics = RepairScore.metrics

  /// Images that are repaired, at most.
  static let most = 256

  private let test: Dataset
  private let maker: DamageMaker
  private let count: Int
  package let interval: Int

  package init?(_ subject: ProbeSubject) {
    guard let test = subject.test, subject.plan.evaluation(.restorations) != nil,
      test.exampleShape == subject.specification.architecture.example,
      let maker = subject.specification.damageMaker(
        seed: StoredDamage.usualSeed, stream: Randomness.Stream.storedDamage)
    else { return nil }
    (self.test, self.maker) = (test, maker)
    count = min(Self.most, test.count ?? 0)
    interval = subject.specification.sampleInterval
  }

  package func measure(_ trainer: borrowing Trainer) -> ProbeReading {
    let originals = (0..<count).map { test.values(of: $0) }
    let spoilt = originals.enumerated().map { maker.spoilt($1, step: UInt32($0)) }
    let repaired = trainer.repaired(
      spoilt.flatMap(\.damaged), hole: spoilt.flatMap(\.hole), count: count)
    let image = maker.image
    return .values(
      (0..<count).map { number in
        RepairScore(
          of: repaired[number * maker.size..<(number + 1) * maker.size],
          original: originals[number], hole: spoilt[number].hole, channels: image.channels,
          height: image.height, width: image.width)
      }.readings)
  }
}

/// Damage of images that are repaired: of an image's number and of this seed alone, so that all methods have the same.
package enum StoredDamage {
  package static let usualSeed: UInt64 = 1
}

extension [RepairScore] {
  /// Means over images with their standard errors, by metric; of what was repaired without an error there is no ratio, and it is left
  /// out. Nil where none has a value.
  package func means(_ metrics: [MetricDescription]) -> [MetricReading?] {
    metrics.map { metric in
      let all = compactMap { $0.value(of: metric) }
      let values = all.filter(\.isFinite)
      // Where every image was repaired without an error, the ratio is infinite.
      guard !values.isEmpty else { return all.first.map { MetricReading(metric, $0) } }
      return MetricReading(metric, meanOf: values)
    }
  }

  /// What is told of a run while it trains.
  package var readings: [MetricReading] {
    means(RepairScore.metrics).compactMap { reading in
      reading.map { MetricReading($0.description, $0.value) }
    }
  }
}

extension Trainer {
  /// What the restorer makes of damaged images, `[count, …]`, with their masks `[count, height, width]`.
  func repaired(_ damaged: [Float], hole: [Float], count: Int) -> [Float] {
    guard let restorer = plan.evaluation(.restorations) else { return damaged }
    let made = examples(
      count, by: restorer,
      [(BatchColumn.damaged.input, damaged), (BatchColumn.hole.input, hole)])
    return specification.recipe.damage.keepsRest
      ? laid(made, into: damaged, where: hole, count: count) : made
  }
}
