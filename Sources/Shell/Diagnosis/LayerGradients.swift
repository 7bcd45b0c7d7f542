/// How large a layer's gradients are in the last tenth of a run: medians of their norms.
struct LayerGradients: Sendable, Hashable {
  /// `generator.block2.dense`.
  let layer: String
  /// Over those of the first tenth.
  let ofFirst: Double
  /// Over the largest of its network's layers.
  let ofNetwork: Double

  static func network(of layer: String) -> Substring { layer.prefix { $0 != "." } }

  var isOfGenerator: Bool { Self.network(of: layer) == "generator" }
  /// Whether the layer has as good as no gradients any more.
  var hasFallenSilent: Bool { ofFirst < Self.silence }
  /// Whether next to nothing of its network's gradients comes through to the layer.
  var isBehindOthers: Bool { ofNetwork < Self.least }
  var isSilent: Bool { hasFallenSilent || isBehindOthers }

  private static let silence = 0.01
  /// The smallest of networks that learn was 0.009 (a normalisation of `like sngan`); in a generator of six dense layers with
  /// sigmoids the first had 0.0003.
  private static let least = 0.003
}
