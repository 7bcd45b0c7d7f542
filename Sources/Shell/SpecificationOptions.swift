import Networks
import Specification

/// Keys of the statements that Specification reads, for help, completion and the reference pages.
/// A test compares them with the keys that it knows.
package let architectureOptions = [
  OptionSynopsis("image", .text, "height x width x channels of an image, `64x64x3`"),
  OptionSynopsis("points", .integer, "or: dimensions of a point"),
  OptionSynopsis(
    "width", .integer, "presets: channels or units of the narrowest layer",
    initial: "the preset's"),
  OptionSynopsis(
    "depth", .integer, "`denoiser`: how many convolutions it has, 10; `resnet`: 8, 10, 14 or 18",
    initial: "10; 8",
    example: "arch dn like denoiser image=32x32x3 width=8 depth=4"),
  OptionSynopsis(
    "latent", .integer, "numbers in a latent vector", initial: "100; for points 2",
    example: "arch dc like dcgan image=32x32x3 width=8 latent=64"),
  OptionSynopsis(
    "prior", .choice(LatentDistribution.allCases.map(\.rawValue)),
    "what latents are drawn from; truncated: N(0, I) between -2 and 2",
    initial: "normal", example: "arch mine like mlp points=2 prior=uniform",
    values: LatentDistribution.allCases.map { OptionValue($0.rawValue, $0.summary) }),
  OptionSynopsis(
    "labels", .text, "attributes that the model is given or tells, `Smiling,Male`",
    example: "arch mine custom image=16x16x1 latent=8 labels=Smiling {\n"
      + "  generator(z, label) { concat label; dense 16x16x1; tanh }\n"
      + "  discriminator(image, label) { flatten; concat label; dense 1 } }"),
  OptionSynopsis(
    "numbers", .text,
    "or: numbers that the model is given or tells, `Yaw`, or `Age:18..80`, which networks see as -1..1",
    example: "arch pose like classifier image=32x32x3 width=4 numbers=Yaw,Pitch"),
  OptionSynopsis(
    "classes", .integer, "or: how many classes there are",
    example: "arch mine custom image=16x16x1 latent=8 classes=10 {\n"
      + "  generator(z, label) { concat label; dense 16x16x1; tanh }\n"
      + "  discriminator(image, label) { flatten; concat label; dense 1 } }"),
  OptionSynopsis(
    "condition", .choice(Preset.Condition.allCases.map(\.rawValue)),
    "presets: how labels reach the discriminator", initial: "projection",
    example: "arch cd like dcgan image=32x32x3 width=8 classes=4 condition=auxiliary",
    values: Preset.Condition.allCases.map {
      OptionValue($0.rawValue, $0.summary, synonyms: $0.synonyms)
    }),
  OptionSynopsis(
    "norm", .choice(Variants.norms), "presets: what both networks normalise by",
    initial: "the preset's", example: "arch dc like dcgan image=32x32x3 width=8 norm=instancenorm"),
  OptionSynopsis(
    "gnorm", .choice(Variants.norms), "the same of the generator alone",
    example: "arch dc like dcgan image=32x32x3 width=8 gnorm=pixelnorm"),
  OptionSynopsis(
    "dnorm", .choice(Variants.norms), "the same of the discriminator alone",
    example: "arch dc like dcgan image=32x32x3 width=8 dnorm=spectral"),
  OptionSynopsis(
    "activation", .choice(Variants.activations), "presets: the activation of hidden layers",
    initial: "the preset's", example: "arch dc like dcgan image=32x32x3 width=8 activation=silu"),
  OptionSynopsis(
    "dropout", .number, "presets: the rate after the discriminator's hidden layers", initial: "0",
    example: "arch dc like dcgan image=32x32x3 width=8 dropout=0.3"),
  OptionSynopsis(
    "gdropout", .number, "the same of the generator", initial: "0",
    example: "arch dc like dcgan image=32x32x3 width=8 gdropout=0.1"),
  OptionSynopsis(
    "pack", .integer, "examples that a discriminator judges together (PacGAN)", initial: "1",
    example: "arch dc like dcgan image=32x32x3 width=8 pack=2",
    discussion: """
      A discriminator is given so many examples as one, all real or all fake, and answers for them together: where \
      fakes are more alike than examples, it sees it (Lin et al. 2018; the preset `pacgan`).
      """, synonyms: ["packing", "packed", "packed-discriminator"]),
  OptionSynopsis(
    "upsample", .choice(["deconv", "resize"]), "presets: how the generator doubles the image",
    initial: "deconv", example: "arch dc like dcgan image=32x32x3 width=8 upsample=resize",
    values: [
      OptionValue("deconv", "a transposed convolution"),
      OptionValue("resize", "nearest neighbours, then a 3x3 convolution"),
    ]),
]

package let recipeOptions = (writtenRecipeOptions + remedyOptions).map(\.completed)

/// What is said of a rate of one network alone.
private let twoRates = """
  Two rates, the discriminator's above the generator's, are the two time-scale update rule, TTUR (Heusel et al. 2017, \
  arXiv:1706.08500): `glr=1e-4 dlr=4e-4`.
  """

private let remedyOptions: [OptionSynopsis] = Signatures.all.remedies.map { signature in
  OptionSynopsis(
    signature.keyword, .number, signature.summary, initial: "no",
    example: "recipe calm \(signature.optionUsage)", synonyms: signature.synonyms)
}

/// Those that are no remedies.
private let writtenRecipeOptions: [OptionSynopsis] =
  [
    OptionSynopsis(
      "objective", .choice(Signatures.all.objectives.map(\.keyword)), "what is played for",
      initial: "nonsaturating", example: "recipe calm objective=minimax"),
    OptionSynopsis("lr", .number, Dial.learningRate.summary, initial: "2e-4"),
    OptionSynopsis(
      "glr", .number, Dial.generatorLearningRate.summary, example: "recipe calm glr=1e-4",
      discussion: twoRates),
    OptionSynopsis(
      "dlr", .number, Dial.discriminatorLearningRate.summary, example: "recipe calm dlr=4e-4",
      discussion: twoRates),
    OptionSynopsis(
      "betas", .text, Dial.betas.summary, initial: "0.5,0.999", example: "recipe calm betas=0,0.9"),
    OptionSynopsis(
      "gbetas", .text, Dial.generatorBetas.summary, example: "recipe calm gbetas=0,0.9"),
    OptionSynopsis(
      "dbetas", .text, Dial.discriminatorBetas.summary, example: "recipe calm dbetas=0.5,0.9"),
    OptionSynopsis(
      "beta1", .number, Dial.firstBeta.summary, example: "recipe calm beta1=0.5->0 over 20k"),
    OptionSynopsis(
      "beta2", .number, Dial.secondBeta.summary, example: "recipe calm beta2=0.9->0.99 over 20k"),
    OptionSynopsis(
      "epsilon", .number, Dial.epsilon.summary, initial: "1e-8",
      example: "recipe calm epsilon=1e-7"),
    OptionSynopsis(
      "gepsilon", .number, Dial.generatorEpsilon.summary, example: "recipe calm gepsilon=1e-7"),
    OptionSynopsis(
      "depsilon", .number, Dial.discriminatorEpsilon.summary, example: "recipe calm depsilon=1e-7"),
    OptionSynopsis(
      "optimiser", .choice(Signatures.all.optimisers.map(\.usage)),
      "how the weights of both networks are moved", initial: "adam",
      example: "recipe calm optimiser=rmsprop:0.99 lr=5e-5"),
    OptionSynopsis(
      "goptimiser", .choice(Signatures.all.optimisers.map(\.usage)),
      "how the weights of the generator are moved", example: "recipe calm goptimiser=adamw:0.01"),
    OptionSynopsis(
      "doptimiser", .choice(Signatures.all.optimisers.map(\.usage)),
      "how the weights of the discriminator are moved", example: "recipe calm doptimiser=sgd:0.9"),
    OptionSynopsis("batch", .integer, "examples in a step", initial: "64"),
    OptionSynopsis(
      "critic", .integer, Dial.discriminatorSteps.summary, initial: "1",
      example: "recipe calm critic=5"),
    OptionSynopsis(
      "generator-steps", .integer, "updates of the generator in a step", initial: "1",
      example: "recipe calm generator-steps=2"),
    OptionSynopsis(
      "unrolled", .integer, "discriminator's updates that the generator's loss is seen through",
      initial: "0", example: "recipe calm unrolled=5"),
    OptionSynopsis(
      "updates", .choice(UpdateOrder.allCases.map(\.rawValue)),
      "whether the generator is updated through the discriminator as just updated",
      initial: "sequential",
      example: "recipe calm updates=simultaneous",
      discussion: """
        Against going round in circles there are also the remedies `consensus-optimisation` (Mescheder et al. 2017) and \
        `symplectic-adjustment` (Balduzzi et al. 2018), which with `updates=simultaneous` are the papers', and \
        `optimiser=optimistic` (Daskalakis et al. 2018).
        """,
      values: UpdateOrder.allCases.map {
        OptionValue($0.rawValue, $0.summary, synonyms: $0.synonyms)
      }),
    OptionSynopsis(
      "fakes", .choice(FakeBatch.allCases.map(\.rawValue)),
      "whether the generator's update uses the discriminator's fakes", initial: "same",
      example: "recipe calm fakes=fresh",
      values: FakeBatch.allCases.map { OptionValue($0.rawValue, $0.summary) }),
    OptionSynopsis(
      "ema", .text, "decay of the averaged generator, or no", initial: "no",
      example: "recipe calm ema=0.999",
      discussion: """
        After each update of the generator its average moves to its weights by a share of 1 - decay (Yazıcı et al. 2019, \
        arXiv:1806.04498). `ema-half-life` says the decay in examples, `ema-ramp-up` shortens it while the average is \
        young.
        """),
    OptionSynopsis(
      "smooth", .number, Dial.realLabel.summary, initial: "1",
      example: "recipe calm smooth=0.9",
      discussion: """
        One-sided label smoothing: the target of real examples is below 1, that of fakes stays 0 (Salimans et al. 2016, \
        arXiv:1606.03498). `smooth-fakes` smooths the other side, `flip-labels` exchanges targets at random.
        """),
    OptionSynopsis(
      "beta", .number, Dial.divergenceWeight.summary, initial: "1",
      example: "recipe calm beta=4"),
    OptionSynopsis(
      "class-weights", .choice(ClassWeights.allCases.map(\.rawValue)),
      "balanced: an example counts the more in a classifier's loss, the rarer its class or attribute is",
      initial: "equal", example: "recipe fair class-weights=balanced"),
    OptionSynopsis(
      "margin", .number,
      "how far the cosine of the right class is to be above the others; of classifiers that end in `cosine`",
      initial: "0; of `recogniser` 0.35", example: "recipe apart margin=0.2"),
    OptionSynopsis(
      "augment", .choice(Augmentation.signatures.map(\.usage) + ["no"]),
      "what is done to examples before they are learned from, several with `+` between",
      initial: "no",
      example: "recipe calm augment=flip+crop:0.8+rotate:15"),
    OptionSynopsis(
      "damage", .choice(Damage.signatures.map(\.usage) + ["no"]),
      "what a restorer learns to repair, several with `+` between", initial: "no",
      example: "recipe calm damage=blur:1+hole:centre"),
    OptionSynopsis(
      "reconstruction", .choice(Reconstruction.allCases.map(\.rawValue)),
      "error of a repaired image: squares or absolute values, of all or of what was damaged",
      initial: "l2", example: "recipe calm reconstruction=hole-l1"),
    OptionSynopsis(
      "adversarial", .number, Dial.adversarialWeight.summary, initial: "0.001",
      example: "recipe calm adversarial=0->0.001 over 2k"),
    OptionSynopsis(
      "freeze", .text,
      "first layers of a network that keep their weights, `discriminator:3`, or move more slowly, `discriminator:3:0.1`",
      initial: "no", example: "recipe calm freeze=discriminator:1+discriminator:3:0.1"),
    OptionSynopsis(
      "meta", .text, "learning over tasks, and how many updates each has; or no", initial: "no",
      example: "recipe few meta=reptile:5 tasks=Person"),
    OptionSynopsis(
      "tasks", .text, "the label whose values are the tasks of `meta`",
      example: "recipe few meta=reptile:10 tasks=Person"),
    OptionSynopsis(
      "meta-rate", .number, Dial.metaRate.summary, initial: "0.5",
      example: "recipe few meta=reptile:5 tasks=Person meta-rate=1->0.1 over 2k"),
    OptionSynopsis(
      "penalty", .choice(Signatures.all.penalties.map(\.usage) + ["no"]),
      "costs of the discriminator's scores and gradients with their weights, several with `+` between; "
        + "after `@` every how many updates", initial: "no",
      example: "recipe calm penalty=r1:1@4+drift:0.001"),
    OptionSynopsis(
      "precision", .choice(Precision.allCases.map(\.rawValue)),
      "bf16: convolutions and dense layers may multiply in it, each where that is faster; sums and weights are single",
      initial: "fp32",
      example: "recipe calm precision=bf16"),
  ]

extension OptionSynopsis {
  /// An option of a recipe with its other names, and with what is to be said of a number that may glide.
  fileprivate var completed: OptionSynopsis {
    var option = self
    option.synonyms += RecipeSpecification.otherNames(of: key)
    guard let dial = Dial(rawValue: key), dial.count == 1, !dial.isWhole, dial != .penaltyWeight
    else { return option }
    let numbers = key.hasSuffix("lr") ? "1e-3->1e-4" : "FROM->TO"
    option.discussion +=
      (option.discussion.isEmpty ? "" : "\n\n")
      + "It may glide: `\(key)=\(numbers) over 1000`. `help schedule` tells more."
    return option
  }
}
