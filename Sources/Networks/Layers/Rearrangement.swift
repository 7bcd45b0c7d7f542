import Language
import Specification
import TensorGraph
import TerminalText

extension LayerDefinition {
  static let reshape = LayerDefinition(
    LayerSignature(
      "reshape", synonyms: ["view"], summary: "the same values as height x width x channels",
      arguments: [
        .operand(
          "shape", .shape(Limits.units), as: "the shape",
          demand: "a shape: `reshape 8x8x512` is height x width x channels", sample: "8x8x512")
      ], example: .images("dense 256; reshape 16x16x1; tanh", nil))
  ) { scope, x throws(Diagnostic) in
    let output = try scope.shape("shape")
    let input = x.example
    guard output.volume == input.volume else {
      func spoken(_ shape: [Int], _ unit: String) -> String {
        shape.count == 1
          ? "\(grouped(shape[0]))\(unit)"
          : "\(shape.printedShape) (\(grouped(shape.volume)) values)"
      }
      let afterDense = scope.application.resolution?.lastContraction == "dense"
      throw Diagnostic(
        "cannot reshape \(spoken(input, " values")) into \(spoken(output, ""))",
        help: [
          (afterDense ? "let the dense layer produce them" : "put a dense layer in its place")
            + ": `dense \(output.printedShape)`"
        ])
    }
    return x.reshape([x.shape[0]] + output)
  }

  static let flatten = LayerDefinition(
    LayerSignature(
      "flatten", summary: "the same values as one vector",
      example: .images("dense 16x16x1; tanh", "conv 4; lrelu 0.2; flatten; dense 1"))
  ) { scope, x throws(Diagnostic) in scope.flattened(x) }

  static let crop = LayerDefinition(
    LayerSignature(
      "crop", summary: "the middle of an image, or what surrounds a hole, as high and wide as said",
      discussion: """
        With `around=mask` it is around the middle of the smallest box that holds all pixels of the mask that are not 0, moved so that \
        it lies inside the image; between pixels values are interpolated.
        """,
      arguments: [
        .operand(
          "size", .pair(1...1024), as: "the size", demand: "a size: `crop 16` or `crop 16x12`",
          sample: "16"),
        .init(
          "around", .name, "`middle`, or a result of one channel: around what is not 0 in it",
          standard: "middle", neutral: "middle"),
      ],
      example: .images(
        "dense 16x16x1; tanh", "crop 8; conv 4; lrelu 0.2; flatten; dense 1"))
  ) { scope, x throws(Diagnostic) in
    let (image, size) = (try scope.image(x), try scope.pair("size"))
    guard size[0] <= image.height, size[1] <= image.width else {
      throw Diagnostic(
        "a crop of \(size[0])x\(size[1]) does not fit in \(image.height)x\(image.width)")
    }
    let around = try scope.text("around")
    guard around == "middle" else {
      let mask = try scope.application.wire(around).tensor
      guard mask.shape.rank == 4, mask.shape[1] == 1, mask.shape[2] == image.height,
        mask.shape[3] == image.width
      else {
        throw Diagnostic(
          "`\(around)` is \(described(mask.example)), and a crop of \(x.example.printedShape) is around "
            + "one channel of \(image.height)x\(image.width)")
      }
      return x.cropped(to: size, around: mask.stopGradient())
    }
    return x.slice(
      starts: [0, 0, (image.height - size[0]) / 2, (image.width - size[1]) / 2],
      sizes: [x.shape[0], image.channels] + size)
  }
}

extension Tensor {
  /// A part of each image `[N, C, H, W]`, around what is not 0 in a mask `[N, 1, H, W]`.
  ///
  /// Each row of the result is a sum of rows with weights max(0, 1 - distance), each column of columns: products with
  /// two matrices for each image.
  fileprivate func cropped(to size: [Int], around mask: Tensor) -> Tensor {
    let (count, channels, height, width) = (shape[0], shape[1], shape[2], shape[3])
    let rows = mask.maximum([1, 3]).linesAround(size[0])
    let columns = mask.maximum([1, 2]).linesAround(size[1])
    let lines = rows.matmul(transpose([0, 2, 1, 3]).reshape([count, height, channels * width]))
    let across = lines.reshape([count, size[0], channels, width]).transpose([0, 3, 1, 2])
      .reshape([count, width, size[0] * channels])
    return columns.matmul(across).reshape([count, size[1], size[0], channels])
      .transpose([0, 3, 2, 1])
  }

  /// Weights `[N, size, extent]` of a profile's `[N, extent]` lines in those that surround what is above 0 in it.
  private func linesAround(_ size: Int) -> Tensor {
    let (count, extent) = (shape[0], shape[1])
    let places = graph.places(extent)
    let isMasked = greater(than: 0)
    let first = Double(extent) - (isMasked * (Double(extent) - places)).maximum([1])
    let last = (isMasked * places).maximum([1])
    let start = ((first + last + 1 - Double(size)) * 0.5).maximum(0.0)
      .minimum(graph.constant(Double(extent - size)))
    let wanted =
      start.reshape([count, 1]).broadcast(to: Shape([count, size])) + graph.places(size)
    let apart =
      wanted.reshape([count, size, 1]).broadcast(to: Shape([count, size, extent])) - places
    return (1 - apart.absolute()).maximum(0.0)
  }
}

extension Graph {
  /// 0, 1, …, `[count]`.
  fileprivate func places(_ count: Int) -> Tensor {
    var (places, length) = (constant(0, Shape([1])), 1)
    while length < count {
      places = .concatenate([places, places + Double(length)], axis: 0)
      length *= 2
    }
    return places.slice(axis: 0, start: 0, size: count)
  }
}
