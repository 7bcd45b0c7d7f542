import Language
import Specification
import TensorGraph

extension LayerDefinition {
  /// Srivastava et al. 2014: in training a value is kept where a uniform number is below 1 - rate,
  /// and then divided by 1 - rate; at inference nothing happens.
  static let dropout = LayerDefinition(
    LayerSignature(
      "dropout", summary: "zeroes that share of the values, in training",
      discussion:
        "Those that stay are scaled by 1 / (1 - rate). Usual in a discriminator.",
      arguments: [
        .operand(
          "rate", .number(0...1.0.nextDown), as: "the rate", demand: "a rate: `dropout 0.3`",
          sample: "0.3")
      ], traits: [.noise],
      example: .statement(
        "Dropout in the discriminator.",
        """
        arch mine custom points=2 latent=2 {
          generator     { dense 32; relu; dense 2 }
          discriminator { dense 32; lrelu 0.2; dropout 0.3; dense 1 } }
        """))
  ) { scope, x throws(Diagnostic) in
    let rate = try scope.number("rate")
    guard scope.isTraining, rate > 0 else { return x }
    let keep = 1 - rate
    let uniform = scope.noise(.uniform, x.shape)
    return x * (x.graph.constant(keep, x.shape).greater(than: uniform) * (1 / keep))
  }

  /// Normal numbers added in training: of a fixed deviation, or times a trained factor for each channel that
  /// begins at 0 and one number for all channels of a pixel (Karras et al. 2019, arXiv:1812.04948, figure 1).
  static let noise = LayerDefinition(
    LayerSignature(
      "noise", synonyms: ["gaussiannoise"], summary: "adds normal numbers, in training",
      discussion: """
        The number is their deviation. `strength=trained` multiplies them by a factor for each channel, \
        which begins at 0 and is trained, and all channels of a pixel have the same number (Karras et al. \
        2019).
        """,
      arguments: [
        .operand(
          "deviation", .number(0...100), as: "the deviation", sample: "0.1", standard: "1"),
        .init(
          "strength", .choice(["fixed", "trained"]), "whether each channel's is trained",
          standard: "fixed"),
      ], traits: [.noise], example: .points("dense 32; noise 0.1; relu"))
  ) { scope, x throws(Diagnostic) in
    let deviation = try scope.number("deviation")
    let isTrained = try scope.word("strength") == "trained"
    let strength =
      isTrained ? try scope.parameter("strength", [x.shape[1]], .constant(0)) : nil
    guard scope.isTraining, deviation > 0 else { return x }
    guard let strength else { return x + scope.noise(.normal, x.shape) * deviation }
    let shared = Shape([x.shape[0], 1] + x.shape.dimensions.dropFirst(2))
    let noise = scope.noise(.normal, shared).broadcast(to: x.shape)
    return x + noise * scope.perChannel(strength * deviation, of: x)
  }
}
