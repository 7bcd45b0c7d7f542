import Language

/// One network: what it is for, what it is given, its layers, and how their weights begin.
package struct NetworkSpecification: Sendable, Hashable {
  package var role: Role
  /// What it is called where that is not its role.
  package var givenName: String?
  /// The wires that it is given; its layers begin with the first.
  package var inputs: [String]
  package var layers: [LayerSpecification]
  package var initialisation: Initialisation
  /// What its weights pass through before they are used, unless a layer says otherwise: `spectral`.
  package var transform: String
  package var place = LayerSpecification.Place()

  package init(
    _ role: Role, name: String? = nil, inputs: [String]? = nil, layers: [LayerSpecification],
    initialisation: Initialisation, transform: String = Self.noTransform
  ) {
    (self.role, givenName, self.inputs) = (role, name, inputs ?? role.standardInputs)
    (self.layers, self.initialisation, self.transform) = (layers, initialisation, transform)
  }

  package static let noTransform = "no"

  package var name: String { givenName ?? role.rawValue }

  /// What a network of a model is for.
  package enum Role: String, Sendable, Hashable, CaseIterable {
    case mapping, generator, discriminator, encoder, reconstructor, decoder, classifier, restorer

    /// The wires of a network that names none.
    package var standardInputs: [String] {
      switch self {
      case .mapping, .generator, .decoder: ["z"]
      case .discriminator, .encoder, .reconstructor, .classifier, .restorer: ["image"]
      }
    }

    /// What its last layer gives, as a wire.
    package var output: String {
      switch self {
      case .mapping: "w"
      case .generator, .decoder, .restorer: "image"
      case .discriminator: "score"
      case .encoder, .reconstructor: "z"
      case .classifier: "label"
      }
    }
  }

  /// It and all layers in blocks.
  package var allLayers: [LayerSpecification] { layers.flatMap(\.all) }

  /// What stands before its layers, with everything that is not neutral: `generator init=torch`.
  package var head: String {
    let given = inputs == role.standardInputs ? "" : "(\(inputs.joined(separator: ", ")))"
    let name = givenName.map { " as \($0)" } ?? ""
    let transform = transform == Self.noTransform ? "" : " weights=\(transform)"
    return "\(role.rawValue)\(given)\(name) init=\(initialisation)\(transform)"
  }

  var lines: [String] {
    ["  \(head) {"] + layers.flatMap { $0.lines(indent: "    ") } + ["  }"]
  }
}

extension NetworkSpecification {
  /// The option of a network and of its layers: what weights pass through before they are used.
  package static let transforms = LayerSignature.Argument.Kind.word(
    [noTransform, "spectral", "weightnorm"], tagged: ["equalised"], 0.01...100)
}
