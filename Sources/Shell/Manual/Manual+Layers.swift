extension Manual {
  /// In the order of Specification's keywords; a test compares them.
  package static let layers = Section(
    name: "layers", singular: "layer", summary: "what stands in a block of `arch`",
    entries: [
      Entry(
        "dense", "dense 256", "every input weighs on every output",
        "`dense 8x8x512` gives an image of height x width x channels at once.", options: [bias],
        example: points("dense 48 bias=no; relu")),
      Entry(
        "conv", "conv 64", "a convolution with that many channels",
        """
        `padding=same` gives height / stride and width / stride, rounded up; `valid` pads nothing; a \
        number pads that many zeros on every side. A kernel and a stride may be `3x5`, height first.
        """, options: window,
        example: images(
          "dense 16x16x1; tanh", "conv 4 kernel=5 stride=2; lrelu 0.2; flatten; dense 1")),
      Entry(
        "deconv", "deconv 64", "a transposed convolution: stride=2 doubles height and width",
        "The output is (in - 1) · stride - padding + kernel + outpad, as PyTorch's.",
        options: window + [
          OptionSynopsis("outpad", .integer, "rows and columns added at the end", initial: "0")
        ],
        example: images("dense 8x8x4; lrelu 0.2; deconv 1 kernel=4 stride=2; tanh", nil)),
      Entry(
        "batchnorm", nil, "each channel to mean 0 and deviation 1 over the batch, then scaled",
        """
        `momentum=torch:0.1` is the share of the new batch in the running statistics, \
        `momentum=keras:0.9` the share of the old ones kept; a bare number is Keras's. The sampler \
        uses the running statistics.
        """,
        options: [
          OptionSynopsis(
            "momentum", .choice(["torch:0.1", "keras:0.8"]), "of the running statistics",
            initial: "torch:0.1"),
          OptionSynopsis(
            "eps", .number, "added to the variance", initial: "1e-5 (Keras's 1e-3)"),
        ], example: points("dense 32; lrelu 0.2; batchnorm momentum=keras:0.8")),
      Entry(
        "layernorm", nil, "each example to mean 0 and deviation 1, then scaled",
        options: [OptionSynopsis("eps", .number, "added to the variance", initial: "1e-5")],
        example: points("dense 32; layernorm eps=1e-6; relu")),
      Entry(
        "dropout", "dropout 0.3", "zeroes that share of the values, in training",
        "Those that stay are scaled by 1 / (1 - rate). Usual in a discriminator.",
        example: Example(
          "Dropout in the discriminator.",
          """
          arch mine custom points=2 latent=2 {
            generator     { dense 32; relu; dense 2 }
            discriminator { dense 32; lrelu 0.2; dropout 0.3; dense 1 } }
          """)),
      activation("relu", nil, "max(x, 0)"),
      activation("lrelu", "lrelu 0.2", "x above 0, and x times that slope below"),
      activation("elu", "elu 1", "x above 0, and alpha · (exp x - 1) below"),
      activation("tanh", nil, "to -1…1, as images are; a generator's last layer"),
      activation("sigmoid", nil, "1 / (1 + exp -x), to 0…1"),
      activation("softplus", nil, "log(1 + exp x)"),
      activation("silu", nil, "x · sigmoid x"),
      activation("gelu", nil, "x times the normal distribution's share below x"),
      Entry(
        "maxpool", "maxpool 2", "the largest value of each window", options: [poolingStride],
        example: images(
          "dense 16x16x1; tanh", "conv 4 stride=1; maxpool 2 stride=2; flatten; dense 1")),
      Entry(
        "avgpool", "avgpool 2", "the mean of each window", options: [poolingStride],
        example: images("dense 16x16x1; tanh", "conv 4 stride=1; avgpool 2; flatten; dense 1")),
      Entry(
        "globalpool", nil, "the mean of each channel",
        example: images(
          "dense 16x16x1; tanh", "conv 8 stride=2; lrelu 0.2; globalpool; dense 1")),
      Entry(
        "upsample", "upsample 2", "that many times as high and as wide",
        "The other way to grow an image: `upsample 2; conv 64 stride=1`.",
        options: [
          OptionSynopsis(
            "filter", .choice(["nearest", "bilinear"]), "what stands between", initial: "nearest")
        ],
        example: images(
          "dense 8x8x4; upsample 2 filter=bilinear; conv 1 kernel=3 stride=1; tanh", nil)),
      Entry(
        "reshape", "reshape 8x8x512", "the same values as height x width x channels",
        example: images("dense 256; reshape 16x16x1; tanh", nil)),
      Entry(
        "flatten", nil, "the same values as one vector",
        example: images("dense 16x16x1; tanh", "conv 4; lrelu 0.2; flatten; dense 1")),
    ])

  /// Keys of the names that stand around layers.
  package static let networks = ["generator", "discriminator"]
  static let networkOptions = [
    OptionSynopsis(
      "init", .choice(initialisations.entries.map(\.usage)), "how its weights begin",
      initial: "the preset's")
  ]

  private static let bias = OptionSynopsis(
    "bias", .choice(["yes", "no"]), "whether something is added to each output", initial: "yes")

  private static let poolingStride = OptionSynopsis(
    "stride", .integer, "from one window to the next", initial: "the window")

  private static let window = [
    OptionSynopsis("kernel", .integer, "height and width of the window", initial: "4"),
    OptionSynopsis("stride", .integer, "from one window to the next", initial: "2"),
    OptionSynopsis(
      "padding", .choice(["same", "valid", "1"]), "zeros around the image", initial: "same"), bias,
  ]

  private static func activation(_ name: String, _ usage: String?, _ summary: String) -> Entry {
    Entry(name, usage, summary, example: points("dense 32; \(usage ?? name)"))
  }

  /// An architecture for points with these layers in its generator.
  private static func points(_ layers: String) -> Example {
    Example(
      "In a generator of points.",
      """
      arch mine custom points=2 latent=2 {
        generator     { \(layers); dense 2 }
        discriminator { dense 32; relu; dense 1 } }
      """)
  }

  /// An architecture for grey images of 16x16 with these layers.
  private static func images(_ generator: String, _ discriminator: String?) -> Example {
    Example(
      "For grey images of 16x16.",
      """
      arch mine custom image=16x16x1 latent=8 {
        generator     { \(generator) }
        discriminator { \(discriminator ?? "flatten; dense 1") } }
      """)
  }
}
