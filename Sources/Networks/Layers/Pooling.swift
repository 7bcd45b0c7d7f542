import Language
import Specification
import TensorGraph

extension LayerDefinition {
  /// The largest value under each window, without padding.
  static let maximumPooling = pooling(
    "maxpool", synonyms: ["pool"], "the largest value of each window",
    example: "conv 4 stride=1; maxpool 2 stride=2; flatten; dense 1"
  ) { parts in parts.dropFirst().reduce(parts[0]) { $0.maximum($1) } }

  /// The mean under each window, without padding.
  static let averagePooling = pooling(
    "avgpool", "the mean of each window",
    example: "conv 4 stride=1; avgpool 2; flatten; dense 1"
  ) { parts in parts.dropFirst().reduce(parts[0], +) * (1 / Double(parts.count)) }

  static let globalPooling = LayerDefinition(
    LayerSignature(
      "globalpool", summary: "the mean of each channel",
      example: .images(
        "dense 16x16x1; tanh", "conv 8 stride=2; lrelu 0.2; globalpool; dense 1"))
  ) { scope, x throws(Diagnostic) in
    _ = try scope.image(x)
    return x.mean([2, 3])
  }

  static let sumPooling = LayerDefinition(
    LayerSignature(
      "sumpool", summary: "the sum of each channel",
      discussion: "As the discriminators of spectral normalisation end (Miyato et al. 2018).",
      example: .images("dense 16x16x1; tanh", "conv 8 stride=2; relu; sumpool; dense 1"))
  ) { scope, x throws(Diagnostic) in
    _ = try scope.image(x)
    return x.sum([2, 3])
  }

  /// Zhang 2019, arXiv:1904.11486: a binomial filter, then every so many pixels.
  static let blurPooling = LayerDefinition(
    LayerSignature(
      "blurpool", summary: "smooths by a binomial filter and takes every second pixel",
      discussion: """
        Zhang 2019: downscaling without aliasing. The number is the stride; `kernel=` is the filter's \
        width, 3 for 1 2 1 and 4 for 1 3 3 1; the image's border is reflected around it.
        """,
      arguments: [
        .operand(
          "stride", .integer(1...16), as: "the stride", sample: "2", standard: "2"),
        .init("kernel", .integer(2...7), "the filter's width", standard: "3"),
      ],
      example: .images(
        "dense 16x16x1; tanh", "conv 4 stride=1; lrelu 0.2; blurpool 2; flatten; dense 1"))
  ) { scope, x throws(Diagnostic) in
    _ = try scope.image(x)
    let (stride, width) = (try scope.integer("stride"), try scope.integer("kernel"))
    let binomial = (1..<width).reduce([1.0]) { row, _ in
      zip(row + [0], [0] + row).map(+)
    }
    let (low, high) = ((width - 1) / 2, width / 2)
    var y = x
    for axis in [2, 3] {
      let (source, extent) = (y, y.shape[axis])
      guard high < extent else {
        throw Diagnostic("a filter of \(width) is too wide for an image of \(extent)")
      }
      func line(_ place: Int) -> Tensor { source.slice(axis: axis, start: place, size: 1) }
      let before = (0..<low).map { line(low - $0) }
      let after = (0..<high).map { line(extent - 2 - $0) }
      let padded = Tensor.concatenate(before + [source] + after, axis: axis)
      var (sizes, strides) = (padded.shape.dimensions, [1, 1, 1, 1])
      sizes[axis] = (padded.shape[axis] - width) / stride + 1
      strides[axis] = stride
      let parts = binomial.enumerated().map { place, weight in
        var starts = [0, 0, 0, 0]
        starts[axis] = place
        return padded.slice(starts: starts, sizes: sizes, strides: strides)
          * (weight / binomial.reduce(0, +))
      }
      y = parts.dropFirst().reduce(parts[0], +)
    }
    return y
  }

  private static func pooling(
    _ keyword: String, synonyms: [String] = [], _ summary: String, example: String,
    _ combine: @escaping @Sendable ([Tensor]) -> Tensor
  ) -> LayerDefinition {
    LayerDefinition(
      LayerSignature(
        keyword, synonyms: synonyms, summary: summary,
        arguments: [
          .operand(
            "kernel", .integer(Limits.kernel), as: "the window", sample: "2", standard: "2"),
          .init(
            "stride", .integer(Limits.stride), "from one window to the next",
            standardText: "the window"
          ) { layer in
            layer.operand.flatMap(Int.init).map { String(min($0, Limits.stride.upperBound)) }
          },
        ], example: .images("dense 16x16x1; tanh", example))
    ) { scope, x throws(Diagnostic) in
      let image = try scope.image(x)
      let (kernel, stride) = (try scope.integer("kernel"), try scope.integer("stride"))
      let window = Window(
        kernel: [kernel, kernel], stride: [stride, stride], padding: .valid)
      let size = [image.height, image.width]
      try scope.checkFit(window.geometry(of: size), window, size)
      // For each place in the window, the values that windows have there.
      let sizes = [x.shape[0], image.channels] + size.map { ($0 - kernel) / stride + 1 }
      return combine(
        (0..<kernel * kernel).map { place in
          x.slice(
            starts: [0, 0, place / kernel, place % kernel], sizes: sizes,
            strides: [1, 1, stride, stride])
        })
    }
  }
}
