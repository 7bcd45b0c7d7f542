package import MetricDescriptions
import Specification
import TensorGraph

extension Plan {
  /// One phase, `classifier`: the cross-entropy of what is known of each example.
  ///
  /// - Throws: `NetworksError` where the recipe names what this release does not build.
  static func classifier(
    _ model: Model, recipe: RecipeSpecification
  ) throws(NetworksError) -> Plan {
    guard let network = model.network(.classifier), let labels = model.architecture.labels else {
      throw .architecture("a classifier needs a network and labels that it tells")
    }
    let scale = network.specification.cosineScale
    if recipe.margin > 0, scale == nil || !labels.isOfClasses {
      throw .architecture(
        "`margin` is taken off a cosine, and the classifier does not end in `cosine` with a class for each of its outputs"
      )
    }
    let (loss, batch) = (
      LabelLoss(
        labels: labels, areMixed: recipe.augmentation.mixture != nil,
        handicap: recipe.margin * (scale ?? 0), areWeighted: recipe.classWeights != .equal),
      recipe.batch
    )
    let measured = [
      ClassifierMetrics.loss,
      labels.isOfNumbers ? ClassifierMetrics.error : ClassifierMetrics.accuracy,
      ClassifierMetrics.gradientNorm,
    ]
    let example = model.architecture.example.dimensions
    let averaged = recipe.keepsAverage ? [network] : []
    let remedies = try recipe.remedyDefinitions()
    try recipe.checkFrozen(among: model.networks)
    let averages = Average.inputs(of: averaged, movedBy: network.name, remedies: remedies)
    let phase = Phase(
      network.name, updating: try recipe.moved(of: [network]),
      by: try PhaseOptimiser(recipe) { $0.generatorOptimiser },
      terms: [
        LossTerm<ClassifierPasses>("cross-entropy") {
          loss.value($0.scores, $0.label, known: $0.mask, smoothing: $0.smoothing)
        }
      ],
      columns: [.image, .label, .known],
      inputs: { moment in
        averages(moment)
          + (labels.isOfNumbers ? [] : [(Self.labelSmoothing, 1 - moment.dials.realLabel)])
      },
      remedies: remedies.corrections(), averaged: averaged,
      measured: measured,
      passes: { _, states in
        func column(_ column: BatchColumn, _ shape: [Int]) -> Tensor {
          states.graph.input(column.input, Shape([batch] + shape))
        }
        let (label, mask) = (column(.label, [labels.count]), column(.known, [labels.count]))
        let scores = network.apply(
          to: column(.image, example), mode: .training(application: 0), in: &states)
        return ClassifierPasses(
          scores: scores, label: labels.normalised(label), mask: mask,
          smoothing: labels.isOfNumbers ? nil : states.graph.input(Self.labelSmoothing, .scalar))
      },
      measures: { [loss.accuracy($0.scores, $0.label, known: $0.mask)] })
    return try Plan(
      networks: [PlannedNetwork(network, isAveraged: !averaged.isEmpty)], labels: labels,
      phases: [phase], batch: batch,
      measured: measured,
      evaluations: (averaged.isEmpty ? [false] : [false, true]).flatMap { isOfAverage in
        let suffix = isOfAverage ? "_average" : ""
        @Sendable func pass(
          _ count: Int, _ states: inout StateValues
        ) -> (scores: Tensor, features: Tensor) {
          let images = states.graph.input(BatchColumn.image.input, Shape([count] + example))
          let (outputs, features, _) = network.pass(
            [network.inputs[0].wire: images], mode: .inference, in: &states, average: isOfAverage)
          return (outputs[network.role.output] ?? images, features ?? images)
        }
        return [
          Evaluation("classify" + suffix, .predictions, isOfAverage: isOfAverage) {
            [(Plan.scores, labels.restored(pass($0, &$1).scores))]
          },
          Evaluation("features" + suffix, .features, isOfAverage: isOfAverage) {
            [(Plan.features, pass($0, &$1).features.flattened)]
          },
        ] + (Evaluation.distances(by: network, isOfAverage: isOfAverage).map { [$0] } ?? [])
      })
  }

  private struct ClassifierPasses {
    let scores, label, mask: Tensor
    let smoothing: Tensor?
  }

  private static let labelSmoothing = "label.smoothing"
}

/// What a classifier's step measures.
package enum ClassifierMetrics {
  package static let all = [loss, accuracy, error, gradientNorm]

  package static let loss = MetricDescription(
    "classifier_loss", label: "loss", family: "classifier loss", unit: "nats", direction: .lowest,
    meaning:
      "the classifier's cross-entropy on a batch that it learns from; over the labels that are known; of numbers the "
      + "mean squared error",
    isListed: true)
  package static let accuracy = MetricDescription(
    "batch_accuracy", label: "batch accuracy", family: "accuracy", direction: .highest,
    format: .percent,
    meaning:
      "the share of labels told rightly in a batch that the classifier learns from; on data that it "
      + "has not seen it is measured with `test=`",
    isListed: true)
  package static let error = MetricDescription(
    "batch_error", label: "batch error", family: "label error", direction: .lowest,
    meaning:
      "how far numbers are told off in a batch that they are learned from; the mean absolute error over those that "
      + "are known", isListed: true)
  package static let gradientNorm = MetricDescription(
    "classifier_gradient_norm", label: "∇C", family: "gradient norm",
    meaning: "the Euclidean norm of all gradients of the classifier together")
}
