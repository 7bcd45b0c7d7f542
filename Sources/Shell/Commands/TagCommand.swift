import Language
import Notebook
import Terminal

/// `tag RUN WORD …`.
struct TagCommand: Command {
  static let synopsis = Synopsis(
    "tag", "mark a run with words",
    parameters: [
      Parameter("run", .run, "a run"),
      Parameter("tags", .newName, "words to mark it with", isRequired: false, repeats: true),
    ],
    options: [OptionSynopsis("remove", .list(.newName), "tags to take off")],
    discussion:
      "A tag is there or not; the run's tags are printed when they have changed, and by `show`.",
    examples: [
      Example("Two tags.", "tag base baseline keep", given: .runs),
      Example("One off again.", "tag base keep old; tag base remove=old", given: .runs),
    ],
    searchTerms: ["label", "mark", "group", "untag"])

  private let run: Word
  private let added: [Word]
  private let removed: [Word]

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    run = try arguments.requiredWord("run")
    added = try arguments.words("tags")
    removed = try arguments.names("remove") ?? []
    guard !added.isEmpty || !removed.isEmpty else {
      throw Diagnostic(
        "`tag` needs words to mark the run with", at: statement.span,
        help: ["`tag \(run.text) keep`, or `tag \(run.text) remove=keep`"])
    }
  }

  func run(in session: Session) throws {
    let record = try session.run(named: run)
    let notebook = try session.notebook()
    let known = try notebook.tags(run: record.id)
    for word in removed where !known.contains(word.text) {
      throw Diagnostic(
        "\(record.name) has no tag `\(word.text)`", at: word.span,
        help: suggestion(for: word.text, in: known, kind: "tags"))
    }
    for word in added { try notebook.tag(word.text, run: record.id) }
    for word in removed { try notebook.untag(word.text, run: record.id) }
    let tags = try notebook.tags(run: record.id)
    session.output.line(
      "\(record.name): \(tags.isEmpty ? "no tags" : tags.joined(separator: ", "))")
  }
}
