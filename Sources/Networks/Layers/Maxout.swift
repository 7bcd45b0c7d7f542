import Language
import Specification
import TensorGraph

extension LayerDefinition {
  /// Goodfellow et al. 2013, arXiv:1302.4389, section 3.
  static let maxout = LayerDefinition(
    LayerSignature(
      "maxout", summary: "the largest of so many neighbouring values or channels",
      discussion: """
        An activation with weights of its own before it: `dense 1000; maxout 5` gives 200 values (Goodfellow et al. \
        2013).
        """,
      arguments: [
        .operand(
          "pieces", .integer(2...1024), demand: "how many neighbours: `maxout 5`", sample: "5")
      ],
      example: .images("dense 16x16x1; tanh", "flatten; dense 40; maxout 5; dense 1"))
  ) { scope, x throws(Diagnostic) in
    let pieces = try scope.integer("pieces")
    let shape = x.shape.dimensions
    guard shape[1] % pieces == 0 else {
      throw Diagnostic(
        "\(shape[1]) values cannot be taken \(pieces) at a time",
        help: ["give the layer before a multiple of \(pieces)"])
    }
    let groups = Array([shape[0], shape[1] / pieces, pieces] + shape.dropFirst(2))
    return x.reshape(groups).maximum([2])
  }
}
