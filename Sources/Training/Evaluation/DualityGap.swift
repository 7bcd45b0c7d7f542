import Compilation
import Datasets
package import MetricDescriptions
import Networks
import Specification
import TensorGraph

/// How much either side of the game would gain if the other stood still: the value that the discriminator comes to in some steps of
/// its own, less that to which the generator brings it in as many of its own. 0 where neither gains.
///
/// Grnarova et al. 2019, "A Domain Agnostic Measure for Monitoring and Evaluating GANs" (arXiv:1811.05512), equation 3. The game's value
/// is the discriminator's loss by the run's objective, with the sign changed.
package enum DualityGap {
  package static let metrics = [gap, discriminatorGain, generatorGain]

  package static let gap = MetricDescription(
    "duality_gap", label: "duality gap", family: "duality gap", direction: .lowest,
    meaning:
      "how much both sides of the game would gain alone; the value after \(steps) steps of the discriminator, "
      + "less that after as many of the generator")
  package static let discriminatorGain = MetricDescription(
    "discriminator_gain", label: "D's gain", family: "duality gap",
    meaning: "what the discriminator gains in \(steps) steps against a generator that stands still")
  package static let generatorGain = MetricDescription(
    "generator_gain", label: "G's gain", family: "duality gap",
    meaning: "what the generator gains in \(steps) steps against a discriminator that stands still")

  /// Updates of one side alone.
  static let steps = 500
  /// Examples and samples of which the value is taken, at most.
  static let judged = 2000

  /// - Parameters:
  ///   - data: what the value is taken on; held-out data where there are some.
  ///   - check: called between steps; what it throws ends the measure.
  /// - Returns: nil of a model whose discriminator does not judge an example alone.
  static func readings(
    _ specification: RunSpecification, _ checkpoint: Checkpoint, dataset: Dataset, data: Dataset,
    backend: any Backend, check: () throws -> Void
  ) throws -> [MetricReading]? {
    let objective = try specification.recipe.objective.definition()
    func value(_ trainer: borrowing Trainer) throws -> Double? {
      guard let scores = trainer.scores(of: data, count: judged) else { return nil }
      let graph = Graph()
      let count = Shape([scores.real.count])
      let loss = objective.discriminatorLoss(
        ObjectiveDefinition.DiscriminatorInputs(
          real: graph.input("real", count), fake: graph.input("fake", count),
          smoothing: graph.constant(0)))
      let values = try Reference(inputs: [
        "real": scores.real.map(Double.init), "fake": scores.fake.map(Double.init),
      ]).evaluate([loss])
      return values.first?.first.map { -$0 }
    }
    func values(frozen: Dial) throws -> (before: Double, after: Double)? {
      var trainer = try Trainer(
        specification, dataset: dataset, backend: backend, from: checkpoint)
      guard let before = try value(trainer) else { return nil }
      _ = trainer.tune(frozen, .numbers([0]))
      for _ in 0..<steps {
        try check()
        _ = trainer.advance()
      }
      return try value(trainer).map { (before, $0) }
    }
    guard let stronger = try values(frozen: .generatorLearningRate),
      let weaker = try values(frozen: .discriminatorLearningRate)
    else { return nil }
    return [
      MetricReading(gap, stronger.after - weaker.after),
      MetricReading(discriminatorGain, stronger.after - stronger.before),
      MetricReading(generatorGain, weaker.before - weaker.after),
    ]
  }
}

extension Trainer {
  /// Scores of examples, evenly taken, and of as many samples of the weights as they are, not of their average.
  ///
  /// - Returns: nil where no score is of an example alone, or there are no examples.
  fileprivate func scores(of data: Dataset, count wanted: Int) -> (real: [Float], fake: [Float])? {
    guard let judge = plan.evaluation(.judgements),
      let sampler = plan.evaluation(.samples, average: false)
    else { return nil }
    let (count, seed) = (min(wanted, data.count ?? wanted), specification.seed)
    guard count > 1 else { return nil }
    let places = (0..<count).map { data.place($0, of: count) }
    let real =
      data.mixture?.points(count: count, seed: seed, step: .max - 3)
      ?? places.flatMap { data.values(of: $0) }
    let known =
      data.mixture == nil
      ? labels.flatMap { try? data.labelVectors($0.layout) } : nil
    let told = known.map { known in places.flatMap { known.vector(of: $0).values } } ?? []
    let asked = drawnLabels(count)
    let latents = specification.architecture.latents(count: count, seed: seed)
    let fake = examples(
      count, by: sampler, [(Plan.latents, latents), (BatchColumn.drawnLabel.input, asked)])
    func scores(_ values: [Float], _ labels: [Float]) -> [Float] {
      examples(
        count, by: judge,
        [(BatchColumn.image.input, values), (BatchColumn.label.input, labels)])
    }
    return (scores(real, told), scores(fake, asked))
  }
}
