import Language
package import Specification
import TensorGraph

/// How a layer is put into a graph, and the keyword for it.
package struct LayerDefinition: Sendable {
  package let signature: LayerSignature
  /// - Throws: where the layer cannot be given such an input; without a place.
  let build: @Sendable (_ scope: LayerScope, _ x: Tensor) throws(Diagnostic) -> Tensor

  init(
    _ signature: LayerSignature,
    _ build: @escaping @Sendable (_ scope: LayerScope, _ x: Tensor) throws(Diagnostic) -> Tensor
  ) {
    (self.signature, self.build) = (signature, build)
  }

  private static let byKeyword = Dictionary(
    uniqueKeysWithValues: all.map { ($0.signature.keyword, $0) })

  /// - Throws: for a keyword of another release.
  static func named(_ keyword: String) throws(Diagnostic) -> LayerDefinition {
    guard let known = byKeyword[keyword] else {
      throw Diagnostic("unknown layer `\(keyword)`")
    }
    return known
  }
}

extension NetworkSpecification {
  /// Whether a layer of it has a trait.
  func has(_ trait: LayerSignature.Trait) -> Bool {
    allLayers.contains { layer in
      (try? LayerDefinition.named(layer.keyword))?.signature.traits.contains(trait) ?? false
    }
  }
}
