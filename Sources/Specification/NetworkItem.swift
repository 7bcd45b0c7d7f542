import Language

/// One network in the block of `arch`.
struct NetworkItem {
  let role: NetworkSpecification.Role
  let givenName: String?
  private let item: Block.Item

  var name: String { givenName ?? role.rawValue }

  init(_ item: Block.Item) throws(Diagnostic) {
    let word = item.name.text
    guard let role = NetworkSpecification.Role(rawValue: word) else {
      let roles = NetworkSpecification.Role.allCases.map(\.rawValue)
      throw Diagnostic(
        "expected `generator { … }` or `discriminator { … }`, got `\(word)`", at: item.name.span,
        help: nearest(to: word, in: roles).map { ["did you mean `\($0)`?"] }
          ?? ["networks are \(roles.joined(separator: ", "))"])
    }
    (self.role, self.item) = (role, item)
    guard item.block != nil else {
      throw Diagnostic("`\(word)` needs a block with its layers", at: item.span)
    }
    var operands = item.operands[...]
    if let word = operands.first, word.text == "as" {
      guard operands.count > 1, case .name(let name) = operands[operands.startIndex + 1].value
      else {
        throw Diagnostic("`as` needs a name after it", at: word.span)
      }
      givenName = name
      operands = operands.dropFirst(2)
    } else {
      givenName = nil
    }
    if let extra = operands.first {
      throw Diagnostic("`\(word)` does not expect `\(extra.brief)` here", at: extra.span)
    }
  }

  /// - Parameter signatures: nil for a stored text.
  func network(
    _ signatures: Signatures?, standard: Initialisation
  ) throws(Diagnostic) -> NetworkSpecification {
    var options = try OptionReader(item.options, of: "`\(item.name.text)`")
    let initialisation = try options.take("init").map(Initialisation.init(parsing:))
    let transform = try options.take("weights").map { term throws(Diagnostic) in
      try LayerSignature.Argument(
        "weights", NetworkSpecification.transforms, "", standard: "no"
      ).canonical(term, of: item.name.text)
    }
    try options.finish()
    let layers = try item.block?.items.map { entry throws(Diagnostic) in
      if let signatures {
        try LayerSpecification(parsing: entry, signatures.layers)
      } else {
        try LayerSpecification(stored: entry)
      }
    }
    var network = NetworkSpecification(
      role, name: givenName, inputs: item.inputs?.map(\.text), layers: layers ?? [],
      initialisation: initialisation ?? standard,
      transform: transform ?? NetworkSpecification.noTransform)
    if signatures != nil {
      network.place = .init(item.name.span)
      network.dropFinalSigmoid()
    }
    return network
  }
}

extension NetworkSpecification {
  /// A discriminator that ends in a sigmoid is taken for one that ends in its logit, as published listings
  /// are written: objectives are on logits.
  fileprivate mutating func dropFinalSigmoid() {
    if role == .discriminator, layers.count > 1, layers.last == LayerSpecification("sigmoid") {
      layers.removeLast()
    }
  }
}
