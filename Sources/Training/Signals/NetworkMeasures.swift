import Compilation
import Datasets
import MetricDescriptions
import Metrics
import Networks
import Specification

/// What is measured of a run's networks: scores of its discriminator, spectra of its weights.
struct NetworkMeasures {
  /// Examples that are scored of each kind, at most.
  private static let scored = 256
  /// Multiplications with an addition that the spectrum of one weight may take; others are left out.
  private static let mostWork = 4_000_000_000

  private let dataset: Dataset
  private let test: Dataset?
  private let seed: UInt64
  private let scale: DiscriminatorBalance.Scale

  init(_ subject: ProbeSubject) {
    (dataset, test) = (subject.dataset, subject.test)
    seed = subject.specification.seed
    let objective = try? subject.specification.recipe.objective.definition()
    scale = objective?.scoreScale ?? .differences
  }

  /// - Parameter samples: of `trainer.sample`, so many.
  func balance(_ trainer: borrowing Trainer, samples: [Float], count: Int) -> [MetricReading] {
    guard let judge = trainer.plan.evaluation(.judgements) else { return [] }
    let fakes = min(count, Self.scored)
    let width = samples.count / max(count, 1)
    let fakeLabels = trainer.drawnLabels(count).prefix(
      fakes * (trainer.labels?.layout.width ?? 0))
    let fake = trainer.scores(
      by: judge, of: Array(samples.prefix(fakes * width)), Array(fakeLabels), count: fakes)
    let real = scores(trainer, judge, of: dataset, trainer.labels)
    let held = test.map { test in
      let labels = trainer.labels.flatMap { try? test.labelVectors($0.layout) }
      return scores(trainer, judge, of: test, labels)
    }
    guard !real.isEmpty, (real + fake).allSatisfy(\.isFinite) else { return [] }
    return DiscriminatorBalance(real: real, fake: fake, heldOut: held ?? [], on: scale).readings
  }

  private func scores(
    _ trainer: borrowing Trainer, _ judge: Evaluation, of data: Dataset, _ labels: LabelVectors?
  ) -> [Float] {
    let count = min(Self.scored, data.count ?? Self.scored)
    guard count > 0 else { return [] }
    if let mixture = data.mixture {
      let points = mixture.points(count: count, seed: seed, step: .max - 2)
      return trainer.scores(by: judge, of: points, [], count: count)
    }
    let places = (0..<count).map { data.place($0, of: count) }
    return trainer.scores(
      by: judge, of: places.flatMap { data.values(of: $0) },
      places.flatMap { labels?.vector(of: $0).values ?? [] }, count: count)
  }

  func spectra(_ trainer: borrowing Trainer) -> [MetricReading] {
    let machine = trainer.machine
    return Self.spectra(of: trainer.plan.networks.map(\.network)) { machine.state($0) }
  }

  /// - Parameter values: of a parameter, by name; nil where there are none.
  static func spectra(
    of networks: [Network], _ values: (String) -> [Float]?
  ) -> [MetricReading] {
    var (shares, norms) = ([Double](), [Double]())
    for network in networks {
      let role = network.role
      guard [.generator, .mapping, .discriminator].contains(role) else { continue }
      for parameter in network.parameters where parameter.isMatrix {
        guard let numbers = values(parameter.name), numbers.count == parameter.count else {
          continue
        }
        let matrix = FeatureMatrix(numbers, count: parameter.shape[0])
        let (rows, columns) = (parameter.shape[0], parameter.count / parameter.shape[0])
        // A single direction has no spectrum.
        guard min(rows, columns) > 1 else { continue }
        if role != .discriminator {
          norms.append(WeightSpectrum.norm(of: matrix))
        } else if WeightSpectrum.cost(rows: rows, columns: columns) <= Self.mostWork,
          let share = WeightSpectrum(matrix).smallShare
        {
          shares.append(share)
        }
      }
    }
    let share =
      shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
    let all: [(MetricDescription, Double?)] = [
      (WeightSpectrum.share, share), (WeightSpectrum.largest, norms.max()),
    ]
    return all.compactMap { metric, value in
      value.flatMap { $0.isFinite ? MetricReading(metric, $0) : nil }
    }
  }
}

extension Parameter {
  fileprivate var isMatrix: Bool { shape.count > 1 && (role == .weight || role == .unitWeight) }
}

extension ObjectiveDefinition {
  /// Where its scores lie.
  fileprivate var scoreScale: DiscriminatorBalance.Scale {
    if isOfProbabilities { return .logits }
    return boundary.map { .boundary($0.score, reach: $0.reach) } ?? .differences
  }
}

extension Trainer {
  /// - Parameter labels: `[count, …]`; empty where the discriminator is given none.
  fileprivate func scores(
    by judge: Evaluation, of values: [Float], _ labels: [Float], count: Int
  ) -> [Float] {
    var given = [(name: BatchColumn.image.input, values: values)]
    if !labels.isEmpty { given.append((BatchColumn.label.input, labels)) }
    return examples(count, by: judge, given)
  }
}
