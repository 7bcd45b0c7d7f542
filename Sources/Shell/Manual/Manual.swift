/// Help about everything that can be typed and is no command.
package enum Manual {
  /// One thing: a layer, an objective, a source of data …
  package struct Entry: Sendable {
    /// The word for it.
    package let name: String
    /// How it is typed.
    package let usage: String
    /// One line, no full stop.
    package let summary: String
    /// Paragraphs, as Markdown.
    package let discussion: String
    /// What it takes as `key=value`.
    package let options: [OptionSynopsis]
    /// Words for it elsewhere, which lead here in `help WORD`.
    package let synonyms: [String]
    /// A use that can be tried, and is, by the tests; nil for what is no statement (a key).
    package let example: Example?

    init(
      _ name: String, _ usage: String? = nil, _ summary: String, _ discussion: String = "",
      options: [OptionSynopsis] = [], synonyms: [String] = [], example: Example? = nil
    ) {
      self.name = name
      self.usage = usage ?? name
      self.summary = summary
      self.discussion = discussion
      self.options = options
      self.synonyms = synonyms
      self.example = example
    }
  }

  /// Entries of one kind: a page of the reference.
  package struct Section: Sendable {
    /// The plural, which is also the name of its page.
    package let name: String
    /// Another word that leads here.
    package let singular: String
    package let summary: String
    /// What is said below the entries, as Markdown.
    package var discussion = ""
    package let entries: [Entry]
  }

  package static let sections = [
    layers, objectives, penalties, optimisers, remedies, augmentations, damages, initialisations,
    weightTransforms, sources, presets,
    metrics, measures,
    modes,
    shortcuts, terms,
  ]

  /// The entry of a word in a section.
  package static func entry(_ name: String, in section: Section) -> Entry? {
    section.entries.first { $0.name == name }
  }

  /// Usages with their summaries, one below the other, as Markdown.
  static func list(of section: Section) -> String {
    let width = section.entries.map(\.usage.count).max() ?? 0
    return section.entries.map { "    \($0.usage.padded(to: width))  \($0.summary)" }
      .joined(separator: "\n")
  }
}

extension Manual {
  /// Everything that the tests try: examples of commands, of their options and of entries, each with
  /// the name under which `help` shows it.
  package static var examples: [(name: String, example: Example)] {
    var examples: [(String, Example)] = []
    for command in Registry.commands.map({ $0.synopsis }) {
      examples += command.examples.map { (command.name, $0) }
    }
    for use in OptionUse.all where use.option.example != nil {
      if let example = use.example { examples.append((use.option.key, example)) }
    }
    for entry in sections.flatMap(\.entries) {
      if let example = entry.example { examples.append((entry.name, example)) }
    }
    return examples.map { (name: $0.0, example: $0.1) }
  }
}

/// One option of one command.
package struct OptionUse: Sendable {
  package let command: Synopsis
  package let option: OptionSynopsis

  /// Every option of every command.
  package static var all: [OptionUse] {
    Registry.commands.flatMap { command in
      command.synopsis.options.map { OptionUse(command: command.synopsis, option: $0) }
    }
  }

  /// The same under their keys, in the order in which these are met.
  static let byKey: [(key: String, uses: [OptionUse])] = {
    let uses = Dictionary(grouping: all, by: \.option.key)
    var seen = Set<String>()
    return all.map(\.option.key).filter { seen.insert($0).inserted }.map {
      (key: $0, uses: uses[$0] ?? [])
    }
  }()

  /// Its own example, or one of the command's that uses it.
  package var example: Example? {
    if let script = option.example {
      let setting = command.examples.first?.setting ?? .nothing
      return Example("\(option.summary.capitalised).", script, given: setting)
    }
    return command.examples.first { $0.script.contains(" \(option.key)=") }
  }
}

extension OptionSynopsis {
  /// Words that lead to it: those for it elsewhere, its values, and words for these.
  var otherNames: [String] {
    var names = synonyms + values.flatMap { [$0.name] + $0.synonyms }
    if case .choice(let words) = kind { names += words.filter { $0 != "yes" && $0 != "no" } }
    return names
  }
}
