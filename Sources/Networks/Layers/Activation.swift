import Language
import Specification
import TensorGraph

/// Functions of each value.
extension LayerDefinition {
  static let relu = activation("relu", "max(x, 0)") { $0.maximum(0.0) }
  static let tanh = activation(
    "tanh", "to -1…1, as images are; a generator's last layer"
  ) { $0.tanh() }
  static let sigmoid = activation("sigmoid", "1 / (1 + exp -x), to 0…1") { $0.sigmoid() }
  static let softplus = activation("softplus", "log(1 + exp x)") { $0.softplus() }
  static let silu = activation("silu", synonyms: ["swish"], "x · sigmoid x") { $0 * $0.sigmoid() }
  static let gelu = activation("gelu", "x times the normal distribution's share below x") {
    $0 * (($0 * 0.5.squareRoot()).erf() + 1) * 0.5
  }

  static let leakyRelu = LayerDefinition(
    LayerSignature(
      "lrelu", synonyms: ["leakyrelu"], summary: "x above 0, and x times that slope below",
      arguments: [
        .operand("slope", .number(0...10), as: "the slope", sample: "0.2", standard: "0.2")
      ], example: .points("dense 32; lrelu 0.2"))
  ) { scope, x throws(Diagnostic) in
    let slope = try scope.number("slope")
    // Slope at zero is `slope`, as in PyTorch: at a tie the right operand has the gradient.
    return slope <= 1 ? x.maximum(x * slope) : x.minimum(x * slope)
  }

  static let elu = LayerDefinition(
    LayerSignature(
      "elu", summary: "x above 0, and alpha · (exp x - 1) below",
      arguments: [.operand("alpha", .number(0...100), sample: "1", standard: "1")],
      example: .points("dense 32; elu 1"))
  ) { scope, x throws(Diagnostic) in
    // The minimum comes first: exp of a large value would be infinite, its gradient 0·∞.
    let below = x.minimum(x.graph.constant(0)).exp() - 1
    return x.maximum(0.0) + below * (try scope.number("alpha"))
  }

  /// Dauphin et al. 2017, arXiv:1612.08083; with `elu` the gated convolution of Yu et al. 2019, arXiv:1806.03589,
  /// equation 3.
  static let gatedLinear = LayerDefinition(
    LayerSignature(
      "glu", synonyms: ["gated", "gate", "gatedconv"],
      summary: "half of the channels, each times the sigmoid of one of the other half",
      discussion: """
        `conv 48; glu elu` is a gated convolution of 24 channels: the activation of the first half times the sigmoid of the second \
        (Yu et al. 2019, DeepFill v2); without an activation, a gated linear unit (Dauphin et al. 2017).
        """,
      arguments: [
        .operand(
          "activation", .choice(["no", "elu", "relu", "lrelu", "tanh"]), as: "the activation",
          sample: "elu", standard: "no")
      ], example: .points("dense 32; glu elu"))
  ) { scope, x throws(Diagnostic) in
    let half = x.shape[1] / 2
    guard x.shape[1] % 2 == 0 else {
      throw Diagnostic("`glu` halves the channels, and there are \(x.shape[1])")
    }
    let (value, gate) = (
      x.slice(axis: 1, start: 0, size: half), x.slice(axis: 1, start: half, size: half)
    )
    let activated: Tensor
    switch try scope.word("activation") {
    case "elu":
      activated = value.maximum(0.0) + value.minimum(x.graph.constant(0)).exp() - 1
    case "relu": activated = value.maximum(0.0)
    case "lrelu": activated = value.maximum(value * 0.2)
    case "tanh": activated = value.tanh()
    default: activated = value
    }
    return activated * gate.sigmoid()
  }

  private static func activation(
    _ keyword: String, synonyms: [String] = [], _ summary: String,
    _ function: @escaping @Sendable (Tensor) -> Tensor
  ) -> LayerDefinition {
    LayerDefinition(
      LayerSignature(
        keyword, synonyms: synonyms, summary: summary, example: .points("dense 32; \(keyword)"))
    ) { _, x in function(x) }
  }
}
