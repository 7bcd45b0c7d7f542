import Language
import Specification
import TensorGraph

extension LayerDefinition {
  /// He et al. 2016, arXiv:1512.03385: x + f(x), or s(x) + f(x) where a `shortcut` stands in the braces.
  static let residual = LayerDefinition(
    LayerSignature(
      "residual", synonyms: ["resblock", "res"], summary: "adds what its layers make to its input",
      discussion: """
        Where its layers change the shape, a `shortcut { … }` among them brings the input to the same (He \
        et al. 2016).
        """, traits: [.block],
      example: .images(
        "dense 8x8x4; residual { relu; conv 4 kernel=3 stride=1 }; deconv 1; tanh",
        """
        residual as 8x8 { conv 8 kernel=3; relu; conv 8 kernel=3 stride=1
        shortcut { avgpool 2; conv 8 kernel=1 stride=1 } }; flatten; dense 1
        """))
  ) { scope, x throws(Diagnostic) in
    guard let layers = scope.layer.layers else {
      throw Diagnostic("`residual` needs a block with its layers")
    }
    let shortcuts = layers.filter { $0.keyword == shortcut.signature.keyword }
    if let second = shortcuts.dropFirst().first {
      throw Diagnostic("a block has one shortcut at most", at: second.place.span)
    }
    let made = try scope.layers(layers.filter { $0.keyword != "shortcut" }, of: x)
    guard let short = shortcuts.first else {
      guard made.shape == x.shape else {
        throw Diagnostic(
          "the block makes \(described(made.example)) of \(described(x.example)), and the two cannot be "
            + "added",
          help: ["bring the input to the same shape: `shortcut { conv 64 kernel=1 stride=2 }`"])
      }
      return x + made
    }
    let brought = try scope.layers(short.layers ?? [], of: x, named: "\(scope.name).shortcut")
    guard brought.shape == made.shape else {
      throw Diagnostic(
        "the block makes \(described(made.example)), but its shortcut \(described(brought.example))",
        at: short.place.span)
    }
    return brought + made
  }

  /// Within `residual` alone, which reads it.
  static let shortcut = LayerDefinition(
    LayerSignature(
      "shortcut", synonyms: ["skip"], summary: "what a `residual` adds instead of its input",
      traits: [.block],
      example: .images(
        "dense 16x16x1; tanh",
        """
        residual { conv 8 kernel=3
        shortcut { conv 8 kernel=1 } }; flatten; dense 1
        """))
  ) { _, _ throws(Diagnostic) in
    throw Diagnostic("`shortcut` stands in the braces of `residual`")
  }

  /// Layers under one name.
  static let block = LayerDefinition(
    LayerSignature(
      "block", synonyms: ["sequential"], summary: "layers under one name",
      discussion:
        "`block as 8x8 { … }` names the parameters of its layers: `generator.8x8.conv.weight`.",
      traits: [.block],
      example: .images("block as 8x8 { dense 8x8x4; relu }; deconv 1; tanh", nil))
  ) { scope, x throws(Diagnostic) in try scope.layers(scope.layer.layers ?? [], of: x) }
}
