import Specification

/// The reference pages under docs/reference, made from the synopses.
package enum ReferencePage {
  /// Every page: file name and Markdown.
  package static var all: [(name: String, text: String)] {
    let synopses = Registry.commands.map { $0.synopsis }
    return [("README.md", index(of: synopses))]
      + synopses.map { (fileName(of: $0), page(for: $0)) }
      + Manual.sections.map { ("\($0.name).md", page(for: $0)) } + [("options.md", optionsPage)]
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
    text += "\n# What stands in them\n\n| Page | |\n|---|---|\n"
    for section in Manual.sections {
      text += "| [\(section.name)](\(section.name).md) | \(cell(section.summary)) |\n"
    }
    return text + "| [options](options.md) | every option of every command |\n"
  }

  private static func page(for section: Manual.Section) -> String {
    var parts = [notice, "# \(section.name.capitalised)\n"]
    parts.append(section.summary.capitalisedSentence + "\n")
    if !section.discussion.isEmpty { parts.append(section.discussion + "\n") }
    for entry in section.entries {
      parts.append("## \(entry.name)\n")
      parts.append("`\(entry.usage)`: \(entry.summary).\n")
      if !entry.options.isEmpty { parts.append(table(of: entry.options)) }
      if !entry.discussion.isEmpty { parts.append(entry.discussion + "\n") }
      if let example = entry.example { parts.append(block(example)) }
    }
    return parts.joined(separator: "\n")
  }

  /// Options by key, each with the commands that take it.
  private static var optionsPage: String {
    let uses = OptionUse.all
    var parts = [
      notice, "# Options\n",
      """
      The names of all options, so that a new one fits: whole words of the field, joined by hyphens; what \
      happens at intervals ends in `-every`, a number of things is their plural, `g` and `d` before a \
      word mean one network alone. Below is each with an example.

      """, names(of: uses),
    ]
    for key in Set(uses.map(\.option.key)).sorted() {
      parts.append("## \(key)\n")
      var told = Set<String>()
      for use in uses where use.option.key == key && told.insert(use.option.described).inserted {
        let sharing = uses.filter {
          $0.option.key == key && $0.option.described == use.option.described
        }
        let commands = sharing.map { "[`\($0.command.name)`](\(fileName(of: $0.command)))" }
        parts.append("\(commands.joined(separator: ", ")): \(use.option.described).\n")
        if !use.option.values.isEmpty {
          parts.append(use.option.values.map { "- `\($0.name)`: \($0.summary)\n" }.joined())
        }
        if !use.option.discussion.isEmpty { parts.append(use.option.discussion + "\n") }
        if let example = sharing.compactMap(\.example).first {
          parts.append("```\n\(example.script)\n```\n")
        }
      }
    }
    return parts.joined(separator: "\n")
  }

  /// Every key, the commands that take it, and what it is.
  private static func names(of uses: [OptionUse]) -> String {
    var text = "| Option | Of | | Before |\n|---|---|---|---|\n"
    for key in Set(uses.map(\.option.key)).sorted() {
      let own = uses.filter { $0.option.key == key }
      let commands = own.map { "`\($0.command.name)`" }.joined(separator: ", ")
      let earlier = RunSpecification.earlierKey(of: key).map { "`\($0)=`" } ?? ""
      let summary = own.first.map { cell($0.option.summary) } ?? ""
      text += "| [`\(key)=`](#\(key)) | \(commands) | \(summary) | \(earlier) |\n"
    }
    return text
  }

  private static func table(of options: [OptionSynopsis]) -> String {
    let rows = options.map {
      "| `\($0.key)=` | \(cell($0.summary)) | \($0.initial.map { "`\($0)`" } ?? "") |\n"
    }
    return "| Option | | If left out |\n|---|---|---|\n" + rows.joined()
  }

  private static func block(_ example: Example) -> String {
    "\(example.purpose)\n\n```\n\(example.script)\n```\n"
  }

  /// A bar would end a cell of a Markdown table.
  private static func cell(_ text: String) -> String {
    text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }

  private static func page(for synopsis: Synopsis) -> String {
    var parts = [notice, "# \(synopsis.name)\n", synopsis.summary.capitalisedSentence + "\n"]
    parts.append("```\n\(synopsis.usage)\n```\n")
    if !synopsis.parameters.isEmpty {
      let rows = synopsis.parameters.map { "| `\($0.usage)` | \($0.summary) |\n" }
      parts.append("## Operands\n\n| Operand | |\n|---|---|\n" + rows.joined())
    }
    if !synopsis.options.isEmpty {
      parts.append("## Options\n\n" + table(of: synopsis.options))
    }
    if !synopsis.discussion.isEmpty { parts.append(synopsis.discussion + "\n") }
    let examples = synopsis.examples.map(block)
    if !examples.isEmpty { parts.append("## Examples\n\n" + examples.joined(separator: "\n")) }
    return parts.joined(separator: "\n")
  }
}

extension String {
  fileprivate var capitalisedSentence: String { capitalised + "." }
}
