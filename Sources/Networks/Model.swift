package import Language
package import Specification
import TerminalText

/// The networks of an architecture, resolved and connected.
///
/// A network's input is a column of the data (`image`, `label`), the latent vector `z`, or the output of
/// that name of a network before it.
package struct Model: Sendable {
  package let architecture: ArchitectureSpecification
  /// In the order in which they are given to each other.
  package let networks: [Network]
  package let kind: Kind

  /// What is trained, which the networks decide.
  package enum Kind: String, Sendable, CaseIterable {
    case adversarial, bidirectional, classifier, autoencoder, repair
  }

  /// - Throws: where layers do not fit, networks do not fit each other or the examples, or no kind of model
  ///   has such networks; with the place in the text, where it was read from one.
  package init(_ architecture: ArchitectureSpecification) throws(Diagnostic) {
    self.architecture = architecture
    try architecture.checkSizes()
    kind = try Self.kind(of: architecture)
    var networks: [Network] = []
    var wires = [
      Wire(name: Wire.latent, shape: [architecture.latent]),
      Wire(name: Wire.image, shape: architecture.example.dimensions),
    ]
    if let labels = architecture.labels {
      wires.append(Wire(name: Wire.label, shape: [labels.count]))
    }
    if kind == .repair {
      wires.append(Wire(name: Wire.mask, shape: [1] + architecture.example.dimensions.dropFirst()))
    }
    for specification in architecture.networks {
      try Self.checkName(of: specification, beside: networks)
      let given = wires.filter { $0.isGiven(to: specification.role) }
      let inputs = try specification.inputs.map { wire throws(Diagnostic) in
        // The last of a name is the nearest: an encoder's `z` goes before the latent vector.
        guard let known = given.last(where: { $0.name == wire }) else {
          throw Self.missing(wire, of: specification, given.map(\.name))
        }
        guard specification.role == .discriminator, wire == Wire.image else {
          return (wire: wire, shape: known.shape)
        }
        let packed = [known.shape[0] * architecture.pack] + known.shape.dropFirst()
        return (wire: wire, shape: packed)
      }
      let network = try Network(specification, inputs: inputs)
      try network.checkEnd(in: architecture)
      networks.append(network)
      wires += network.outputs.map { Wire(name: $0.name, shape: $0.shape, source: network.role) }
    }
    self.networks = networks
    try checkTogether()
  }

  /// What can be given to a network.
  package struct Wire: Sendable {
    package static let (latent, image, label, mask) = ("z", "image", "label", "mask")

    let name: String
    /// Of one example.
    let shape: [Int]
    /// What gives it; nil: the data, or who draws latent vectors.
    var source: NetworkSpecification.Role?

    /// Whether a plan has it when it applies such a network.
    func isGiven(to role: NetworkSpecification.Role) -> Bool {
      switch role {
      case .discriminator:
        name == Self.image && (source == nil || source == .generator || source == .restorer)
          || [Self.label, Self.mask].contains(name) && source == nil
          || name == Self.latent && (source == .encoder || source == .reconstructor)
      case .generator, .mapping: source == .mapping || source == nil && name != Self.image
      case .encoder, .reconstructor, .classifier: name == Self.image && source == nil
      case .decoder: name == Self.latent
      case .restorer: [Self.image, Self.mask].contains(name) && source == nil
      }
    }
  }

  package func networks(of role: NetworkSpecification.Role) -> [Network] {
    networks.filter { $0.role == role }
  }

  /// The first network of a role, which the kind of the model says there is.
  package func network(_ role: NetworkSpecification.Role) -> Network? {
    networks.first { $0.role == role }
  }

  /// Bytes that training on a batch takes at least, in single precision: weights, gradients and two
  /// moments for every trained number; for every example, all values with their gradients, those of a
  /// discriminator for a real and a generated one.
  package func trainingBytes(batch: Int) -> Int {
    let numbers = networks.reduce(0) { $0 + $1.parameterCount }
    let values = networks.reduce(0) { sum, network in
      let own = network.layers.reduce(0) { $0 + $1.output.volume }
      return sum + (network.role == .discriminator ? 2 : 1) * own
    }
    return 4 * (4 * numbers + 2 * max(1, min(batch, Limits.batch.upperBound)) * values)
  }
}
