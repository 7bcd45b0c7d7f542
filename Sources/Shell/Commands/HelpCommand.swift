import Language
import Terminal

/// `help` and `help COMMAND`.
struct HelpCommand: Command {
  static let synopsis = Synopsis(
    "help", "say what can be typed, or all about one command",
    parameters: [
      Parameter("command", .verb, "the name of a command, or a word", isRequired: false)
    ],
    takesRest: true,
    discussion: "A word that is no command finds the commands that have to do with it.",
    examples: [
      Example("List the commands.", "help"), Example("All about one.", "help quit"),
      Example("Find the command for something.", "help leave"),
    ],
    searchTerms: ["?", "man", "usage", "commands"], answer: .text, isJournalled: false)

  private let words: String

  init(parsing statement: Statement) throws(Diagnostic) {
    words = statement.rest.trimmed
  }

  func run(in session: Session) throws {
    let output = session.output
    if words.isEmpty { return overview(on: output) }
    if let command = Registry.command(named: words) {
      return Self.describe(command.synopsis, on: output)
    }
    let found = Registry.commands.map { $0.synopsis }.filter { $0.concerns(words) }
    guard !found.isEmpty else {
      let meant = suggestion(for: words, in: Registry.verbs)
      throw Diagnostic("nothing is known about `\(words)`", help: meant + ["`help` lists all"])
    }
    output.line("Commands that have to do with \(words):")
    list(found, on: output)
  }

  private func overview(on output: Output) {
    output.line("A statement is a verb, its operands, then key=value options:")
    output.line()
    list(Registry.commands.map { $0.synopsis }, on: output)
    output.line()
    output.line("`help COMMAND` tells all about one. TAB completes. Statements are joined by `;`,")
    output.line("go on over lines inside `{ }`, and `#` begins a comment.")
  }

  private func list(_ synopses: [Synopsis], on output: Output) {
    let width = synopses.map(\.name.count).max() ?? 0
    for synopsis in synopses {
      let name = synopsis.name.padded(to: width)
      output.line("  \(output.styled(name, .bold))  \(synopsis.summary)")
    }
  }

  private static func describe(_ synopsis: Synopsis, on output: Output) {
    output.line("\(output.styled(synopsis.name, .bold)): \(synopsis.summary)")
    output.line()
    output.line("  " + synopsis.usage)
    let rows = synopsis.parameters.map { ($0.name.uppercased(), $0.summary) }
    table("Operands", rows, on: output)
    table("Options", synopsis.options.map { ($0.key + "=", $0.described) }, on: output)
    if !synopsis.discussion.isEmpty {
      output.line()
      output.line(synopsis.discussion)
    }
    if !synopsis.examples.isEmpty {
      output.line()
      output.line(output.styled("Examples", .bold))
      for example in synopsis.examples {
        output.line("  " + output.styled("# " + example.purpose, .dim))
        for line in example.script.split(separator: "\n") { output.line("  \(line)") }
      }
    }
  }

  private static func table(_ title: String, _ rows: [(String, String)], on output: Output) {
    guard !rows.isEmpty else { return }
    output.line()
    output.line(output.styled(title, .bold))
    let width = rows.map(\.0.count).max() ?? 0
    for (name, text) in rows { output.line("  \(name.padded(to: width))  \(text)") }
  }
}

extension Synopsis {
  /// Whether a word leads here: in the name, the summary, the search terms or an option's key.
  fileprivate func concerns(_ word: String) -> Bool {
    let word = word.lowercased()
    let texts = [name, summary] + searchTerms + options.map(\.key)
    return texts.contains { $0.lowercased().contains(word) }
  }
}

extension OptionSynopsis {
  /// The summary with what holds when the option is left out.
  var described: String { initial.map { "\(summary) (\($0))" } ?? summary }
}
