import Language
import TerminalText

/// What a layer is and makes, for one example: shapes are `[units]` or `[channels, height, width]`.
struct LayerGeometry {
  var output: [Int]
  /// Trained ones and running statistics, in the order in which a checkpoint has them.
  var parameters: [(name: String, shape: [Int], isTrained: Bool)] = []
  /// Multiplications with an addition, of contractions only.
  var multiplyAdds = 0
}

extension LayerSpecification.Kind {
  /// - Throws: when the layer cannot follow such an input; without a place.
  func geometry(of input: [Int]) throws(Diagnostic) -> LayerGeometry {
    switch self {
    case .dense(let output, let bias):
      return try dense(input, output: output, bias: bias)
    case .convolution(let channels, let window, let bias):
      return try convolution(input, channels, window, bias)
    case .transposedConvolution(let channels, let window, let outputPadding, let bias):
      return try transposedConvolution(input, channels, window, outputPadding, bias)
    case .batchNormalisation(_, let epsilon):
      try expect(epsilon > 0 && epsilon <= 1, "eps is above 0, at most 1, not \(printed(epsilon))")
      return LayerGeometry(
        output: input,
        parameters: [
          ("weight", [input[0]], true), ("bias", [input[0]], true),
          ("running_mean", [input[0]], false), ("running_var", [input[0]], false),
        ])
    case .layerNormalisation(let epsilon):
      try expect(epsilon > 0 && epsilon <= 1, "eps is above 0, at most 1, not \(printed(epsilon))")
      return LayerGeometry(
        output: input, parameters: [("weight", input, true), ("bias", input, true)])
    case .dropout(let rate):
      try expect(rate >= 0 && rate < 1, "a dropout rate is from 0 to below 1, not \(printed(rate))")
      return LayerGeometry(output: input)
    case .activation:
      return LayerGeometry(output: input)
    case .maximumPooling(let kernel, let stride), .averagePooling(let kernel, let stride):
      let window = Window(
        kernel: [kernel, kernel], stride: [stride, stride], padding: .valid)
      return LayerGeometry(output: [try image(input)[0]] + (try convolved(input, window)))
    case .globalAveragePooling:
      return LayerGeometry(output: [try image(input)[0]])
    case .upsample(let scale, _):
      try expect(Limits.scale.contains(scale), "a scale is from 1 to \(Limits.scale.upperBound)")
      let image = try image(input)
      return LayerGeometry(
        output: try checked([image[0], image[1] * scale, image[2] * scale]))
    case .reshape(let dimensions):
      return try reshaped(input, to: dimensions)
    case .flatten:
      return LayerGeometry(output: [input.volume])
    }
  }

  // MARK: Contractions

  private func dense(
    _ input: [Int], output: [Int], bias: Bool
  ) throws(Diagnostic) -> LayerGeometry {
    let output = try checked(output)
    let units = output.volume
    let weight = [units, input.volume]
    let count = try weights(weight)
    return LayerGeometry(
      output: output,
      parameters: [("weight", weight, true)] + (bias ? [("bias", [units], true)] : []),
      multiplyAdds: count)
  }

  private func convolution(
    _ input: [Int], _ channels: Int, _ window: Window, _ bias: Bool
  ) throws(Diagnostic) -> LayerGeometry {
    let image = try image(input)
    let size = try convolved(input, window)
    try expect(Limits.channels.contains(channels), "channels are from 1 to 8,192, not \(channels)")
    let output = try checked([channels] + size)
    let weight = [channels, image[0]] + window.kernel
    return LayerGeometry(
      output: output,
      parameters: [("weight", weight, true)] + (bias ? [("bias", [channels], true)] : []),
      multiplyAdds: try weights(weight) * size[0] * size[1])
  }

  private func transposedConvolution(
    _ input: [Int], _ channels: Int, _ window: Window, _ outputPadding: Int, _ bias: Bool
  ) throws(Diagnostic) -> LayerGeometry {
    let image = try image(input)
    try check(window)
    try expect(Limits.channels.contains(channels), "channels are from 1 to 8,192, not \(channels)")
    try expect(
      outputPadding == 0
        || (outputPadding > 0 && window.padding != .same
          && outputPadding < window.stride.min() ?? 1),
      "outpad is below the stride, and 0 with padding=same")
    var size: [Int] = []
    for axis in 0..<2 {
      let spread =
        (image[axis + 1] - 1) * window.stride[axis] + window.kernel[axis] + outputPadding
      switch window.padding {
      case .same: size.append(image[axis + 1] * window.stride[axis])
      case .valid: size.append(spread)
      case .explicit(let zeros): size.append(spread - 2 * zeros)
      }
    }
    try expect(
      size.allSatisfy { $0 > 0 },
      "padding \(window.padding) leaves nothing of what \(keyword) makes of \(input.printedShape)")
    let output = try checked([channels] + size)
    let weight = [image[0], channels] + window.kernel
    return LayerGeometry(
      output: output,
      parameters: [("weight", weight, true)] + (bias ? [("bias", [channels], true)] : []),
      multiplyAdds: try weights(weight) * image[1] * image[2])
  }

  /// Height and width after a convolution or pooling.
  private func convolved(_ input: [Int], _ window: Window) throws(Diagnostic) -> [Int] {
    let image = try image(input)
    try check(window)
    var size: [Int] = []
    for axis in 0..<2 {
      let (extent, kernel, stride) = (image[axis + 1], window.kernel[axis], window.stride[axis])
      let room: Int
      switch window.padding {
      case .same:
        size.append((extent + stride - 1) / stride)
        continue
      case .valid: room = extent - kernel
      case .explicit(let zeros): room = extent + 2 * zeros - kernel
      }
      guard room >= 0 else {
        throw Diagnostic(
          "a window of \(window.kernel.printedShape) does not fit in \(image[1])x\(image[2])",
          help: ["make kernel= smaller, or write padding=same"])
      }
      size.append(room / stride + 1)
    }
    return size
  }

  // MARK: Reshaping

  private func reshaped(
    _ input: [Int], to dimensions: [Int]
  ) throws(Diagnostic) -> LayerGeometry {
    let output = try checked(dimensions)
    guard output.volume == input.volume else {
      let from =
        input.count == 1
        ? "\(grouped(input.volume)) values"
        : "\(input.printedShape) (\(grouped(input.volume)) values)"
      let to =
        output.count == 1
        ? "\(grouped(output.volume))"
        : "\(output.printedShape) (\(grouped(output.volume)) values)"
      throw Diagnostic("cannot reshape \(from) into \(to)")
    }
    return LayerGeometry(output: output)
  }

  // MARK: Checks

  private func image(_ input: [Int]) throws(Diagnostic) -> [Int] {
    guard input.count == 3 else {
      throw Diagnostic(
        "\(keyword) needs an image, but what comes before gives \(grouped(input.volume)) values",
        help: ["put a `reshape` before it: `reshape 8x8x64` is height x width x channels"])
    }
    return input
  }

  private func check(_ window: Window) throws(Diagnostic) {
    try expect(
      window.kernel.count == 2 && window.kernel.allSatisfy(Limits.kernel.contains),
      "a kernel is from 1 to \(Limits.kernel.upperBound)")
    try expect(
      window.stride.count == 2 && window.stride.allSatisfy(Limits.stride.contains),
      "a stride is from 1 to \(Limits.stride.upperBound)")
    if case .explicit(let zeros) = window.padding {
      try expect(
        Limits.padding.contains(zeros), "a padding is from 0 to \(Limits.padding.upperBound)")
    }
  }

  /// A shape that may be an example's inside a network.
  private func checked(_ shape: [Int]) throws(Diagnostic) -> [Int] {
    guard shape.count == 1 || shape.count == 3, shape.allSatisfy({ $0 > 0 }) else {
      throw Diagnostic("\(keyword) gives a number of values or an image, like `8x8x64`")
    }
    guard shape.product(atMost: Limits.maximumValues) != nil else {
      throw Diagnostic(
        "\(keyword) would give \(shape.printedShape) for each example, more than the "
          + "\(grouped(Limits.maximumValues)) values that are possible")
    }
    return shape
  }

  private func weights(_ shape: [Int]) throws(Diagnostic) -> Int {
    guard let count = shape.product(atMost: Limits.maximumWeights) else {
      throw Diagnostic(
        "\(keyword) would have \(shape.map(String.init).joined(separator: "x")) weights, more than "
          + "the \(grouped(Limits.maximumWeights)) that are possible")
    }
    return count
  }

  private func expect(_ condition: Bool, _ message: String) throws(Diagnostic) {
    if !condition { throw Diagnostic(message) }
  }
}
