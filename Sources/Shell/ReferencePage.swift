/// The reference pages under docs/reference, made from the synopses.
package enum ReferencePage {
  /// Every page: file name and Markdown.
  package static var all: [(name: String, text: String)] {
    let synopses = Registry.commands.map { $0.synopsis }
    return [("README.md", index(of: synopses))]
      + synopses.map { (fileName(of: $0), page(for: $0)) }
  }

  private static let notice =
    "<!-- Made from the commands themselves; see docs/internals/shell.md. -->\n"

  private static func fileName(of synopsis: Synopsis) -> String {
    (synopsis.name == "!" ? "shell-command" : synopsis.name) + ".md"
  }

  private static func index(of synopses: [Synopsis]) -> String {
    var text = notice + "\n# Commands\n\n"
    text += "One statement a line: a verb, its operands, then `key=value` options.\n\n"
    text += "| Command | |\n|---|---|\n"
    for synopsis in synopses {
      text += "| [`\(synopsis.name)`](\(fileName(of: synopsis))) | \(synopsis.summary) |\n"
    }
    return text
  }

  private static func page(for synopsis: Synopsis) -> String {
    var parts = [notice, "# \(synopsis.name)\n", synopsis.summary.capitalisedSentence + "\n"]
    parts.append("```\n\(synopsis.usage)\n```\n")
    if !synopsis.parameters.isEmpty {
      let rows = synopsis.parameters.map { "| `\($0.usage)` | \($0.summary) |\n" }
      parts.append("## Operands\n\n| Operand | |\n|---|---|\n" + rows.joined())
    }
    if !synopsis.options.isEmpty {
      let rows = synopsis.options.map {
        "| `\($0.key)=` | \($0.summary) | \($0.initial.map { "`\($0)`" } ?? "") |\n"
      }
      parts.append("## Options\n\n| Option | | If left out |\n|---|---|---|\n" + rows.joined())
    }
    if !synopsis.discussion.isEmpty { parts.append(synopsis.discussion + "\n") }
    let examples = synopsis.examples.map { "\($0.purpose)\n\n```\n\($0.script)\n```\n" }
    if !examples.isEmpty { parts.append("## Examples\n\n" + examples.joined(separator: "\n")) }
    return parts.joined(separator: "\n")
  }
}

extension String {
  fileprivate var capitalisedSentence: String { prefix(1).uppercased() + dropFirst() + "." }
}
