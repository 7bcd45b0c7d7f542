extension RunSpecification {
  /// What is allowed and seldom meant: one sentence each, with the way out.
  package func cautions(_ signatures: Signatures) -> [String] {
    var cautions: [String] = []
    for (name, network) in [
      ("generator", architecture.generator), ("discriminator", architecture.discriminator),
    ] where network.normalisesByBatch && recipe.batch == 1 {
      cautions.append(
        "the \(name)'s batch normalisation has batches of one example: it normalises each by itself, "
          + "and nothing of it is left after a dense layer; use `layernorm`, or a larger batch")
    }
    let penalties = recipe.penalties.compactMap { signatures.penalties.named($0.keyword) }
    if penalties.contains(where: \.isOfEachExample)
      && architecture.discriminator.normalisesByBatch
    {
      // Gulrajani et al. 2017, arXiv:1704.00028, section 4, "No critic batch normalization".
      cautions.append(
        "the penalty takes gradients example by example, but by the discriminator's batch normalisation "
          + "each score depends on the whole batch; use `layernorm` there, or no penalty")
    }
    return cautions
  }
}

extension NetworkSpecification {
  fileprivate var normalisesByBatch: Bool {
    layers.contains { if case .batchNormalisation = $0.kind { true } else { false } }
  }
}
