package import MetricDescriptions

/// What an adversarial step measures: the objective's values and the sizes of the gradients.
package enum AdversarialMetrics {
  package static let all =
    [
      generatorLoss, discriminatorLoss, realScore, fakeScore, rawRealScore, rawFakeScore,
      generatorGradientNorm, discriminatorGradientNorm, labelLoss,
    ] + ofAugmentation

  /// In the order in which a discriminator's phase measures them.
  package static let ofAugmentation = [
    MetricDescription(
      "augmentation_probability", label: "augmentation", family: "augmentation",
      meaning: "the probability of each change of adaptive augmentation, 0 to 1"),
    MetricDescription(
      "augmentation_sign", label: "r", family: "augmentation",
      meaning:
        "real examples that score above 0 less those below, a share over some batches; near 1 where "
        + "the discriminator knows the examples by heart"),
  ]

  /// The metrics of the mean scores: probabilities where the objective takes the scores for logits.
  static func scores(
    of objective: ObjectiveDefinition
  ) -> (real: MetricDescription, fake: MetricDescription) {
    objective.isOfProbabilities ? (realScore, fakeScore) : (rawRealScore, rawFakeScore)
  }

  package static let generatorLoss = MetricDescription(
    "generator_loss", label: "G", family: "loss",
    meaning: "the generator's loss in the first of its updates in a step; a low one may only mean "
      + "that the discriminator is weak",
    isListed: true)
  package static let discriminatorLoss = MetricDescription(
    "discriminator_loss", label: "D", family: "loss",
    meaning:
      "the discriminator's loss in a step, with the penalties that are due in it; a low one may "
      + "only mean that the generator is weak",
    isListed: true)
  package static let realScore = MetricDescription(
    "d_real", label: "D(x)", family: "discriminator scores",
    meaning: "the mean of the discriminator's scores D(x) of real examples, 0 fake to 1 real",
    isListed: true)
  package static let fakeScore = MetricDescription(
    "d_fake", label: "D(G(z))", family: "discriminator scores",
    meaning: "the mean of the discriminator's scores D(G(z)) of fakes, 0 fake to 1 real",
    isListed: true)
  package static let rawRealScore = MetricDescription(
    "score_real", label: "score(x)", family: "discriminator scores, unbounded",
    meaning: "the mean of the scores D(x) of real examples, which are no probabilities; of "
      + "objectives such as `hinge` and `wasserstein`",
    isListed: true)
  package static let rawFakeScore = MetricDescription(
    "score_fake", label: "score(G(z))", family: "discriminator scores, unbounded",
    meaning: "the mean of the scores D(G(z)) of fakes, which are no probabilities; of objectives "
      + "such as `hinge` and `wasserstein`",
    isListed: true)
  package static let generatorGradientNorm = MetricDescription(
    "generator_gradient_norm", label: "∇G", family: "gradient norm",
    meaning: "the Euclidean norm of all gradients of the generator together")
  package static let discriminatorGradientNorm = MetricDescription(
    "discriminator_gradient_norm", label: "∇D", family: "gradient norm",
    meaning: "the Euclidean norm of all gradients of the discriminator together")
  package static let labelLoss = MetricDescription(
    "label_loss", label: "label loss", unit: "nats", direction: .lowest,
    meaning:
      "the cross-entropy of labels that an auxiliary discriminator tells; of real examples, over "
      + "the labels that are known")
}
