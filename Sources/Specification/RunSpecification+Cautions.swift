extension RunSpecification {
  /// What is allowed and seldom meant: one sentence each, with the way out.
  package func cautions(_ signatures: Signatures) -> [String] {
    var cautions: [String] = []
    func mixesExamples(_ network: NetworkSpecification) -> Bool {
      network.allLayers.contains { layer in
        signatures.layers.named(layer.keyword)?.traits.contains(.mixesExamples) ?? false
      }
    }
    for network in architecture.networks where mixesExamples(network) && recipe.batch == 1 {
      cautions.append(
        "the \(network.name)'s batch normalisation has batches of one example: it normalises each by "
          + "itself, and nothing of it is left after a dense layer; use `layernorm`, or a larger batch"
      )
    }
    let penalties = recipe.penalties.compactMap { signatures.penalties.named($0.keyword) }
    if penalties.contains(where: \.isOfEachExample)
      && architecture.networks(of: .discriminator).contains(where: mixesExamples)
    {
      // Gulrajani et al. 2017, arXiv:1704.00028, section 4, "No critic batch normalization".
      cautions.append(
        "the penalty takes gradients example by example, but by the discriminator's batch normalisation "
          + "each score depends on the whole batch; use `layernorm` there, or no penalty")
    }
    if let idle = idleArguments { cautions.append(idle) }
    return cautions
  }

  /// Arguments of the recipe that say nothing to a model without the networks that they are about.
  private var idleArguments: String? {
    let (neutral, hasPair) = (
      RecipeSpecification.neutral, !architecture.networks(of: .discriminator).isEmpty
    )
    let ofPairs: [(key: String, isSet: Bool)] = [
      ("objective", recipe.objective != neutral.objective), ("penalty", !recipe.penalties.isEmpty),
      ("critic", recipe.discriminatorSteps != neutral.discriminatorSteps),
      ("generator-steps", recipe.generatorSteps != neutral.generatorSteps),
      ("smooth", recipe.realLabel != neutral.realLabel),
      ("updates", recipe.updates != neutral.updates), ("fakes", recipe.fakes != neutral.fakes),
    ]
    if !hasPair, let first = ofPairs.first(where: \.isSet)?.key {
      return "`\(first)` changes nothing: it is about a discriminator, and the model has none"
    }
    if recipe.divergenceWeight != neutral.divergenceWeight,
      architecture.networks(of: .encoder).isEmpty
    {
      return "`beta` changes nothing: it is about an encoder, and the model has none"
    }
    return nil
  }
}
