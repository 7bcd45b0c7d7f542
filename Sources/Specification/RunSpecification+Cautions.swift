extension RunSpecification {
  /// What is allowed and seldom meant: one sentence each, with the way out.
  package func cautions(_ signatures: Signatures) -> [String] {
    var cautions: [String] = []
    func normalises(_ layer: LayerSpecification) -> Bool {
      let traits = signatures.layers.named(layer.keyword)?.traits ?? []
      return traits.contains(.mixesExamples) && !traits.contains(.judgesBatches)
    }
    /// By which layer a score depends on the whole batch, and what may be done; nil: by none.
    let mixing = architecture.networks(of: .discriminator).lazy.flatMap(\.allLayers).first {
      signatures.layers.named($0.keyword)?.traits.contains(.mixesExamples) ?? false
    }.map { layer in
      (
        name: normalises(layer) ? "batch normalisation" : "`\(layer.keyword)`",
        way: normalises(layer) ? "use `layernorm` there" : "leave it out"
      )
    }
    for network in architecture.networks
    where network.allLayers.contains(where: normalises) && recipe.batch == 1 {
      cautions.append(
        "the \(network.name)'s batch normalisation has batches of one example: it normalises each by "
          + "itself, and nothing of it is left after a dense layer; use `layernorm`, or a larger batch"
      )
    }
    let penalties = recipe.penalties.compactMap { signatures.penalties.named($0.keyword) }
    if let mixing, penalties.contains(where: \.isOfEachExample) {
      // Gulrajani et al. 2017, arXiv:1704.00028, section 4, "No critic batch normalization".
      cautions.append(
        "the penalty takes gradients example by example, but by the discriminator's \(mixing.name) "
          + "each score depends on the whole batch; \(mixing.way), or use no penalty")
    }
    let ofExamples = recipe.remedies.first {
      signatures.remedies.named($0.keyword)?.isOfEachExample == true
    }
    if let ofExamples, let mixing {
      cautions.append(
        "`\(ofExamples.keyword)` takes gradients example by example, but by the discriminator's "
          + "\(mixing.name) each score depends on the whole batch; \(mixing.way)")
    }
    if let idle = idleArguments(signatures) { cautions.append(idle) }
    if observation.signals == nil, observation.response != .warn {
      cautions.append("`on-collapse` changes nothing: without `signals` no alarm is raised")
    }
    if test != nil, architecture.networks(of: .classifier).isEmpty,
      architecture.networks(of: .encoder).isEmpty,
      architecture.networks(of: .restorer).isEmpty,
      observation.signals == nil || architecture.networks(of: .discriminator).isEmpty
    {
      cautions.append("`test` changes nothing: of such a model nothing is measured on it")
    }
    cautions += architecture.networks.compactMap(\.unreadInput)
    if architecture.networks(of: .restorer).contains(where: { $0.inputs.contains("mask") }),
      !recipe.damage.isEmpty, !recipe.damage.hasHoles
    {
      cautions.append(
        "the restorer is given a mask, and \(recipe.damage) leaves no holes: it learns to fill none"
      )
    }
    if let idle = idleDamage { cautions.append(idle) }
    cautions += augmentationCautions
    if architecture.labels != nil, !architecture.readsLabels {
      cautions.append(
        "the architecture has labels, but no network reads them: write `generator(z, label) { … }` and "
          + "`discriminator(image, label) { … }`")
    }
    for network in architecture.networks where [.generator, .decoder].contains(network.role) {
      guard case .image = architecture.example, let last = network.layers.last?.keyword,
        ["sigmoid", "relu", "softplus"].contains(last)
      else { continue }
      cautions.append(
        "the \(network.name) ends in `\(last)`, but the values of examples are from -1 to 1: `tanh` "
          + "gives those")
    }
    return cautions
  }

  /// What augmentation does that is seldom meant.
  private var augmentationCautions: [String] {
    let augmentation = recipe.augmentation
    guard case .image(let image) = architecture.example, !augmentation.isEmpty else { return [] }
    var cautions: [String] = []
    if let idle = augmentation.parts.first(where: { $0.changesNothing(of: image) }) {
      cautions.append("`\(idle)` of `augment` changes nothing of images of \(image)")
    }
    let flips = augmentation.parts.contains { if case .flip = $0 { true } else { false } }
    if flips, dataset.root.preprocessing?.flip == true {
      cautions.append(
        "examples are mirrored twice over: by `flip=yes` of the data and by `augment=\(augmentation)`"
      )
    }
    let distorting = augmentation.distorting
    if !distorting.isEmpty, !architecture.networks(of: .discriminator).isEmpty,
      architecture.networks(of: .restorer).isEmpty
    {
      cautions.append(
        "the generator learns to make examples as `augment=\(distorting)` leaves them; what both networks see "
          + "changed alike (`augment-colour`, `ada-target`) it does not")
    }
    return cautions
  }

  /// Damage that a restorer learns nothing from.
  private var idleDamage: String? {
    let damage = recipe.damage
    guard case .image(let image) = architecture.example, !damage.isEmpty,
      !architecture.networks(of: .restorer).isEmpty
    else { return nil }
    if damage.leavesNothing(of: image) {
      return "\(damage) leaves nothing of images of \(image): the restorer has nothing to go by"
    }
    return damage.parts.allSatisfy(\.spoilsNothing)
      ? "\(damage) spoils nothing: the restorer learns to return what it is given" : nil
  }

  /// Arguments of the recipe that say nothing to a model without the networks that they are about.
  private func idleArguments(_ signatures: Signatures) -> String? {
    let (neutral, hasPair) = (
      RecipeSpecification.neutral, !architecture.networks(of: .discriminator).isEmpty
    )
    let ofPairs: [(key: String, isSet: Bool)] = [
      ("objective", recipe.objective != neutral.objective), ("penalty", !recipe.penalties.isEmpty),
      ("critic", recipe.discriminatorSteps != neutral.discriminatorSteps),
      ("generator-steps", recipe.generatorSteps != neutral.generatorSteps),
      ("unrolled", recipe.unrolledSteps != neutral.unrolledSteps),
      (
        "smooth",
        recipe.realLabel != neutral.realLabel && architecture.networks(of: .classifier).isEmpty
      ),
      ("updates", recipe.updates != neutral.updates), ("fakes", recipe.fakes != neutral.fakes),
    ]
    let remedy = recipe.remedies.first {
      signatures.remedies.named($0.keyword)?.isOfDiscriminator == true
    }
    if !hasPair, recipe.realLabel != neutral.realLabel, architecture.labels?.isOfNumbers == true,
      !architecture.networks(of: .classifier).isEmpty
    {
      return "`smooth` changes nothing: it is about classes and attributes, and numbers are learned"
    }
    if !hasPair, let first = ofPairs.first(where: \.isSet)?.key ?? remedy?.keyword {
      return "`\(first)` changes nothing: it is about a discriminator, and the model has none"
    }
    if recipe.strength(of: "ada-ceiling") != nil, recipe.strength(of: "ada-target") == nil {
      return "`ada-ceiling` changes nothing without `ada-target`"
    }
    if recipe.strength(of: "ema-ramp-up") != nil, !recipe.keepsAverage {
      return "`ema-ramp-up` changes nothing without `ema` or `ema-half-life`: no average is kept"
    }
    if recipe.classWeights != neutral.classWeights,
      architecture.networks(of: .classifier).isEmpty || architecture.labels?.isOfNumbers == true
    {
      return "`class-weights` changes nothing: it is about a classifier of classes or attributes"
    }
    if recipe.margin != neutral.margin, architecture.networks(of: .classifier).isEmpty {
      return "`margin` changes nothing: it is about a classifier, and the model has none"
    }
    let ofRepair: [(key: String, isSet: Bool)] = [
      ("damage", !recipe.damage.isEmpty),
      ("reconstruction", recipe.reconstruction != neutral.reconstruction),
      ("adversarial", recipe.adversarialWeight != neutral.adversarialWeight),
    ]
    if architecture.networks(of: .restorer).isEmpty, let first = ofRepair.first(where: \.isSet) {
      return "`\(first.key)` changes nothing: it is about a restorer, and the model has none"
    }
    if recipe.metaRate != neutral.metaRate, recipe.meta == nil {
      return "`meta-rate` changes nothing without `meta`"
    }
    if recipe.divergenceWeight != neutral.divergenceWeight,
      architecture.networks(of: .encoder).isEmpty
    {
      return "`beta` changes nothing: it is about an encoder, and the model has none"
    }
    return nil
  }
}

extension NetworkSpecification {
  /// An input beside the first that no layer reads, in a sentence.
  fileprivate var unreadInput: String? {
    let read = Set(allLayers.flatMap { [$0.operand, $0.option("around")].compactMap(\.self) })
    guard let unread = inputs.dropFirst().first(where: { !read.contains($0) }) else { return nil }
    return
      "the \(name) is given `\(unread)`, but none of its layers reads it: `concat \(unread)` would"
  }
}

extension ArchitectureSpecification {
  /// Whether a network is given labels or tells them.
  fileprivate var readsLabels: Bool {
    networks.contains { network in
      network.role == .classifier || network.inputs.contains("label")
        || network.allLayers.contains { $0.keyword == "output" && $0.operand == "class" }
    }
  }
}
