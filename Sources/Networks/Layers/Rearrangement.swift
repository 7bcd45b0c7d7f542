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
      "crop", summary: "the middle of an image, as high and wide as said",
      arguments: [
        .operand(
          "size", .pair(1...1024), as: "the size", demand: "a size: `crop 16` or `crop 16x12`",
          sample: "16")
      ],
      example: .images(
        "dense 16x16x1; tanh", "crop 8; conv 4; lrelu 0.2; flatten; dense 1"))
  ) { scope, x throws(Diagnostic) in
    let (image, size) = (try scope.image(x), try scope.pair("size"))
    guard size[0] <= image.height, size[1] <= image.width else {
      throw Diagnostic(
        "a crop of \(size[0])x\(size[1]) does not fit in \(image.height)x\(image.width)")
    }
    return x.slice(
      starts: [0, 0, (image.height - size[0]) / 2, (image.width - size[1]) / 2],
      sizes: [x.shape[0], image.channels] + size)
  }
}
