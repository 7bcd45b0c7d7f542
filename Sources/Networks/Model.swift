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
    case adversarial, bidirectional, classifier, autoencoder
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
    for specification in architecture.networks {
      try Self.checkName(of: specification, beside: networks)
      let given = wires.filter { $0.isGiven(to: specification.role) }
      let inputs = try specification.inputs.map { wire throws(Diagnostic) in
        // The last of a name is the nearest: an encoder's `z` goes before the latent vector.
        guard let known = given.last(where: { $0.name == wire }) else {
          throw Self.missing(wire, of: specification, given.map(\.name))
        }
        return (wire: wire, shape: known.shape)
      }
      let network = try Network(specification, inputs: inputs)
      try network.checkEnd(in: architecture)
      networks.append(network)
      wires += network.outputs.map { Wire(name: $0.name, shape: $0.shape, source: network.role) }
    }
    self.networks = networks
    switch kind {
    case .bidirectional: try checkCode()
    case .autoencoder: try checkOutputs()
    case .adversarial, .classifier: break
    }
    try checkTold()
  }

  /// Whether all that the encoder of an autoencoder gives is read.
  private func checkOutputs() throws(Diagnostic) {
    guard let encoder = network(.encoder), let decoder = network(.decoder) else { return }
    let known = [Wire.latent, "mean", "logvariance"]
    let read = Set(known + decoder.inputs.map(\.wire))
    let gives = encoder.outputs.map(\.name)
    if ["mean", "logvariance"].allSatisfy(gives.contains) {
      for (name, shape) in encoder.outputs
      where ["mean", "logvariance"].contains(name) && shape != [architecture.latent] {
        throw Diagnostic(
          "`\(name)` is \(described(shape)), but a code has latent=\(architecture.latent)",
          at: encoder.place(ofOutput: name))
      }
      for (name, shape) in decoder.inputs
      where name == Wire.latent && shape != [architecture.latent] {
        throw Diagnostic(
          "the \(decoder.name) is given \(described(shape)) by the \(encoder.name)'s last layer, but a "
            + "code has latent=\(architecture.latent)", at: encoder.specification.place.span,
          help: ["end with `from mean`, where `mean` is the layer's name"])
      }
    }
    guard let stray = encoder.outputs.first(where: { !read.contains($0.name) }) else { return }
    throw Diagnostic(
      "nothing reads the output `\(stray.name)` of the \(encoder.name)",
      at: encoder.place(ofOutput: stray.name),
      help: [
        nearest(to: stray.name, in: known).map { "did you mean `\($0)`?" }
          ?? "write `decoder(\(stray.name)) { … }`"
      ])
  }

  /// Whether a discriminator that tells labels tells as many as there are.
  private func checkTold() throws(Diagnostic) {
    guard let count = architecture.labels?.count else { return }
    for network in networks(of: .discriminator) {
      for output in network.outputs
      where output.name == Network.told && output.shape.reduce(1, *) != count {
        throw Diagnostic(
          "the output `\(output.name)` of the \(network.name) is \(described(output.shape)), but there "
            + (count == 1 ? "is 1 label" : "are \(count) labels"),
          at: network.place(ofOutput: output.name), help: ["give it `dense \(count)`"])
      }
    }
  }

  /// Whether the encoder of a bidirectional model gives a latent vector, and a discriminator judges it.
  private func checkCode() throws(Diagnostic) {
    guard let encoder = network(.encoder) else { return }
    guard encoder.output.volume == architecture.latent, encoder.output.count == 1 else {
      throw Diagnostic(
        "the \(encoder.name) ends in \(described(encoder.output)), but a latent vector has "
          + "\(architecture.latent) numbers", at: encoder.specification.place.span,
        help: ["end with `flatten; dense \(architecture.latent)`"])
    }
    let discriminators = networks(of: .discriminator)
    guard !discriminators.contains(where: { $0.inputs.contains { $0.wire == Wire.latent } }) else {
      return
    }
    throw Diagnostic(
      "no discriminator is given the code of the \(encoder.name)",
      at: discriminators.first?.specification.place.span,
      help: ["write `discriminator(image, z) { … }`: it judges examples with their codes"])
  }

  /// What can be given to a network.
  package struct Wire: Sendable {
    package static let (latent, image, label) = ("z", "image", "label")

    let name: String
    /// Of one example.
    let shape: [Int]
    /// What gives it; nil: the data, or who draws latent vectors.
    var source: NetworkSpecification.Role?

    /// Whether a plan has it when it applies such a network.
    func isGiven(to role: NetworkSpecification.Role) -> Bool {
      switch role {
      case .discriminator:
        name == Self.image && (source == nil || source == .generator)
          || name == Self.label && source == nil || name == Self.latent && source == .encoder
      case .generator, .mapping: source == .mapping || source == nil && name != Self.image
      case .encoder, .classifier: name == Self.image && source == nil
      case .decoder: name == Self.latent
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

  // MARK: Faults

  private static func checkName(
    of specification: NetworkSpecification, beside networks: [Network]
  ) throws(Diagnostic) {
    let (name, place) = (specification.name, specification.place.span)
    guard !networks.contains(where: { $0.name == name }) else {
      throw Diagnostic("two networks are called `\(name)`", at: place)
    }
    guard !["average", "optimiser"].contains(name) else {
      throw Diagnostic(
        "`\(name)` begins the names of other states and cannot be a network's", at: place)
    }
  }

  private static func kind(
    of architecture: ArchitectureSpecification
  ) throws(Diagnostic) -> Kind {
    let roles = Set(architecture.networks.map(\.role))
    let place = architecture.networks.last?.place.span
    func missing(_ role: NetworkSpecification.Role) -> Diagnostic {
      Diagnostic(
        "the \(role.rawValue) is missing", at: place,
        help: ["write `\(role.rawValue) { … }` in the block, or name a preset with `like`"])
    }
    if roles.contains(.classifier) {
      try expect(only: [.classifier], in: architecture, "a classifier")
      guard architecture.labels != nil else {
        throw Diagnostic(
          "a classifier needs to know what it tells", at: place,
          help: ["say `classes=10`, or `labels=Smiling,Male`"])
      }
      return .classifier
    }
    let isBidirectional = roles.isSuperset(of: [.encoder, .generator])
    if isBidirectional {
      try expect(
        only: [.encoder, .mapping, .generator, .discriminator], in: architecture,
        "a bidirectional model")
    } else if roles.contains(.encoder) || roles.contains(.decoder) {
      try expect(only: [.encoder, .decoder], in: architecture, "an autoencoder")
      guard roles.contains(.encoder) else { throw missing(.encoder) }
      guard roles.contains(.decoder) else { throw missing(.decoder) }
      return .autoencoder
    }
    guard roles.contains(.generator) else { throw missing(.generator) }
    guard roles.contains(.discriminator) else { throw missing(.discriminator) }
    guard architecture.networks(of: .generator).count == 1 else {
      throw Diagnostic("a model has one generator", at: place)
    }
    return isBidirectional ? .bidirectional : .adversarial
  }

  private static func expect(
    only roles: Set<NetworkSpecification.Role>, in architecture: ArchitectureSpecification,
    _ kind: String
  ) throws(Diagnostic) {
    for network in architecture.networks where !roles.contains(network.role) {
      throw Diagnostic(
        "\(kind) has no \(network.role.rawValue)", at: network.place.span,
        help: ["its networks are \(roles.map(\.rawValue).sorted().joined(separator: ", "))"])
    }
  }

  private static func missing(
    _ wire: String, of network: NetworkSpecification, _ known: [String]
  ) -> Diagnostic {
    let others = network.role == .discriminator ? "" : "; an earlier network may give others"
    let help =
      wire == Wire.label
      ? ["say what the labels are: `classes=10`, or `labels=Smiling,Male`"]
      : nearest(to: wire, in: known).map { ["did you mean `\($0)`?"] }
        ?? ["it can be given \(Set(known).sorted().joined(separator: " and "))\(others)"]
    return Diagnostic(
      "nothing gives the \(network.name) its input `\(wire)`", at: network.place.span, help: help)
  }
}

extension Network {
  /// The layer that names an output.
  fileprivate func place(ofOutput name: String) -> Span? {
    let layer = specification.allLayers.first { $0.keyword == "output" && $0.operand == name }
    return layer?.place.span ?? specification.place.span
  }

  /// Whether it ends in what its role wants.
  fileprivate func checkEnd(in architecture: ArchitectureSpecification) throws(Diagnostic) {
    let last = layers.last { $0.depth == 0 }
    let place = last?.layer.place.span ?? specification.place.span
    switch role {
    case .generator, .decoder:
      let wanted = architecture.example.dimensions
      guard output != wanted else { return }
      throw Diagnostic(
        "the \(name) ends in \(described(output)), but an example is \(described(wanted))",
        at: place, help: Self.wayTo(wanted, from: output))
    case .discriminator:
      guard output.volume == 1 else {
        throw Diagnostic(
          "the \(name) ends in \(described(output)), but it must end in one logit", at: place,
          help: [output.count == 1 ? "end with `dense 1`" : "end with `flatten; dense 1`"])
      }
      let ends: Set = ["dropout", "noise", "batchnorm", "layernorm", "instancenorm", "pixelnorm"]
      guard let last, ends.contains(last.layer.keyword) || last.layer.isActivation else { return }
      throw Diagnostic(
        "the \(name) ends in `\(last.layer.keyword)`, but its last layer gives the logit",
        at: place, help: ["leave `\(last.layer.keyword)` out: objectives are on logits"])
    case .classifier:
      let wanted = architecture.labels?.count ?? 0
      guard output != [wanted] else { return }
      throw Diagnostic(
        "the \(name) ends in \(described(output)), but there are \(wanted) labels", at: place,
        help: ["end with `dense \(wanted)`"])
    case .mapping, .encoder: return
    }
  }

  private static func wayTo(_ wanted: [Int], from output: [Int]) -> [String] {
    if output.volume == wanted.volume { return ["end with `reshape \(wanted.printedShape)`"] }
    if wanted.count == 1 { return ["end with `dense \(wanted.printedShape)`"] }
    guard output.count == 3 else { return [] }
    if output[0] != wanted[0] && output[1...] == wanted[1...] {
      return ["let the last layer give \(wanted[0]) channels"]
    }
    return output[1] * 2 == wanted[1] && output[2] * 2 == wanted[2]
      ? ["one more `deconv` with stride=2 doubles height and width"] : []
  }
}

extension LayerSpecification {
  fileprivate var isActivation: Bool {
    ["relu", "lrelu", "elu", "tanh", "sigmoid", "softplus", "silu", "gelu"].contains(keyword)
  }
}

extension ArchitectureSpecification {
  fileprivate func checkSizes() throws(Diagnostic) {
    guard Limits.latent.contains(latent) else {
      throw Diagnostic("latent is from 1 to 8,192, not \(latent)")
    }
    switch example {
    case .point(let dimensions):
      guard Limits.pointDimensions.contains(dimensions) else {
        throw Diagnostic("points have from 1 to 64 dimensions, not \(dimensions)")
      }
    case .image(let image):
      guard Limits.imageSide.contains(image.height), Limits.imageSide.contains(image.width),
        [1, 3].contains(image.channels)
      else {
        throw Diagnostic(
          "an image is from 4x4 to 1024x1024 with 1 or 3 channels, not \(image)")
      }
    }
  }
}
