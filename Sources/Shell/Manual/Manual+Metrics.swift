extension Manual {
  /// In the order in which a run takes them; a test compares them.
  package static let metrics = Section(
    name: "metrics", singular: "metric",
    summary: "what a run measures of itself, for `best by`, `plot` and conditions",
    entries: [
      metric(
        "generator_loss", "the generator's loss in a step, by the recipe's objective",
        "Neither end of it is best: a low one may only mean that the discriminator is weak."),
      metric(
        "discriminator_loss",
        "the discriminator's loss in a step, with the penalty if there is one",
        "Neither end of it is best: a low one may only mean that the generator is weak."),
      metric(
        "d_real", "the mean of the discriminator's answers D(x) to real examples, 0 fake to 1 real"),
      metric(
        "d_fake", "the mean of the discriminator's answers D(G(z)) to fakes, 0 fake to 1 real"),
      metric(
        "generator_gradient_norm", "the Euclidean norm of all gradients of the generator together"),
      metric(
        "discriminator_gradient_norm",
        "the Euclidean norm of all gradients of the discriminator together"),
      metric("images_per_second", "real examples that the steps just done have taken, a second"),
      metric(
        "modes", "on `ring` and `grid`: how many modes of the data have a sample near them",
        "Near is within three standard deviations. Taken with each sheet of samples."),
      metric(
        "high_quality", "on `ring` and `grid`: the share of samples near a mode, 0 to 1",
        "Near is within three standard deviations. Taken with each sheet of samples."),
      metric(
        "reverse_kl",
        "on `ring` and `grid`: how unevenly samples are spread over the modes, in nats",
        """
        The Kullback-Leibler divergence of the modes of the samples near one from the uniform \
        distribution: 0 where each mode has as many. Taken with each sheet of samples, where one of them is near a mode.
        """,
        example: Example(
          "On a ring whose modes are wide.",
          "data wide ring sigma=1; run mine on wide steps=20 as look; best by reverse_kl",
          given: .declarations)),
    ])

  private static func metric(
    _ name: String, _ summary: String, _ discussion: String = "", example: Example? = nil
  ) -> Entry {
    let heading = MetricHeading.all.first { $0.metric == name && $0.heading != name }?.heading
    let shown = heading.map {
      "Listings and the line of progress show it under the heading `\($0)`."
    }
    return Entry(
      name, nil, summary, [discussion, shown ?? ""].filter { !$0.isEmpty }.joined(separator: " "),
      example: example ?? Example("Where it ended above 0.", "runs where \(name) > 0", given: .runs)
    )
  }
}
