import Language
import Specification
import TensorGraph

extension LayerDefinition {
  /// Cross-correlation; `weight` is `[channels, input channels / groups, height, width]`.
  static let convolution = LayerDefinition(
    LayerSignature(
      "conv", synonyms: ["conv2d", "convolution"], summary: "a convolution with that many channels",
      discussion: """
        `padding=same` gives height / stride and width / stride, rounded up; `valid` pads nothing; a \
        number pads that many on every side, zeros unless `border=` says otherwise. A kernel and a stride \
        may be `3x5`, height first. `groups=` connects each part of the channels with its own part alone; as \
        many as there are channels make a depthwise convolution.
        """,
      arguments: [.channels("conv")] + LayerSignature.Argument.window + [
        .bias,
        .init(
          "dilation", .integer(1...16), "from one place of the kernel to the next", standard: "1",
          neutral: "1"),
        .init(
          "groups", .integer(Limits.channels), "parts of the channels that are apart",
          standard: "1", neutral: "1"),
        .init(
          "border", .choice(["zero", "reflect", "replicate"]), "what stands around the image",
          standard: "zero", neutral: "zero"),
        .weights,
      ], traits: [.contraction],
      example: .images(
        "dense 16x16x1; tanh", "conv 4 kernel=5 stride=2; lrelu 0.2; flatten; dense 1"))
  ) { scope, x throws(Diagnostic) in
    let image = try scope.image(x)
    let (channels, groups) = (try scope.integer("channels"), try scope.integer("groups"))
    guard image.channels % groups == 0, channels % groups == 0 else {
      throw Diagnostic(
        "\(groups) groups do not divide both \(image.channels) and \(channels) channels")
    }
    var window = try scope.window()
    let dilation = try scope.integer("dilation")
    let kernel = window.kernel
    let dilated = window.kernel.map { ($0 - 1) * dilation + 1 }
    var weight = try scope.weight([channels, image.channels / groups] + window.kernel)
    // Every so many pixels are an image of their own, where the stride does not choose among them.
    let isApart = dilation > 1 && window.stride == [1, 1] && groups == 1
    if dilation > 1, !isApart {
      weight = weight.pad(
        low: [0, 0, 0, 0], high: [0, 0, 0, 0], interior: [0, 0, dilation - 1, dilation - 1])
    }
    window.kernel = dilated
    var geometry = window.geometry(of: [image.height, image.width])
    try scope.checkFit(geometry, window, [image.height, image.width])
    var input = x
    let border = try scope.word("border")
    if border != "zero" {
      input = try scope.bordered(x, geometry, reflects: border == "reflect")
      geometry = ConvolutionGeometry(
        strides: geometry.strides, paddingLow: [0, 0], paddingHigh: [0, 0])
    }
    let y =
      isApart
      ? input.dilatedConvolution(weight, geometry, by: dilation)
      : input.convolution(weight, geometry, groups: groups)
    return try scope.biased(
      y, channels, fanIn: image.channels / groups * kernel.reduce(1, *))
  }

  /// The adjoint of a convolution, as PyTorch's ConvTranspose2d: output = (in - 1)·stride - padding + kernel +
  /// output padding; `weight` is `[input channels, channels, height, width]`.
  static let transposedConvolution = LayerDefinition(
    LayerSignature(
      "deconv",
      synonyms: ["conv2dtranspose", "convtranspose", "convtranspose2d"],
      summary: "a transposed convolution: stride=2 doubles height and width",
      discussion: "The output is (in - 1) · stride - padding + kernel + outpad, as PyTorch's.",
      arguments: [.channels("deconv")] + LayerSignature.Argument.window + [
        .init(
          "outpad", .integer(Limits.outputPadding), "rows and columns added at the end",
          standard: "0", neutral: "0"),
        .bias, .weights,
      ], traits: [.contraction],
      example: .images("dense 8x8x4; lrelu 0.2; deconv 1 kernel=4 stride=2; tanh", nil))
  ) { scope, x throws(Diagnostic) in
    let image = try scope.image(x)
    let (channels, window) = (try scope.integer("channels"), try scope.window())
    let outputPadding = try scope.integer("outpad")
    guard
      outputPadding == 0
        || (window.padding != .same && outputPadding < window.stride.min() ?? 1)
    else { throw Diagnostic("outpad is below the stride, and 0 with padding=same") }
    let size = window.transposedSize(
      of: [image.height, image.width], outputPadding: outputPadding)
    guard size.allSatisfy({ $0 > 0 }) else {
      throw Diagnostic(
        "padding \(window.padding) leaves nothing of what deconv makes of \(x.example.printedShape)"
      )
    }
    _ = try scope.checked([channels] + size)
    let weight = try scope.weight([image.channels, channels] + window.kernel, outputs: 1)
    let y = x.convolutionInputGradient(weight, window.geometry(of: size), inputSize: size)
    return try scope.biased(
      y, channels, fanIn: weight.shape.count / image.channels)
  }
}

extension LayerScope {
  fileprivate func biased(
    _ y: Tensor, _ channels: Int, fanIn: Int
  ) throws(Diagnostic) -> Tensor {
    guard try flag("bias") else { return y }
    let bias = try parameter("bias", [channels], .bias(fanIn: fanIn))
    return y + bias.reshape([channels, 1, 1])
  }

  /// - Throws: where the window does not fit into the image.
  func checkFit(
    _ geometry: ConvolutionGeometry, _ window: Window, _ size: [Int]
  ) throws(Diagnostic) {
    guard geometry.outputSize(input: size, kernel: window.kernel) != nil else {
      throw Diagnostic(
        "a window of \(window.kernel.printedShape) does not fit in \(size[0])x\(size[1])",
        help: ["make kernel= smaller, or write padding=same"])
    }
  }

  /// The image with what stands around it: its own border reflected, or its last pixels again.
  fileprivate func bordered(
    _ x: Tensor, _ geometry: ConvolutionGeometry, reflects: Bool
  ) throws(Diagnostic) -> Tensor {
    var result = x
    for axis in [2, 3] {
      let (low, high) = (geometry.paddingLow[axis - 2], geometry.paddingHigh[axis - 2])
      let extent = x.shape[axis]
      guard !reflects || max(low, high) < extent else {
        throw Diagnostic(
          "a border of \(max(low, high)) cannot be reflected from an image of \(extent)",
          help: ["write border=replicate"])
      }
      let source = result
      func line(_ place: Int) -> Tensor { source.slice(axis: axis, start: place, size: 1) }
      let before = (0..<low).map { line(reflects ? low - $0 : 0) }
      let after = (0..<high).map { line(reflects ? extent - 2 - $0 : extent - 1) }
      guard low + high > 0 else { continue }
      result = Tensor.concatenate(before + [source] + after, axis: axis)
    }
    return result
  }
}

extension Tensor {
  /// A convolution of stride 1 whose kernel takes every so many pixels: the image is taken apart into as many by as many
  /// smaller ones, each of the pixels that such a kernel sees together, and put together again.
  fileprivate func dilatedConvolution(
    _ weight: Tensor, _ geometry: ConvolutionGeometry, by dilation: Int
  ) -> Tensor {
    let (count, channels) = (shape[0], shape[1])
    let extents = (0..<2).map {
      shape[$0 + 2] + geometry.paddingLow[$0] + geometry.paddingHigh[$0]
    }
    let parts = extents.map { ($0 + dilation - 1) / dilation }
    let filled = (0..<2).map { parts[$0] * dilation - extents[$0] + geometry.paddingHigh[$0] }
    let apart = pad(low: [0, 0] + geometry.paddingLow, high: [0, 0] + filled)
      .reshape([count, channels, parts[0], dilation, parts[1], dilation])
      .transpose([0, 3, 5, 1, 2, 4])
      .reshape([count * dilation * dilation, channels, parts[0], parts[1]])
    let made = apart.convolution(
      weight,
      ConvolutionGeometry(strides: [1, 1], paddingLow: [0, 0], paddingHigh: [0, 0]))
    let outputs = (0..<2).map { extents[$0] - (weight.shape[$0 + 2] - 1) * dilation }
    let together =
      made
      .reshape([count, dilation, dilation, weight.shape[0], made.shape[2], made.shape[3]])
      .transpose([0, 3, 4, 1, 5, 2])
      .reshape([count, weight.shape[0], made.shape[2] * dilation, made.shape[3] * dilation])
    return together.slice(
      starts: [0, 0, 0, 0], sizes: [count, weight.shape[0]] + outputs)
  }

  /// A convolution whose channels are in parts that are apart.
  fileprivate func convolution(
    _ weight: Tensor, _ geometry: ConvolutionGeometry, groups: Int
  ) -> Tensor {
    guard groups > 1 else { return convolution(weight, geometry) }
    let (inputs, outputs) = (shape[1] / groups, weight.shape[0] / groups)
    guard inputs > 1 || outputs > 1 else { return depthwiseConvolution(weight, geometry) }
    let parts = (0..<groups).map { group in
      slice(axis: 1, start: group * inputs, size: inputs).convolution(
        weight.slice(axis: 0, start: group * outputs, size: outputs), geometry)
    }
    return Tensor.concatenate(parts, axis: 1)
  }

  /// Each channel by itself: the sum over the kernel's places of what lies there times the weight.
  private func depthwiseConvolution(
    _ weight: Tensor, _ geometry: ConvolutionGeometry
  ) -> Tensor {
    let (kernel, channels) = ([weight.shape[2], weight.shape[3]], shape[1])
    let low = [0, 0] + geometry.paddingLow
    let padded = pad(low: low, high: [0, 0] + geometry.paddingHigh)
    let sizes = (0..<2).map {
      (padded.shape[$0 + 2] - kernel[$0]) / geometry.strides[$0] + 1
    }
    let parts = (0..<kernel[0] * kernel[1]).map { place in
      let (row, column) = (place / kernel[1], place % kernel[1])
      let values = padded.slice(
        starts: [0, 0, row, column], sizes: [shape[0], channels] + sizes,
        strides: [1, 1] + geometry.strides)
      let factor = weight.slice(
        starts: [0, 0, row, column], sizes: [channels, 1, 1, 1])
      return values * factor.reshape([channels, 1, 1])
    }
    return parts.dropFirst().reduce(parts[0], +)
  }
}
