import Language

extension RecipeSpecification {
  /// Options by their names in other programs and in the literature, those of remedies apart, which their signatures
  /// have. A name may stand for several.
  private static let table: [(option: String, names: [String])] = [
    ("objective", ["loss"]),
    ("lr", ["learning-rate", "step-size"]),
    ("glr", ["lr-g", "g-lr", "ttur", "two-time-scale", "two-timescale-update-rule"]),
    ("dlr", ["lr-d", "d-lr", "ttur", "two-time-scale", "two-timescale-update-rule"]),
    ("optimiser", ["optim", "optimizer", "momentum", "weight-decay"]),
    ("batch", ["batch-size"]),
    ("critic", ["n-critic", "d-steps", "discriminator-steps", "critic-steps"]),
    ("generator-steps", ["g-steps", "n-generator"]),
    ("unrolled", ["unroll", "unrolled-steps", "unrolling-steps", "unrolling"]),
    (
      "ema",
      ["ema-decay", "exponential-moving-average", "moving-average", "weight-averaging"]
    ),
    ("smooth", ["label-smoothing", "one-sided-label-smoothing", "real-label"]),
    ("beta", ["beta-vae"]),
    ("penalty", ["lambda", "gamma"]),
    ("augment", ["augmentation", "augmentations", "transform", "transforms", "mixup"]),
    ("damage", ["corruption", "degradation", "mask"]),
    ("reconstruction", ["rec-loss"]),
    ("freeze", ["frozen", "freezed", "freeze-layers", "freeze-d"]),
    ("meta", ["reptile", "inner-steps"]), ("meta-rate", ["meta-lr", "outer-lr"]),
    ("adversarial", ["adv-weight", "lambda-adv"]),
    ("precision", ["mixed-precision", "amp"]),
  ]

  /// Other names of an option, as they may be typed.
  package static func otherNames(of option: String) -> [String] {
    table.first { $0.option == option }?.names ?? []
  }

  /// The options that another word means, as they may be typed: `smooth`, `penalty=gp:10`.
  ///
  /// - Parameter signatures: the keywords that there are; nil: those of options alone are known.
  package static func options(called word: String, _ signatures: Signatures?) -> [String] {
    if optionKeys.contains(word) { return [word] }
    let plain = plainName(word)
    func isMeant(_ names: [String]) -> Bool { names.contains { plainName($0) == plain } }
    let remedies = (signatures?.remedies ?? []).filter { isMeant([$0.keyword] + $0.synonyms) }
    if !remedies.isEmpty { return remedies.map(\.keyword) }
    let options = table.filter { isMeant([$0.option] + $0.names) }
    if !options.isEmpty { return options.map(\.option) }
    if let dial = Dial(inWords: word) { return [dial.rawValue] }
    // `gp=10`, `lambda_gp=10`, `r1_gamma=1`
    let penalties = (signatures?.penalties ?? []).filter { penalty in
      isMeant(
        ([penalty.keyword] + penalty.synonyms).flatMap {
          [$0, "lambda-\($0)", "\($0)-weight", "\($0)-gamma"]
        })
    }
    return penalties.map { "penalty=\($0.usage)" }
  }
}
