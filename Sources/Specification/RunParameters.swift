import Language

/// Everything that a run's canonical text says, entry by entry.
///
/// It is read off the words of the statements and not off their meaning, so that a text with keywords of a
/// newer program has its entries too. Arguments that the text leaves out stand there with their neutral
/// value.
package struct RunParameters: Sendable, Hashable {
  /// The number of what is done here: it goes up with every change of keys, kinds or texts, and what is
  /// kept of another number is made anew.
  package static let derivation = 2

  /// The recipe's first, then the architecture's with its layers, the data's, the run's.
  package internal(set) var entries: [RunParameter] = []

  /// Reads the text of a run; what it does not understand it passes over.
  package init(of text: String) {
    let statements = parsePrefix(SourceText(name: "specification", text: text)).statements
    func each(_ verb: String, _ read: (Statement) -> Void) {
      for statement in statements where statement.verb.text == verb { read(statement) }
    }
    var entries: [RunParameter] = []
    each("recipe") { entries += Self.recipe($0.options) }
    each("arch") { entries += Self.architecture($0) }
    each("data") { statement in
      entries += statement.operands.dropFirst().prefix(1).map {
        RunParameter(key: "data.source", text: $0.text)
      }
      entries += statement.options.map {
        RunParameter(key: "data.\($0.key.text)", text: $0.value.written)
      }
    }
    each("run") { statement in
      entries += statement.renewed.options.map {
        RunParameter(key: $0.key.text, text: $0.value.written)
      }
      if !statement.options.contains(where: { $0.key.text == "keep" }) {
        entries.append(RunParameter(key: "keep", text: "\(Retention.neutral)"))
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

  private static func architecture(_ statement: Statement) -> [RunParameter] {
    var entries: [RunParameter] = []
    let model = statement.operands.dropFirst().first { $0.text != "like" }
    if let model { entries.append(RunParameter(key: "arch.preset", text: model.text)) }
    entries += statement.options.map {
      RunParameter(key: "arch.\($0.key.text)", text: $0.value.written)
    }
    if let width = width(of: statement) {
      let place = entries.firstIndex { $0.key == "arch.latent" } ?? entries.endIndex
      entries.insert(RunParameter(key: "arch.width", text: String(width)), at: place)
    }
    for network in statement.block?.items ?? [] {
      entries += network.options.map {
        RunParameter(key: "\(network.name.text).\($0.key.text)", text: $0.value.written)
      }
      var names = LayerNames()
      for layer in network.block?.items ?? [] {
        let place = names.next(layer.name.text, beginsBlock: layer.isContraction)
        entries += Self.layer(layer, "\(network.name.text).\(place.block).\(place.name)")
      }
    }
    return entries
  }

  private static func layer(_ item: Block.Item, _ key: String) -> [RunParameter] {
    let name = LayerSpecification.operandNames[item.name.text]
    let operands = item.operands.enumerated().map { index, term in
      (index == 0 ? name : nil, term)
    }
    return [RunParameter(key: key, text: item.description, kind: .layer)]
      + operands.compactMap { name, term in
        name.map { RunParameter(key: "\(key).\($0)", text: term.written, kind: .detail) }
      }
      + item.options.map {
        RunParameter(key: "\(key).\($0.key.text)", text: $0.value.written, kind: .detail)
      }
  }

  /// Units or channels of the narrowest layer, the last one of each network aside.
  private static func width(of statement: Statement) -> Int? {
    (statement.block?.items ?? []).flatMap { network -> [Int] in
      let counts = (network.block?.items ?? []).filter(\.isContraction).compactMap { layer in
        layer.operands.first.flatMap { Int($0.source.split(separator: "x").last ?? "") }
      }
      return counts.dropLast()
    }.min()
  }
}

extension Block.Item {
  fileprivate var isContraction: Bool { LayerSpecification.contractions.contains(name.text) }
}

extension Term {
  /// As it is typed, quotes aside.
  fileprivate var written: String {
    switch value {
    case .name, .string: text
    case .number, .size, .list, .range, .tagged, .schedule: source.isEmpty ? "\(value)" : source
    }
  }
}
