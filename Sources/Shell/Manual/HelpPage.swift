import Terminal

/// Writes what `help` answers.
struct HelpPage {
  private let output: Output

  init(on output: Output) { self.output = output }

  func overview() {
    output.line("A statement is a verb, its operands, then key=value options:")
    output.line()
    rows(Registry.commands.map { ($0.synopsis.name, $0.synopsis.summary) })
    output.line()
    output.line("`help COMMAND` tells all about one, and there is help about:")
    output.line()
    rows(Manual.sections.map { ($0.name, $0.summary) })
    output.line()
    output.line(
      "TAB completes. Statements are joined by `;`, go on over lines inside `{ }` and after")
    output.line(
      "a `\\` at a line's end, and `#` begins a comment. `| json` writes a listing as JSON.")
  }

  func list(_ title: String, _ topics: [(name: String, summary: String)]) {
    output.line(title)
    rows(topics.map { ($0.name, $0.summary) })
  }

  func describe(_ topics: [HelpTopic]) {
    for (index, topic) in topics.enumerated() {
      if index > 0 { output.line() }
      switch topic {
      case .command(let synopsis): describe(synopsis)
      case .entry(let entry, let section): describe(entry, section)
      case .section(let section):
        output.line("\(output.styled(section.name, .bold)): \(section.summary)")
        output.line()
        rows(section.entries.map { ($0.usage, $0.summary) })
        paragraphs(section.discussion)
      case .option(let key, let uses): describe(key, uses)
      case .setting(let setting):
        output.line("\(output.styled(setting.key, .bold)), a setting: \(setting.summary)")
        output.line()
        output.line("  set \(setting.key) \(setting.values.joined(separator: "|"))")
      }
    }
  }

  private func describe(_ synopsis: Synopsis) {
    output.line("\(output.styled(synopsis.name, .bold)): \(synopsis.summary)")
    output.line()
    output.line("  " + synopsis.usage)
    table("Operands", synopsis.parameters.map { ($0.name.uppercased(), $0.summary) })
    table("Options", synopsis.options.map { ($0.key + "=", $0.described) })
    paragraphs(synopsis.discussion)
    examples(synopsis.examples)
  }

  private func describe(_ entry: Manual.Entry, _ section: Manual.Section) {
    let place = output.styled("(\(section.name))", .dim)
    output.line("\(output.styled(entry.name, .bold)): \(entry.summary) \(place)")
    if entry.usage != entry.name {
      output.line()
      output.line("  " + entry.usage)
    }
    table("Options", entry.options.map { ($0.key + "=", $0.described) })
    paragraphs(entry.discussion)
    examples(entry.example.map { [$0] } ?? [])
  }

  private func describe(_ key: String, _ uses: [OptionUse]) {
    // Commands that share an option say the same of it.
    var told: [String] = []
    for use in uses where !told.contains(use.option.described) {
      told.append(use.option.described)
      let sharing = uses.filter { $0.option.described == use.option.described }
      let commands = sharing.map { "`\($0.command.name)`" }.joined(separator: ", ")
      if told.count > 1 { output.line() }
      output.line(
        "\(output.styled(key + "=", .bold)) of \(commands): \(use.option.described)")
      if !use.option.values.isEmpty {
        output.line()
        rows(use.option.values.map { ($0.name, $0.summary) })
      } else if case .choice(let values) = use.option.kind {
        output.line()
        output.line("  " + values.joined(separator: ", "))
      }
      paragraphs(use.option.discussion)
      examples(use.example.map { [$0] } ?? [])
    }
  }

  private func paragraphs(_ text: String) {
    guard !text.isEmpty else { return }
    output.line()
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      // Lists are indented, and stay as they are.
      for part in line.hasPrefix(" ") ? [String(line)] : output.wrapped(line) { output.line(part) }
    }
  }

  private func examples(_ examples: [Example]) {
    guard !examples.isEmpty else { return }
    output.line()
    output.line(output.styled(examples.count == 1 ? "Example" : "Examples", .bold))
    for example in examples {
      output.line("  " + output.styled("# " + example.purpose, .dim))
      for line in example.script.split(separator: "\n") { output.line("  \(line)") }
    }
  }

  private func table(_ title: String, _ entries: [(String, String)]) {
    guard !entries.isEmpty else { return }
    output.line()
    output.line(output.styled(title, .bold))
    rows(entries)
  }

  private func rows(_ entries: [(String, String)]) {
    let width = entries.map(\.0.count).max() ?? 0
    for (name, summary) in entries {
      output.line("  \(output.styled(name.padded(to: width), .bold))  \(summary)")
    }
  }
}

extension OptionSynopsis {
  /// The summary with what holds when the option is left out.
  var described: String { initial.map { "\(summary) (left out: \($0))" } ?? summary }
}
