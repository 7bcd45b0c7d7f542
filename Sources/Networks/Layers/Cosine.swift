import Language
import Specification
import TensorGraph

extension LayerDefinition {
  /// s·cos(x, Wⱼ) for each output, with `weight` `[units, inputs]`: Wang et al. 2018, arXiv:1801.09414, equation 3.
  static let cosine = LayerDefinition(
    LayerSignature(
      "cosine", synonyms: ["cosface", "normalisedsoftmax"],
      summary:
        "for each output the cosine between the input and a vector of its own, times a scale",
      discussion: """
        The last layer of a classifier whose features are compared by their angles: those of one class come to lie in one direction (Wang et al. \
        2018). `margin=` of the recipe keeps classes apart.
        """,
      arguments: [
        .operand(
          "units", .integer(Limits.channels), demand: "its number of outputs: `cosine 100`",
          sample: "16"),
        .init(
          "scale", .number(0.01...1000), "what cosines are multiplied by", standard: "30"),
      ], traits: [.contraction], example: .points("dense 48; relu; cosine 16 scale=4"))
  ) { scope, x throws(Diagnostic) in
    let inputs = scope.flattened(x)
    let weight = try scope.weight([try scope.integer("units"), inputs.shape[1]])
    return ofLengthOne(inputs).matmul(ofLengthOne(weight), transposeRight: true)
      * (try scope.number("scale"))
  }

  /// Rows divided by their lengths; one of zeros stays.
  private static func ofLengthOne(_ rows: Tensor) -> Tensor {
    rows / (rows.squared().sum([1]) + 1e-12).sqrt().reshape([rows.shape[0], 1])
  }
}

extension NetworkSpecification {
  /// What the cosines of the last layer are multiplied by; nil where it gives no cosines.
  var cosineScale: Double? {
    guard let last = layers.last, last.keyword == LayerDefinition.cosine.signature.keyword else {
      return nil
    }
    return last.option("scale").flatMap(Double.init)
  }
}
