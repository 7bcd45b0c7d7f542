import Language
import Specification
import TensorGraph
import TerminalText

/// What the networks of a model have to be.
extension Model {
  /// What holds of all networks together.
  func checkTogether() throws(Diagnostic) {
    switch kind {
    case .bidirectional: try checkCode()
    case .autoencoder: try checkOutputs()
    case .adversarial, .classifier: break
    case .repair: try checkRepair()
    }
    try checkTold()
    try checkBatches()
    if architecture.pack > 1 { try checkPack() }
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
    // Other outputs that nobody reads have always been allowed; one that is nearly a known one is a slip, by which
    // the code would not be drawn.
    for output in encoder.outputs where !read.contains(output.name) {
      guard let meant = nearest(to: output.name, in: known) else { continue }
      throw Diagnostic(
        "nothing reads the output `\(output.name)` of the \(encoder.name)",
        at: encoder.place(ofOutput: output.name), help: ["did you mean `\(meant)`?"])
    }
  }

  /// Whether a repair model repairs images by one network.
  private func checkRepair() throws(Diagnostic) {
    let restorers = networks(of: .restorer)
    if let second = restorers.dropFirst().first {
      throw Diagnostic("a model has one restorer", at: second.specification.place.span)
    }
    guard case .image = architecture.example else {
      throw Diagnostic(
        "a restorer repairs images, not points", at: restorers.first?.specification.place.span)
    }
  }

  /// Whether what is judged together can be.
  private func checkPack() throws(Diagnostic) {
    guard kind == .adversarial else {
      throw Diagnostic(
        "pack is about discriminators of examples, and \(kind.rawValue) models have none")
    }
    for network in networks(of: .discriminator)
    where network.inputs.count > 1 || network.outputs.contains(where: { $0.name == Network.told }) {
      throw Diagnostic(
        "pack=\(architecture.pack) has no place for labels: the \(network.name) judges "
          + "\(architecture.pack) examples at once, each with its own",
        at: network.specification.place.span, help: ["leave `pack` out, or the labels"])
    }
  }

  /// Whether layers that see a whole batch are where batches are judged: what a generator makes, and what is
  /// told of an example, is of that example alone.
  private func checkBatches() throws(Diagnostic) {
    for network in networks where network.role != .discriminator {
      for layer in network.specification.allLayers {
        guard let signature = try? LayerDefinition.named(layer.keyword).signature,
          signature.traits.contains(.judgesBatches)
        else { continue }
        throw Diagnostic(
          "`\(layer.keyword)` sees a whole batch, and the \(network.name) is applied to any number of examples",
          at: layer.place.span, help: ["it belongs in a discriminator"])
      }
    }
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
    guard let encoder = network(.encoder) ?? network(.reconstructor) else { return }
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

  static func checkName(
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

  static func kind(
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
    if roles.contains(.restorer) {
      try expect(only: [.restorer, .discriminator], in: architecture, "a repair model")
      return .repair
    }
    let isBidirectional =
      roles.contains(.reconstructor) || roles.isSuperset(of: [.encoder, .generator])
    if isBidirectional {
      let coder =
        roles.contains(.reconstructor) ? NetworkSpecification.Role.reconstructor : .encoder
      try expect(
        only: [coder, .mapping, .generator, .discriminator], in: architecture,
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

  static func missing(
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
  func checkEnd(in architecture: ArchitectureSpecification) throws(Diagnostic) {
    let last = layers.last { $0.depth == 0 }
    let place = last?.layer.place.span ?? specification.place.span
    switch role {
    case .generator, .decoder, .restorer:
      let wanted = architecture.example.dimensions
      guard output != wanted else { return }
      throw Diagnostic(
        "the \(name) ends in \(described(output)), but an example is \(described(wanted))",
        at: place, help: Self.wayTo(wanted, from: output))
    case .discriminator:
      // What judges repaired images may judge every part of them.
      guard output.volume == 1 || !architecture.networks(of: .restorer).isEmpty else {
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
    case .mapping, .encoder, .reconstructor: return
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
  func checkSizes() throws(Diagnostic) {
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
