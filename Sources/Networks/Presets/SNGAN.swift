import Language
import Specification

extension Preset {
  /// Miyato et al. 2018, arXiv:1802.05957, appendix B.4: residual networks, the discriminator's weights divided by
  /// their largest singular values.
  static let sngan = Preset(
    "sngan",
    summary: "residual networks with spectral normalisation, for square images of 16 to 256",
    discussion: """
      Miyato et al. 2018, appendix B.4: up to 32x32 their networks for CIFAR-10, of `width` (256) channels \
      in the generator and half of them in the discriminator; above, those for larger images, with `width` \
      (64) channels at the image's side and twice as many at each halving, to 16·`width`. Weights begin by \
      Glorot's scheme. Its recipe is hinge, five updates of the discriminator for one of the generator, \
      Adam with 2e-4 and (0, 0.9). Points by three hidden layers of `width` (512) ReLU in both networks.

      With `labels=` or `classes=` the label scales and shifts the generator's batch normalisation, and \
      `condition=` says how it reaches the discriminator, `projection` as in Miyato and Koyama 2018.
      """, options: ["width", "labels", "condition"], initialisation: .glorotUniform,
    recipe: residualRecipe(objective: Objective("hinge"), rate: 2e-4, critic: 5),
    example: "arch net like sngan image=32x32x3 width=16"
  ) { request throws(Diagnostic) in
    if let points = request.points {
      var architecture = try request.pointPair("sngan", points)
      architecture.networks[1].transform = "spectral"
      return architecture
    }
    let stages = try ResidualStages(request.image(for: "sngan"), for: "sngan")
    let widths = try ResidualWidths(request, stages)
    let labelled = try ConditionalParts(request)
    return try request.residualPair(
      "sngan", generator: widths.generator(stages, norm: labelled.norm),
      discriminator: widths.discriminator(stages, features: "relu; sumpool", labelled),
      transforms: (NetworkSpecification.noTransform, "spectral"), labelled)
  }

  static func residualRecipe(
    objective: Objective, rate: Double, discriminatorRate: Double? = nil, critic: Int
  ) -> RecipeSpecification {
    RecipeSpecification(
      objective: objective,
      generatorOptimiser: OptimiserSpecification(learningRate: rate, beta1: 0, beta2: 0.9),
      discriminatorOptimiser: OptimiserSpecification(
        learningRate: discriminatorRate ?? rate, beta1: 0, beta2: 0.9),
      discriminatorSteps: critic)
  }
}

/// Channels of the residual presets at each side.
struct ResidualWidths {
  /// After so many doublings.
  let generator: [Int]
  /// At the image's side first.
  let discriminator: [Int]
  /// Whether they are those for images up to 32x32.
  let isSmall: Bool

  /// - Parameter request: its `width` is of the whole generator up to 32x32, of the narrowest block above.
  init(_ request: Preset.Request, _ stages: ResidualStages) throws(Diagnostic) {
    let doublings = stages.doublings
    isSmall = stages.image.height <= 32
    if isSmall {
      let width = request.width ?? 256
      try Preset.checkWidth(width, largest: 1)
      generator = [Int](repeating: width, count: doublings + 1)
      discriminator = [Int](repeating: max(1, width / 2), count: 4)
      return
    }
    let width = request.width ?? 64
    try Preset.checkWidth(width, largest: 16)
    func channels(_ halvings: Int) -> Int { width << min(halvings, 4) }
    // The start is as wide as the first block gives.
    generator = [channels(doublings - 1)] + (1...doublings).map { channels(doublings - $0) }
    discriminator = (0...doublings).map(channels)
  }

  func generator(_ stages: ResidualStages, norm: String?) -> String {
    let blocks = (1...stages.doublings).map {
      Preset.growing(stages.name($0), generator[$0], norm: norm)
    }
    return """
      block as \(stages.name(0)) { dense \(stages.name(0))x\(generator[0]) }
      \(blocks.joined(separator: "\n"))
      block as image { \(Preset.activated(norm)); conv \(stages.image.channels) kernel=3 stride=1; tanh }
      """
  }

  /// - Parameters:
  ///   - features: the layers that make a vector of the last block's result.
  ///   - norm: a layer before each activation, with a `;` after it, or nothing.
  func discriminator(
    _ stages: ResidualStages, features: String, _ labelled: ConditionalParts, norm: String = ""
  ) -> String {
    var blocks = [
      labelled.start + Preset.first(stages.name(stages.doublings), discriminator[0])
    ]
    // Of small images two halve, of others all but the last.
    let halvings = isSmall ? 2 : stages.doublings
    for index in 1..<discriminator.count {
      let (before, channels) = (discriminator[index - 1], discriminator[index])
      let side = stages.doublings - min(index, halvings)
      let isSecond = index > halvings
      blocks.append(
        Preset.shrinking(
          stages.name(side) + (isSecond ? "-\(index - halvings + 1)" : ""), channels,
          inner: before, halves: index < halvings, isWider: channels != before, norm: norm))
    }
    return (blocks + ["block as score { \(labelled.end(features: features)) }"])
      .joined(separator: "\n")
  }
}

extension Preset.Request {
  func residualPair(
    _ preset: String, generator: String, discriminator: String,
    transforms: (generator: String, discriminator: String), _ labelled: ConditionalParts
  ) throws(Diagnostic) -> ArchitectureSpecification {
    var architecture = try pair(
      preset, .glorotUniform, latent: 128, generator: Preset.layers(generator),
      discriminator: Preset.layers(discriminator), labelled)
    architecture.networks[0].transform = transforms.generator
    architecture.networks[1].transform = transforms.discriminator
    return architecture
  }
}
