import Language
package import Networks
package import Specification

/// The architecture that is declared by what stands after a name: `like dcgan image=16x16x1 width=8`.
package func architecture(_ text: String) throws -> ArchitectureSpecification {
  let statements = try parse(SourceText(name: "test", text: "arch a \(text)"))
  guard let statement = statements.first, statements.count == 1 else {
    throw Diagnostic("not one statement: \(text)")
  }
  return try ArchitectureSpecification(parsing: statement, .all)
}

extension ArchitectureSpecification {
  /// The same for a constant of a test, which is right.
  package static func typed(_ text: String) -> ArchitectureSpecification {
    do { return try architecture(text) } catch { fatalError("\(text): \(error)") }
  }
}

extension [LayerSpecification] {
  /// Layers as they are typed in a block.
  package init(_ text: String) throws {
    self = try NetworkSpecification.layers(typed: text, Signatures.all.layers)
  }
}

extension Network {
  /// A discriminator of these layers for examples of a shape.
  package static func typed(_ layers: String, input: [Int]) throws -> Network {
    let specification = NetworkSpecification(
      .discriminator, layers: try [LayerSpecification](layers),
      initialisation: .normal(deviation: 0.02))
    return try Network(specification, inputs: [(wire: Model.Wire.image, shape: input)])
  }
}
