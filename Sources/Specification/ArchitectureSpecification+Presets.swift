package import Language
import TerminalText

/// The architectures that gansh knows by name; each is a function that writes out every number.
package enum ArchitecturePreset: String, Sendable, Hashable, CaseIterable {
  case mlp, conv, dcgan

  /// The complete architecture.
  ///
  /// - Parameters:
  ///   - width: nil for the preset's own.
  ///   - latent: nil for the preset's own.
  /// - Throws: when the preset cannot make such examples; without a place.
  package func architecture(
    of example: ExampleShape, width: Int? = nil, latent: Int? = nil
  ) throws(Diagnostic) -> ArchitectureSpecification {
    switch (self, example) {
    case (.mlp, .point(let dimensions)):
      try .mlp(points: dimensions, width: width ?? 128, latent: latent ?? 2)
    case (.mlp, .image(let image)):
      try .mlp(image: image, width: width ?? 256, latent: latent ?? 100)
    case (.conv, .image(let image)):
      try .conv(image: image, width: width ?? 64, latent: latent ?? 100)
    case (.dcgan, .image(let image)):
      try .dcgan(image: image, width: width ?? 64, latent: latent ?? 100)
    case (.conv, .point), (.dcgan, .point):
      throw Diagnostic(
        "\(rawValue) makes images, not points", help: ["`mlp` makes points as well as images"])
    }
  }

  /// How the weights of a network begin that is written under the preset's name.
  package var initialisation: Initialisation {
    switch self {
    case .mlp: .torch
    case .conv: .glorotUniform
    case .dcgan: .normal(deviation: 0.02)
    }
  }
}

extension ArchitectureSpecification {
  /// Multilayer perceptrons for images: a generator of `width`, 2·`width` and 4·`width` hidden
  /// units (linear, LeakyReLU .2, BatchNorm), tanh; a discriminator of 2·`width` and `width`.
  ///
  /// PyTorch's initial weights and batch normalisation (momentum .1, eps 1e-5), latents N(0, I).
  package static func mlp(
    image: ImageShape, width: Int = 256, latent: Int = 100
  ) throws(Diagnostic) -> ArchitectureSpecification {
    try checkWidth(width, largest: 4)
    let shape = ExampleShape.image(image).dimensions
    guard let values = shape.product(atMost: Limits.maximumValues) else {
      throw Diagnostic("an image of \(image) is not possible")
    }
    let hidden = [width, 2 * width, 4 * width].flatMap {
      layers(.dense(output: [$0], bias: true), leaky, torchNormalisation)
    }
    let generator =
      hidden + layers(.dense(output: [values], bias: true), .activation(.tanh), .reshape(shape))
    let discriminator =
      layers(.flatten)
      + [2 * width, width].flatMap { layers(.dense(output: [$0], bias: true), leaky) }
      + layers(.dense(output: [1], bias: true))
    return try complete(.mlp, .image(image), latent, generator, discriminator)
  }

  /// Multilayer perceptrons for points: two hidden layers of `width`, LeakyReLU .2, in both.
  package static func mlp(
    points dimensions: Int, width: Int = 128, latent: Int = 2
  ) throws(Diagnostic) -> ArchitectureSpecification {
    try checkWidth(width, largest: 1)
    let hidden = [width, width].flatMap { layers(.dense(output: [$0], bias: true), leaky) }
    return try complete(
      .mlp, .point(dimensions: dimensions), latent,
      hidden + layers(.dense(output: [dimensions], bias: true)),
      hidden + layers(.dense(output: [1], bias: true)))
  }

  /// The small convolutional pair, with the Keras defaults it was published with (Glorot uniform,
  /// batch normalisation with momentum .8 and eps .001): the generator goes from an eighth of the
  /// image with 8·`width` channels through 2·`width` and `width`; the discriminator has `width`
  /// and 2·`width`, dropout .3.
  package static func conv(
    image: ImageShape, width: Int = 64, latent: Int = 100
  ) throws(Diagnostic) -> ArchitectureSpecification {
    try checkWidth(width, largest: 8)
    guard image.height % 8 == 0, image.width % 8 == 0, image.height > 0, image.width > 0 else {
      throw Diagnostic(
        "conv makes images whose height and width are multiples of 8, not \(image)",
        help: ["`mlp` takes any"])
    }
    let normalisation = LayerSpecification.Kind.batchNormalisation(
      momentum: .keras(0.8), epsilon: 0.001)
    let window = Window(kernel: [4, 4], stride: [2, 2], padding: .same)
    func larger(_ channels: Int) -> LayerSpecification.Kind {
      .transposedConvolution(channels: channels, window: window, outputPadding: 0, bias: true)
    }
    func smaller(_ channels: Int) -> LayerSpecification.Kind {
      .convolution(channels: channels, window: window, bias: true)
    }
    let start = [8 * width, image.height / 8, image.width / 8]
    let generator = layers(
      .dense(output: start, bias: true), leaky, normalisation,
      larger(2 * width), leaky, normalisation,
      larger(width), leaky, normalisation,
      larger(image.channels), .activation(.tanh))
    let discriminator = layers(
      smaller(width), leaky, .dropout(rate: 0.3),
      smaller(2 * width), leaky, .dropout(rate: 0.3),
      .flatten, .dense(output: [1], bias: true))
    return try complete(.conv, .image(image), latent, generator, discriminator)
  }

  /// DCGAN (Radford et al. 2016, as in the PyTorch examples): square images whose side is a multiple
  /// of 16; no biases; from the smallest square that doublings bring to the side and that is 4x4 or
  /// larger, by 4x4 kernels that double it, the channels halved at each to `width`; ReLU and LeakyReLU
  /// .2; weights N(0, .02). The discriminator mirrors it and normalises all but its first layer.
  package static func dcgan(
    image: ImageShape, width: Int = 64, latent: Int = 100
  ) throws(Diagnostic) -> ArchitectureSpecification {
    let size = image.height
    guard size > 0, size % 16 == 0, image.width == size, [1, 3].contains(image.channels) else {
      throw Diagnostic(
        "dcgan makes square images whose side is a multiple of 16, with 1 or 3 channels, not \(image)",
        help: ["`conv` takes sides that are multiples of 8, `mlp` takes any"])
    }
    // 4x4 for a power of two, 5x5 for 80, 6x6 for 48 and 96, 7x7 for 112.
    var (start, doublings) = (size, 0)
    while start % 2 == 0, start > 7 { (start, doublings) = (start / 2, doublings + 1) }
    try checkWidth(width, largest: 1 << (doublings - 1))
    let once = Window(kernel: [start, start], stride: [1, 1], padding: .valid)
    let twice = Window(kernel: [4, 4], stride: [2, 2], padding: .explicit(1))
    var generator = layers(.reshape([latent, 1, 1]))
    var discriminator: [LayerSpecification] = []
    let falling = (0..<doublings).map { width << $0 }
    let rising = falling.reversed()
    for (index, channels) in rising.enumerated() {
      generator += layers(
        .transposedConvolution(
          channels: channels, window: index == 0 ? once : twice, outputPadding: 0, bias: false),
        torchNormalisation, .activation(.relu))
    }
    generator += layers(
      .transposedConvolution(
        channels: image.channels, window: twice, outputPadding: 0, bias: false),
      .activation(.tanh))
    for (index, channels) in falling.enumerated() {
      discriminator += layers(.convolution(channels: channels, window: twice, bias: false))
      if index > 0 { discriminator += layers(torchNormalisation) }
      discriminator += layers(leaky)
    }
    discriminator += layers(.convolution(channels: 1, window: once, bias: false))
    return try complete(.dcgan, .image(image), latent, generator, discriminator)
  }

  // MARK: Parts

  private static let leaky = LayerSpecification.Kind.activation(.leakyRelu(slope: 0.2))
  private static let torchNormalisation = LayerSpecification.Kind.batchNormalisation(
    momentum: .torch(0.1), epsilon: 1e-5)

  private static func layers(_ kinds: LayerSpecification.Kind...) -> [LayerSpecification] {
    kinds.map(LayerSpecification.init)
  }

  private static func checkWidth(_ width: Int, largest factor: Int) throws(Diagnostic) {
    guard width >= 1, width <= Limits.channels.upperBound / factor else {
      throw Diagnostic(
        "width is from 1 to \(grouped(Limits.channels.upperBound / factor)) here, not \(width)")
    }
  }

  private static func complete(
    _ preset: ArchitecturePreset, _ example: ExampleShape, _ latent: Int,
    _ generator: [LayerSpecification], _ discriminator: [LayerSpecification]
  ) throws(Diagnostic) -> ArchitectureSpecification {
    let architecture = ArchitectureSpecification(
      origin: preset.rawValue, example: example, latent: latent, latentDistribution: .normal,
      generator: NetworkSpecification(
        layers: generator, initialisation: preset.initialisation),
      discriminator: NetworkSpecification(
        layers: discriminator, initialisation: preset.initialisation))
    _ = try architecture.placed()
    return architecture
  }
}

extension RecipeSpecification {
  /// The recipe that an architecture is trained with when none is named: non-saturating, Adam with
  /// 2e-4 and (.5, .999), batch 64; `conv` was published with batch 32.
  package static func standard(for architecture: ArchitectureSpecification) -> RecipeSpecification {
    switch ArchitecturePreset(rawValue: architecture.origin) {
    case .conv: RecipeSpecification(batch: 32)
    case .mlp, .dcgan, nil: RecipeSpecification()
    }
  }
}
