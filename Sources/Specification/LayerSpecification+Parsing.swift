package import Language

extension LayerSpecification {
  /// A layer from an entry of a block, with everything that is not neutral written out.
  init(parsing item: Block.Item, _ signatures: [LayerSignature]) throws(Diagnostic) {
    let signature = try signatures.read(item.name)
    var reader = LayerReader(item)
    self.init(signature.keyword)
    place = Place(item.span)
    name = try reader.name()
    if let argument = signature.operand {
      operand = try reader.operand(argument, of: signature.keyword)
    }
    try reader.finish(signature)
    var values = try OptionReader(item.options, of: "`\(item.name.text)`")
    for argument in signature.arguments where !argument.isOperand {
      let typed = try values.take(argument.name).map { term throws(Diagnostic) in
        try argument.canonical(term, of: signature.keyword)
      }
      guard let text = typed ?? argument.standard(self) else {
        throw Diagnostic("`\(keyword)` needs \(argument.demand)", at: item.span)
      }
      if text != argument.neutral { options.append(Setting(argument.name, text)) }
    }
    try values.finish()
    layers = try Self.block(of: item, signature, signatures)
  }

  /// A layer of a stored text, as it stands there.
  init(stored item: Block.Item) throws(Diagnostic) {
    var reader = LayerReader(item)
    self.init(item.name.text)
    name = try reader.name()
    operand = reader.operands.first?.description
    if let extra = reader.operands.dropFirst().first {
      throw Diagnostic("`\(keyword)` does not expect `\(extra.brief)` here", at: extra.span)
    }
    options = item.options.map { Setting($0.key.text, $0.value.description) }
    layers = try item.block?.items.map { item throws(Diagnostic) in
      try LayerSpecification(stored: item)
    }
  }

  private static func block(
    of item: Block.Item, _ signature: LayerSignature, _ signatures: [LayerSignature]
  ) throws(Diagnostic) -> [LayerSpecification]? {
    guard signature.traits.contains(.block) else {
      guard let block = item.block else { return nil }
      throw Diagnostic(
        "`\(item.name.text)` takes no block", at: Span(block.span.start, block.span.start + 1))
    }
    guard let block = item.block else {
      throw Diagnostic(
        "`\(item.name.text)` needs a block with its layers", at: item.span,
        help: ["write `\(item.name.text) { … }`"])
    }
    return try block.items.map { item throws(Diagnostic) in
      try LayerSpecification(parsing: item, signatures)
    }
  }
}

extension NetworkSpecification {
  /// Layers as they are typed in a block, one a line or with `;` between, with everything that is not neutral
  /// written out.
  package static func layers(
    typed text: String, _ signatures: [LayerSignature]
  ) throws(Diagnostic) -> [LayerSpecification] {
    let source = SourceText(name: "layers", text: "arch layers { network { \(text) } }")
    let items = try parse(source).first?.block?.items.first?.block?.items ?? []
    return try items.map { item throws(Diagnostic) in
      var layer = try LayerSpecification(parsing: item, signatures)
      layer.forgetPlaces()
      return layer
    }
  }
}

/// Takes the operands of one layer: what stands after the keyword, and `as NAME` at the end.
private struct LayerReader {
  let item: Block.Item
  private(set) var operands: [Term]

  init(_ item: Block.Item) {
    self.item = item
    operands = item.operands
  }

  /// The name after `as`.
  mutating func name() throws(Diagnostic) -> String? {
    guard let index = operands.firstIndex(where: { $0.text == "as" }) else { return nil }
    guard index + 1 < operands.count else {
      throw Diagnostic(
        "`as` needs a name after it", at: operands[index].span,
        help: ["later layers read the result by it: `conv 64 as skip`, `concat skip`"])
    }
    let term = operands[index + 1]
    let name = term.text
    guard name.utf8.allSatisfy({ $0.isNameBody }), name.utf8.count <= 64, !name.isEmpty,
      Double(name) == nil
    else {
      throw Diagnostic(
        "a result's name is of letters, digits, `_` and `-`, not `\(term.brief)`", at: term.span)
    }
    operands.removeSubrange(index...(index + 1))
    return name
  }

  mutating func operand(
    _ argument: LayerSignature.Argument, of keyword: String
  ) throws(Diagnostic) -> String? {
    guard let term = operands.first else {
      guard let standard = argument.standard(LayerSpecification(keyword)) else {
        throw Diagnostic("`\(item.name.text)` needs \(argument.demand)", at: item.span)
      }
      return standard
    }
    operands.removeFirst()
    return try argument.canonical(term, of: item.name.text)
  }

  func finish(_ signature: LayerSignature) throws(Diagnostic) {
    guard let extra = operands.first else { return }
    throw Diagnostic(
      "`\(item.name.text)` does not expect `\(extra.brief)` here", at: extra.span,
      help: operands.prefix(2).contains { $0.source == "=" }
        ? ["options are written without blanks: `key=value`"] : [])
  }
}

extension UInt8 {
  /// Whether it can be part of a result's name.
  fileprivate var isNameBody: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
