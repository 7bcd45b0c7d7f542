/// Everything that a run's canonical text says, under the names in which it is typed.
package struct RunSettings: Sendable, Hashable {
  /// One entry: `lr`, `data.seed` (where two statements have the same key), `generator 3` (a layer).
  package struct Entry: Sendable, Hashable {
    package var name: String
    /// As the run began with it.
    package var value: String
    package var isLayer = false
    /// Where it was turned to while the run was under way, in the order in which it was.
    package var turns: [DialTurn] = []
  }

  /// The recipe's first, then the architecture's with its layers, the data's, the run's.
  package var entries: [Entry] = []

  /// Reads the text of a run; what it does not understand it passes over.
  package init(of text: String) {
    var sections: [String: [Entry]] = [:]
    var network: (name: String, layers: Int)?
    for line in text.split(separator: "\n") {
      let words = Self.words(of: line)
      guard let verb = words.first else { continue }
      switch (verb, line.first == " ") {
      case ("data", false), ("recipe", false), ("run", false), ("arch", false):
        sections[verb, default: []] += Self.options(words)
        if verb == "data", words.count > 2 {
          sections[verb, default: []].insert(Entry(name: "source", value: words[2]), at: 0)
        }
        if verb == "arch", words.count > 3 {
          let preset = words[2] == "like" ? words[3] : words[2]
          sections[verb, default: []].insert(Entry(name: "preset", value: preset), at: 0)
        }
      case ("generator", true), ("discriminator", true):
        network = (verb, 0)
        for option in Self.options(words) {
          sections["arch", default: []].append(
            Entry(name: "\(verb) \(option.name)", value: option.value))
        }
      case ("}", true): network = nil
      case (_, true):
        guard let (name, layers) = network else { continue }
        network = (name, layers + 1)
        sections["arch", default: []].append(
          Entry(
            name: "\(name) \(layers + 1)", value: words.joined(separator: " "), isLayer: true))
      default: break
      }
    }
    if let width = StatementText.value(of: "width", in: text) {
      let index = sections["arch"]?.firstIndex { $0.name == "latent" } ?? 0
      sections["arch"]?.insert(Entry(name: "width", value: width), at: index)
    }
    name(sections)
  }

  /// Bare keys, except where a statement before has the same.
  private mutating func name(_ sections: [String: [Entry]]) {
    var taken: [String: Set<String>] = [:]
    var seen = Set<String>()
    for verb in ["run", "recipe", "arch", "data"] {
      taken[verb] = seen
      seen.formUnion(sections[verb]?.map(\.name) ?? [])
    }
    for verb in ["recipe", "arch", "data", "run"] {
      for var entry in sections[verb] ?? [] {
        if taken[verb]?.contains(entry.name) == true { entry.name = "\(verb).\(entry.name)" }
        entries.append(entry)
      }
    }
  }

  package func value(of name: String) -> String? { entries.first { $0.name == name }?.value }

  /// Names of Adam's settings that both networks may share.
  static let shared = ["lr", "betas", "epsilon"]

  /// Says of each network what both share, so that it can be compared with a run in which they differ.
  mutating func separate(_ name: String) {
    guard let index = entries.firstIndex(where: { $0.name == name }) else { return }
    let entry = entries.remove(at: index)
    entries.insert(
      contentsOf: ["g", "d"].map { network in
        var own = entry
        own.name = network + name
        return own
      }, at: index)
  }

  /// Says once of both networks what is the same in each.
  mutating func unite(where isSame: (_ generator: Entry, _ discriminator: Entry) -> Bool) {
    for name in Self.shared {
      guard let generator = entries.firstIndex(where: { $0.name == "g" + name }),
        let discriminator = entries.firstIndex(where: { $0.name == "d" + name }),
        isSame(entries[generator], entries[discriminator])
      else { continue }
      entries[generator].name = name
      entries.remove(at: discriminator)
    }
  }

  /// Makes several runs' settings comparable: what any of them says of one network alone, all do.
  package static func aligned(_ settings: [RunSettings]) -> [RunSettings] {
    var settings = settings
    for name in shared where settings.contains(where: { $0.value(of: "g" + name) != nil }) {
      for index in settings.indices { settings[index].separate(name) }
    }
    return settings
  }

  // MARK: Words

  /// Words between blanks; quotes keep blanks together, and a schedule is one value.
  private static func words(of line: Substring) -> [String] {
    var words: [String] = []
    var word = ""
    var (isQuoted, isEscaped) = (false, false)
    for letter in line {
      if letter == " " && !isQuoted {
        if !word.isEmpty { words.append(word) }
        word = ""
        continue
      }
      if letter == "\"" && !isEscaped { isQuoted.toggle() }
      isEscaped = letter == "\\" && isQuoted && !isEscaped
      word.append(letter)
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  private static func options(_ words: [String]) -> [Entry] {
    var entries: [Entry] = []
    var index = 1
    while index < words.count {
      defer { index += 1 }
      let word = words[index]
      guard word.first != "\"", let equals = word.firstIndex(of: "=") else { continue }
      var value = String(word[word.index(after: equals)...])
      if value.contains("->"), index + 2 < words.count, words[index + 1] == "over" {
        value += " over " + words[index + 2]
        index += 2
      }
      entries.append(Entry(name: String(word[..<equals]), value: value))
    }
    return entries
  }
}
