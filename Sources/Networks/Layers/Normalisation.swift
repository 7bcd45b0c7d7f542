import Language
import Specification
import TensorGraph

extension LayerDefinition {
  /// Ioffe and Szegedy 2015: each channel (or feature) is brought to mean 0 and variance 1 over the
  /// batch and the image, then scaled and shifted. In training the running statistics are updated
  /// from those of the batch; at inference they are used.
  static let batchNormalisation = LayerDefinition(
    LayerSignature(
      "batchnorm", synonyms: ["bn", "batchnorm1d", "batchnorm2d", "batchnormalization"],
      summary: "each channel to mean 0 and deviation 1 over the batch, then scaled",
      discussion: """
        `momentum=torch:0.1` is the share of the new batch in the running statistics, \
        `momentum=keras:0.9` the share of the old ones kept; a bare number is Keras's. The sampler \
        uses the running statistics.
        """, arguments: [.momentum, .batchEpsilon], traits: [.mixesExamples],
      example: .points("dense 32; lrelu 0.2; batchnorm momentum=keras:0.8"))
  ) { scope, x throws(Diagnostic) in
    let channels = x.shape[1]
    let weight = try scope.parameter("weight", [channels], .scale)
    let bias = try scope.parameter("bias", [channels], .shift)
    let (centred, variance, epsilon) = try scope.centredOverBatch(x)
    let scale = weight / (variance + epsilon).sqrt()
    return centred * scope.perChannel(scale, of: x) + scope.perChannel(bias, of: x)
  }

  /// Salimans and Kingma 2016, arXiv:1602.07868, section 4: the mean alone is taken away.
  static let meanNormalisation = LayerDefinition(
    LayerSignature(
      "meannorm", synonyms: ["meanonlybatchnorm", "mobn"],
      summary: "each channel to mean 0 over the batch, then shifted; its size is left as it is",
      discussion: """
        Salimans and Kingma 2016, section 4, beside `weights=weightnorm`. The sampler uses the running mean; \
        `momentum=` is that of `batchnorm`.
        """, arguments: [.momentum], traits: [.mixesExamples],
      example: .points("dense 32; meannorm; lrelu 0.2"))
  ) { scope, x throws(Diagnostic) in
    let channels = x.shape[1]
    let bias = try scope.parameter("bias", [channels], .shift)
    let runningMean = try scope.parameter("running_mean", [channels], .runningMean)
    let shift = scope.perChannel(bias, of: x)
    guard scope.isTraining else { return x - scope.perChannel(runningMean, of: x) + shift }
    let mean = x.mean([0] + Array(2..<x.shape.rank))
    let share = try scope.momentum().share(ofCount: x.shape.count / channels)
    scope.replace("running_mean", by: runningMean * share.kept + mean * share.taken)
    return x - scope.perChannel(mean, of: x) + shift
  }

  /// De Vries et al. 2017, arXiv:1707.00683: batch normalisation whose factors and shifts are a function of a
  /// label, 1 + y·A and y·B.
  static let conditionalBatchNormalisation = LayerDefinition(
    LayerSignature(
      "condbatchnorm", synonyms: ["cbn", "conditionalbatchnorm"],
      summary: "batch normalisation scaled and shifted as a label or another result says",
      discussion: """
        The factors are 1 + y·A and the shifts y·B for the named result y, A and B zero at first: of \
        classes, a row of factors and one of shifts for each (de Vries et al. 2017).
        """, arguments: [.result("label"), .momentum, .batchEpsilon], traits: [.mixesExamples],
      example: .statement(
        "A generator that is asked for a class.",
        """
        arch mine custom image=16x16x1 latent=8 classes=4 {
          generator(z, label) { dense 8x8x4; condbatchnorm label; relu; deconv 1; tanh }
          discriminator(image, label) { concat label; conv 8; lrelu 0.2; flatten; dense 1 } }
        """))
  ) { scope, x throws(Diagnostic) in
    let condition = scope.flattened(try scope.named().tensor)
    let (inputs, channels) = (condition.shape[1], x.shape[1])
    let factors = try scope.parameter("factors", [inputs, channels], .constant(0))
    let shifts = try scope.parameter("shifts", [inputs, channels], .constant(0))
    let (centred, variance, epsilon) = try scope.centredOverBatch(x)
    let normal = centred * scope.perChannel(1 / (variance + epsilon).sqrt(), of: x)
    let shape = [x.shape[0], channels] + [Int](repeating: 1, count: x.shape.rank - 2)
    return normal * (condition.matmul(factors) + 1).reshape(shape)
      + condition.matmul(shifts).reshape(shape)
  }

  /// Ba et al. 2016: each example is brought to mean 0 and variance 1 over all of its values, then
  /// scaled and shifted value by value.
  static let layerNormalisation = LayerDefinition(
    LayerSignature(
      "layernorm", synonyms: ["ln"], summary: "each example to mean 0 and deviation 1, then scaled",
      discussion: """
        Factors and shifts are one for each value; `scale=channel` has one for each channel, as \
        WGAN-GP's own program does.
        """,
      arguments: [
        .epsilon,
        .init(
          "scale", .choice(["value", "channel"]), "what has a factor and a shift of its own",
          standard: "value", neutral: "value"),
      ], example: .points("dense 32; layernorm eps=1e-6; relu"))
  ) { scope, x throws(Diagnostic) in
    let (inner, axes) = (x.example, Array(1..<x.shape.rank))
    let ofChannels = try scope.word("scale") == "channel"
    let scaled = ofChannels ? [x.shape[1]] : inner
    let normal = try scope.normalised(x, over: axes)
    let weight = try scope.parameter("weight", scaled, .scale)
    let bias = try scope.parameter("bias", scaled, .shift)
    guard ofChannels else { return normal * weight + bias }
    return normal * scope.perChannel(weight, of: x) + scope.perChannel(bias, of: x)
  }

  /// Ulyanov et al. 2016, arXiv:1607.08022: each channel of each example is brought to mean 0 and variance 1.
  static let instanceNormalisation = LayerDefinition(
    LayerSignature(
      "instancenorm", synonyms: ["in", "instancenorm2d"],
      summary: "each channel of each example to mean 0 and deviation 1",
      discussion: "Ulyanov et al. 2016. With `affine=yes` it is scaled and shifted after.",
      arguments: [
        .epsilon,
        .init("affine", .flag, "whether each channel is scaled and shifted", standard: "no"),
      ], example: .images("dense 8x8x4; instancenorm; relu; deconv 1; tanh", nil))
  ) { scope, x throws(Diagnostic) in
    _ = try scope.image(x)
    let normal = try scope.normalised(x, over: [2, 3])
    guard try scope.flag("affine") else { return normal }
    return try scope.scaledByChannel(normal)
  }

  /// Wu and He 2018, arXiv:1803.08494: groups of channels of each example are brought to mean 0 and variance 1.
  static let groupNormalisation = LayerDefinition(
    LayerSignature(
      "groupnorm", synonyms: ["gn"],
      summary: "groups of channels of each example to mean 0 and deviation 1, then scaled",
      discussion: "Wu and He 2018. The number is how many groups there are.",
      arguments: [
        .operand(
          "groups", .integer(Limits.channels), demand: "its number of groups: `groupnorm 8`",
          sample: "8"), .epsilon,
      ], example: .images("dense 8x8x4; groupnorm 2; relu; deconv 1; tanh", nil))
  ) { scope, x throws(Diagnostic) in
    let groups = try scope.integer("groups")
    let channels = x.shape[1]
    guard channels % groups == 0 else {
      throw Diagnostic("\(groups) groups do not divide \(channels) channels")
    }
    let inner = x.example.volume / groups
    let parts = x.reshape([x.shape[0], groups, inner])
    let normal = try scope.normalised(parts, over: [2])
    return try scope.scaledByChannel(normal.reshape(x.shape.dimensions))
  }

  /// Karras et al. 2018, arXiv:1710.10196, section 4.2: each pixel's channels to a mean square of 1.
  static let pixelNormalisation = LayerDefinition(
    LayerSignature(
      "pixelnorm", summary: "each pixel's channels to a mean square of 1",
      discussion: "Karras et al. 2018, section 4.2; of a vector, all of its values.",
      arguments: [
        .init(
          "eps", .number(.leastNonzeroMagnitude...1), "added to the mean square",
          standard: "1e-08")
      ], example: .images("dense 8x8x4; pixelnorm; relu; deconv 1; tanh", nil))
  ) { scope, x throws(Diagnostic) in
    let epsilon = try scope.number("eps")
    let size = (x.squared().mean([1]) + epsilon).sqrt()
    return x / size.reshape([x.shape[0], 1] + x.shape.dimensions.dropFirst(2))
  }
}

extension LayerScope {
  /// What batch normalisations share: the input without the mean, and the variance of each channel.
  fileprivate func centredOverBatch(
    _ x: Tensor
  ) throws(Diagnostic) -> (centred: Tensor, variance: Tensor, epsilon: Double) {
    let channels = x.shape[1]
    let axes = [0] + Array(2..<x.shape.rank)
    let (momentum, epsilon) = (try momentum(), try number("eps"))
    let runningMean = try parameter("running_mean", [channels], .runningMean)
    let runningVariance = try parameter("running_var", [channels], .runningVariance)
    guard isTraining else {
      return (x - perChannel(runningMean, of: x), runningVariance, epsilon)
    }
    let mean = x.mean(axes)
    let centred = x - perChannel(mean, of: x)
    let variance = centred.squared().mean(axes)
    let share = momentum.share(ofCount: x.shape.count / channels)
    replace("running_mean", by: runningMean * share.kept + mean * share.taken)
    replace("running_var", by: runningVariance * share.kept + variance * share.takenVariance)
    return (centred, variance, epsilon)
  }

  /// Mean 0 and variance 1 over some axes.
  fileprivate func normalised(_ x: Tensor, over axes: [Int]) throws(Diagnostic) -> Tensor {
    let kept = x.shape.dimensions.indices.map { axes.contains($0) ? 1 : x.shape[$0] }
    let centred = x - x.mean(axes).reshape(kept)
    let deviation = (centred.squared().mean(axes) + (try number("eps"))).sqrt()
    return centred * (1 / deviation).reshape(kept)
  }

  fileprivate func scaledByChannel(_ x: Tensor) throws(Diagnostic) -> Tensor {
    let weight = try parameter("weight", [x.shape[1]], .scale)
    let bias = try parameter("bias", [x.shape[1]], .shift)
    return x * perChannel(weight, of: x) + perChannel(bias, of: x)
  }
}

extension LayerSignature.Argument {
  fileprivate static let momentum = LayerSignature.Argument(
    "momentum", .momentum, "of the running statistics", standard: "torch:0.1")

  /// Each library's own default goes with its convention.
  fileprivate static let batchEpsilon = LayerSignature.Argument(
    "eps", .number(.leastNonzeroMagnitude...1), "added to the variance",
    standardText: "1e-5 (Keras's 1e-3)"
  ) { layer in layer.option("momentum")?.hasPrefix("keras") == true ? "0.001" : "1e-05" }

  fileprivate static let epsilon = LayerSignature.Argument(
    "eps", .number(.leastNonzeroMagnitude...1), "added to the variance", standard: "1e-05")

  /// The result that a layer reads beside its input.
  static func result(_ sample: String) -> LayerSignature.Argument {
    .operand("result", .name, demand: "the name of a result: `as NAME` gives one", sample: sample)
  }
}
