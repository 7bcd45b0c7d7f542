import Language
import Specification
import TensorGraph

extension LayerDefinition {
  /// x·Wᵀ + b, with `weight` `[units, inputs]` and `bias` `[units]`; an image is flattened first, and
  /// units laid out as an image if the units are written as one.
  static let dense = LayerDefinition(
    LayerSignature(
      "dense", synonyms: ["linear", "fc"], summary: "every input weighs on every output",
      discussion: "`dense 8x8x512` gives an image of height x width x channels at once.",
      arguments: [
        .operand(
          "units", .shape(Limits.units),
          demand: "its number of units, or an image: `dense 256`, `dense 8x8x512`", sample: "256"),
        .bias, .weights,
      ], traits: [.contraction], example: .points("dense 48 bias=no; relu"))
  ) { scope, x throws(Diagnostic) in
    let output = try scope.shape("units")
    let (inputs, units) = (scope.flattened(x), output.volume)
    var y = inputs.matmul(
      try scope.weight([units, inputs.shape[1]]), transposeRight: true)
    if try scope.flag("bias") {
      y = y + (try scope.parameter("bias", [units], .bias(fanIn: inputs.shape[1])))
    }
    return y.reshape([x.shape[0]] + output)
  }

  /// A label vector's row of numbers: y·E, with `weight` `[inputs, units]` begun as N(0, 1); of a vector with a
  /// 1 in one place it is that row.
  static let embedding = LayerDefinition(
    LayerSignature(
      "embedding", synonyms: ["embed"], summary: "a vector of its own for each class or attribute",
      discussion: """
        What it is given is a label: one class of several, or attributes, whose vectors are added.
        """,
      arguments: [
        .operand(
          "units", .integer(Limits.channels), demand: "its number of units: `embedding 64`",
          sample: "64"), .weights,
      ], traits: [.contraction],
      example: .statement(
        "A label beside the latent vector.",
        """
        arch mine custom image=16x16x1 latent=8 classes=4 {
          generator(z, label) { from label; embedding 8; concat z; dense 16x16x1; tanh }
          discriminator(image, label) {
            flatten; dense 32; lrelu 0.2 as features; dense 1 as score; from features
            project label; add score } }
        """))
  ) { scope, x throws(Diagnostic) in
    let inputs = scope.flattened(x)
    let weight = try scope.weight(
      [inputs.shape[1], try scope.integer("units")], begun: .unitWeight)
    return inputs.matmul(weight)
  }
}

extension LayerSignature.Argument {
  /// Whether something is added to each output.
  static let bias = LayerSignature.Argument(
    "bias", .flag, "whether something is added to each output", standard: "yes")

  /// What the weights pass through before they are used.
  static let weights = LayerSignature.Argument(
    "weights",
    .word(["network", "no", "spectral", "weightnorm"], tagged: ["equalised"], 0.01...100),
    "what weights pass through before they are used; `network`: what the network says",
    standard: "network", neutral: "network")
}
