import Language

/// Everything that a run's canonical text says, entry by entry.
///
/// It is read off the words of the statements and not off their meaning, so that a text with keywords of a
/// newer program has its entries too. Arguments that the text leaves out stand there with their neutral
/// value.
package struct RunParameters: Sendable, Hashable {
  /// The number of what is done here: it goes up with every change of keys, kinds or texts, and what is
  /// kept of another number is made anew.
  package static let derivation = 8

  /// The recipe's first, then the architecture's with its layers, the data's, the run's.
  package internal(set) var entries: [RunParameter] = []

  /// Reads the text of a run; what it does not understand it passes over.
  ///
  /// - Parameter layers: what layers there are; of others the arguments with a key are read.
  package init(of text: String, _ layers: [LayerSignature]) {
    let statements = parsePrefix(SourceText(name: "specification", text: text)).statements
    func each(_ verb: String, _ read: (Statement) -> Void) {
      for statement in statements where statement.verb.text == verb { read(statement) }
    }
    var entries: [RunParameter] = []
    each("recipe") { entries += Self.recipe($0.options) }
    each("arch") { entries += Self.architecture($0, LayerEntries(signatures: layers)) }
    entries += Self.data(statements, of: statements.last { $0.verb.text == "run" })
    each("run") { statement in
      entries += statement.renewed.options.map {
        RunParameter(key: $0.key.text, text: $0.value.written)
      }
      let neutral =
        [(key: "keep", value: "\(Retention.neutral)")] + RunObservation.neutralArguments
      for (key, value) in neutral where !statement.options.contains(where: { $0.key.text == key }) {
        entries.append(RunParameter(key: key, text: value))
      }
    }
    // A key twice is a text that nobody printed; the first is as good as the second.
    var seen: Set<String> = []
    self.entries = entries.filter { seen.insert($0.key).inserted }
  }

  package subscript(key: String) -> RunParameter? { entries.first { $0.key == key } }

  // MARK: Recipes

  /// Options that both networks may share: `lr` of `glr` and `dlr`.
  static let shared = RecipeSpecification.optionKeys.filter { key in
    ["g", "d"].allSatisfy { RecipeSpecification.optionKeys.contains($0 + key) }
  }

  /// The key for both networks of an option of one of them.
  static func whole(of key: String) -> String? {
    guard key.first == "g" || key.first == "d" else { return nil }
    return shared.first { $0 == key.dropFirst() }
  }

  /// The options of which an option consists: `glr` and `dlr` of `lr`.
  package static func parts(of key: String) -> [String] {
    shared.contains(key) ? ["g" + key, "d" + key] : [key]
  }

  private static func recipe(_ options: [Option]) -> [RunParameter] {
    var texts = options.map { (key: $0.key.text, text: $0.value.written) }
    for (key, value) in RecipeSpecification.neutralArguments
    where !texts.contains(where: { $0.key == key || whole(of: $0.key) == key }) {
      texts.append((key, value))
    }
    return texts.flatMap { key, text -> [RunParameter] in
      let entry = RunParameter(key: key, text: text, whole: whole(of: key))
      if shared.contains(key) {
        return [entry]
          + parts(of: key).map { RunParameter(key: $0, text: text, whole: key) }
      }
      return [entry] + (key == "penalty" ? weights(of: text) : [])
    }
  }

  /// The weight of each penalty of `r1:10@16+drift:0.001`, and how often it is counted.
  private static func weights(of text: String) -> [RunParameter] {
    text.split(separator: "+").flatMap { part -> [RunParameter] in
      guard let colon = part.firstIndex(of: ":") else { return [] }
      let key = "penalty.\(part[..<colon])"
      let numbers = part[part.index(after: colon)...].split(separator: "@", maxSplits: 1)
      let details = zip([key, key + ".every"], numbers)
      return details.map { RunParameter(key: $0, text: String($1), kind: .detail) }
    }
  }

  // MARK: Architectures

  private static func architecture(
    _ statement: Statement, _ layers: LayerEntries
  ) -> [RunParameter] {
    var entries: [RunParameter] = []
    let model = statement.operands.dropFirst().first { $0.text != "like" }
    if let model { entries.append(RunParameter(key: "arch.preset", text: model.text)) }
    entries += statement.options.map {
      RunParameter(key: "arch.\($0.key.text)", text: $0.value.written)
    }
    let networks = statement.block?.items ?? []
    // Whoever judges may be narrower, and end in few numbers more than once.
    let makers = networks.filter {
      ["generator", "decoder", "classifier", "restorer"].contains($0.name.text)
    }
    let measured = makers.isEmpty ? networks : makers
    if let width = measured.flatMap({ layers.widths(of: $0).dropLast() }).min() {
      let place = entries.firstIndex { $0.key == "arch.latent" } ?? entries.endIndex
      entries.insert(RunParameter(key: "arch.width", text: String(width)), at: place)
    }
    for network in networks {
      let name = network.givenName ?? network.name.text
      if let inputs = network.inputs {
        entries.append(
          RunParameter(key: "\(name).inputs", text: inputs.map(\.text).joined(separator: ",")))
      }
      entries += network.options.map {
        RunParameter(key: "\(name).\($0.key.text)", text: $0.value.written)
      }
      var names = LayerNames(of: name, blocks: "")
      entries += layers.entries(of: network.block, &names)
    }
    return entries
  }
}

/// Entries of the layers of a network.
private struct LayerEntries {
  let signatures: [String: LayerSignature]

  init(signatures: [LayerSignature]) {
    self.signatures = Dictionary(
      signatures.map { ($0.keyword, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func entries(of block: Block?, _ names: inout LayerNames) -> [RunParameter] {
    (block?.items ?? []).flatMap { item in
      let key = names.next(
        item.name.text, name: item.givenName, beginsBlock: isContraction(item) || item.block != nil)
      var inner = LayerNames.inBraces(of: key)
      return entries(of: item, key) + entries(of: item.block, &inner)
    }
  }

  private func entries(of item: Block.Item, _ key: String) -> [RunParameter] {
    var head = item
    head.block = nil
    let operand = signatures[item.name.text]?.operand?.name
    let first = item.operands.first.flatMap { $0.text == "as" ? nil : $0 }
    return [RunParameter(key: key, text: head.description, kind: .layer)]
      + [(operand, first)].compactMap { name, term in
        guard let name, let term else { return nil }
        return RunParameter(key: "\(key).\(name)", text: term.written, kind: .detail)
      }
      + item.options.map {
        RunParameter(key: "\(key).\($0.key.text)", text: $0.value.written, kind: .detail)
      }
  }

  /// Units or channels of the contractions, in order.
  func widths(of item: Block.Item) -> [Int] {
    (item.block?.items ?? []).flatMap { layer -> [Int] in
      let own = isContraction(layer) ? layer.operands.first : nil
      let width = own.flatMap { Int($0.source.split(separator: "x").last ?? "") }
      return [width].compactMap(\.self) + widths(of: layer)
    }
  }

  private func isContraction(_ item: Block.Item) -> Bool {
    signatures[item.name.text]?.traits.contains(.contraction) ?? false
  }
}

extension Block.Item {
  /// What stands after `as`.
  fileprivate var givenName: String? {
    guard let index = operands.firstIndex(where: { $0.text == "as" }), index + 1 < operands.count
    else { return nil }
    return operands[index + 1].text
  }
}

extension Term {
  /// As it is typed, quotes aside.
  var written: String {
    switch value {
    case .name, .string: text
    case .number, .size, .list, .range, .tagged, .schedule: source.isEmpty ? "\(value)" : source
    }
  }
}
