import Datasets
import Networks
import Specification

extension Manual {
  package static let objectives = section(
    "objectives", singular: "objective",
    "what the two networks play for, `objective=` of a recipe", Signatures.all.objectives)

  package static let penalties = section(
    "penalties", singular: "penalty",
    "costs of the discriminator's scores and gradients, `penalty=` of a recipe",
    Signatures.all.penalties)

  package static let optimisers = section(
    "optimisers", singular: "optimiser", "how weights are moved, `optimiser=` of a recipe",
    Signatures.all.optimisers)

  package static let remedies = Section(
    name: "remedies", singular: "remedy",
    summary: "changes of a step against an unstable game, options of a recipe and dials",
    discussion: """
      Other changes against an unstable game, or against lost modes:

          unrolled=5               the generator sees its loss through the discriminator's next updates
          critic=5                 more updates of the discriminator for each of the generator's
          glr=1e-4 dlr=4e-4        two rates (TTUR)
          updates=extragradient    gradients from where a step of both would lead; or simultaneous
          optimiser=optimistic     optimistic Adam
          penalty=r1:1             costs of the discriminator's gradients: `help penalties`
          smooth=0.9               one-sided label smoothing
          ema=0.999                samples of an average of the generator's weights
          arch … pack=2            a discriminator that judges several examples at once (PacGAN)
          weights=spectral         of a layer or a network: spectral normalisation, `help spectral`
          minibatchstd             a layer that sees how alike a batch is; or minibatchdisc
      """,
    entries: Signatures.all.remedies.map { signature in
      Entry(
        signature.keyword, signature.optionUsage, signature.summary, signature.discussion,
        synonyms: signature.synonyms,
        example: Example("A recipe with it.", "recipe calm \(signature.optionUsage)"))
    })

  package static let augmentations = Section(
    name: "augmentations", singular: "augmentation",
    summary: "what is done to examples before they are learned from, `augment=` of a recipe",
    entries: Augmentation.signatures.map { signature in
      Entry(
        signature.keyword, signature.usage, signature.summary, signature.discussion,
        synonyms: signature.synonyms,
        example: Example("A recipe with it.", "recipe calm augment=\(signature.usage)"))
    })

  package static let damages = Section(
    name: "damages", singular: "damage",
    summary: "what spoils images before they are repaired, `damage=` of a recipe and of `repair`",
    entries: Damage.signatures.map { signature in
      Entry(
        signature.keyword, signature.usage, signature.summary, signature.discussion,
        synonyms: signature.synonyms,
        example: Example("A recipe with it.", "recipe calm damage=\(signature.usage)"))
    })

  /// What the signatures of a kind say, in their order.
  private static func section(
    _ name: String, singular: String, _ summary: String, _ signatures: [Signature]
  ) -> Section {
    Section(
      name: name, singular: singular, summary: summary,
      entries: signatures.map { signature in
        Entry(
          signature.keyword, signature.usage, signature.summary, signature.discussion,
          synonyms: signature.synonyms + signature.wholes.keys.sorted(),
          example: Example("A recipe with it.", "recipe calm \(singular)=\(signature.usage)"))
      })
  }

  /// In the order of Specification's names; a test compares them.
  package static let initialisations = Section(
    name: "initialisations", singular: "init",
    summary: "how weights begin, `init=` of a network in a block",
    entries: [
      beginning("normal", "normal:0.02", "normal with that deviation, DCGAN's; scales around 1"),
      beginning("glorot-uniform", nil, "uniform, variance 2 / (fan in + fan out); Keras's"),
      beginning("glorot-normal", nil, "normal, variance 2 / (fan in + fan out)"),
      beginning("he-uniform", nil, "uniform, variance for rectifiers (He et al. 2015)"),
      beginning("he-normal", nil, "normal, variance for rectifiers (He et al. 2015)"),
      beginning("torch", nil, "uniform within ±1 / √(fan in), biases too; PyTorch's"),
      beginning("orthogonal", "orthogonal:1", "orthogonal rows times that gain (Saxe et al. 2014)"),
    ])

  private static func beginning(_ name: String, _ usage: String?, _ summary: String) -> Entry {
    Entry(
      name, usage, summary,
      example: Example(
        "Both networks begin so.",
        """
        arch mine custom points=2 latent=2 {
          generator init=\(usage ?? name)     { dense 32; relu; dense 2 }
          discriminator init=\(usage ?? name) { dense 32; relu; dense 1 } }
        """))
  }

  /// What weights pass through before they are used; `no`, and `network` of a layer, are told with the options.
  package static let weightTransforms = Section(
    name: "weight-transforms", singular: "weights",
    summary: "what weights pass through before they are used, `weights=` of a layer or a network",
    discussion: """
      In `arch … { discriminator weights=spectral { … } }` it holds for all layers of the network that have weights; a layer \
      that says `weights=` itself goes before. `weights=no` is none.
      """,
    entries: [
      transform(
        "spectral", nil, "divided by their largest singular value: spectral normalisation",
        """
        Miyato et al. 2018, arXiv:1802.05957, algorithm 1: one step of a power iteration in each application in training. The \
        presets `sngan` and `sagan` have it, others take `norm=spectral` or `dnorm=spectral`.
        """, ["spectral-normalisation", "spectral-norm", "sn"]),
      transform(
        "weightnorm", nil, "a direction and a length for each output: weight normalisation",
        "Salimans and Kingma 2016, arXiv:1602.07868.", ["weight-normalisation", "wn"]),
      transform(
        "equalised", "equalised:1.414", "multiplied by that gain / √(fan in), begun as N(0, 1)",
        "Karras et al. 2018, arXiv:1710.10196, section 4.1. Without a number the gain is √2.",
        ["equalised-learning-rate", "equalised-lr"]),
    ])

  private static func transform(
    _ name: String, _ usage: String?, _ summary: String, _ discussion: String,
    _ synonyms: [String]
  ) -> Entry {
    Entry(
      name, usage, summary, discussion, synonyms: synonyms,
      example: Example(
        "A discriminator with it.",
        """
        arch mine custom points=2 latent=2 {
          generator { dense 32; relu; dense 2 }
          discriminator weights=\(usage ?? name) { dense 32; relu; dense 1 } }
        """))
  }

  /// Every source, as the file that opens it describes it.
  package static let sources = Section(
    name: "sources", singular: "source", summary: "where examples come from, in `data`",
    entries: [SourceSignature].all.map { source in
      Entry(
        source.keyword, source.usage, source.summary, source.discussion,
        synonyms: source.synonyms, example: Example(source.use.caption, source.use.statement))
    })

  /// What it is trained with, every number of it.
  private static func recipe(of preset: Preset) -> String {
    let recipes = preset.recipes.map { "`\($0)`" }
    return "Without `with` it is trained by " + recipes.joined(separator: ", points by ") + "."
  }

  /// Every preset, as the file that writes it out describes it.
  package static let presets = Section(
    name: "presets", singular: "preset", summary: "architectures by name, after `like` in `arch`",
    entries: Preset.all.map { preset in
      Entry(
        preset.keyword, "like \(preset.keyword)", preset.summary,
        preset.discussion + "\n\n" + recipe(of: preset), synonyms: preset.synonyms,
        example: Example("Every number of it.", preset.example))
    })
}
