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

  init(_ specification: RunSpecification, dataset: Dataset, test: Dataset?) {
    (self.dataset, self.test, seed) = (dataset, test, specification.seed)
    let objective = try? specification.recipe.objective.definition()
    scale = objective?.scoreScale ?? .differences
  }

  /// What gives the scores of examples `[count, …]` with their labels; none where no network is given labels.
  typealias Scoring = (_ values: [Float], _ labels: [Float], _ count: Int) -> [Float]

  func balance(_ trainer: borrowing Trainer, samples: [Float], count: Int) -> [MetricReading] {
    guard let judge = trainer.plan.evaluation(.judgements) else { return [] }
    let machine = trainer.machine
    let takesLabels = trainer.reads(BatchColumn.label.input, judge.name)
    let atOnce = min(trainer.sampleCount, Plan.judgedAtOnce)
    return balance(
      samples: samples, trainer.drawnLabels(count), count: count, trainer.labels
    ) { machine.scores(by: judge, of: $0, takesLabels ? $1 : [], count: $2, atOnce: atOnce) }
  }

  /// - Parameters:
  ///   - samples: fakes, so many, with the labels that they were made with.
  ///   - labels: of the data; nil: no network reads any.
  func balance(
    samples: [Float], _ sampleLabels: [Float], count: Int, _ labels: LabelVectors?,
    _ scoring: Scoring
  ) -> [MetricReading] {
    let fakes = min(count, Self.scored)
    let (width, labelWidth) = (samples.count / max(count, 1), sampleLabels.count / max(count, 1))
    let fake = scoring(
      Array(samples.prefix(fakes * width)), Array(sampleLabels.prefix(fakes * labelWidth)), fakes)
    let real = scores(of: dataset, labels, scoring)
    let held = test.map { test in
      scores(of: test, labels.flatMap { try? test.labelVectors($0.layout) }, scoring)
    }
    guard !real.isEmpty, (real + fake).allSatisfy(\.isFinite) else { return [] }
    return DiscriminatorBalance(real: real, fake: fake, heldOut: held ?? [], on: scale).readings
  }

  private func scores(
    of data: Dataset, _ labels: LabelVectors?, _ scoring: Scoring
  ) -> [Float] {
    let count = min(Self.scored, data.count ?? Self.scored)
    guard count > 0 else { return [] }
    if let mixture = data.mixture {
      return scoring(mixture.points(count: count, seed: seed, step: .max - 2), [], count)
    }
    let places = (0..<count).map { data.place($0, of: count) }
    return scoring(
      places.flatMap { data.values(of: $0) },
      places.flatMap { labels?.vector(of: $0).values ?? [] }, count)
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

extension Machine {
  /// The scores of examples by a program that judges.
  ///
  /// - Parameter labels: `[count, …]`; empty where the discriminator is given none.
  func scores(
    by judge: Evaluation, of values: [Float], _ labels: [Float], count: Int, atOnce batch: Int
  ) -> [Float] {
    var given = [(name: BatchColumn.image.input, values: values)]
    if !labels.isEmpty { given.append((BatchColumn.label.input, labels)) }
    return examples(count, by: judge, given, atOnce: batch)
  }
}
