import Language
import Terminal

/// `help` and `help WORD`.
struct HelpCommand: Command {
  static let synopsis = Synopsis(
    "help", "say what can be typed, or all about one thing",
    parameters: [
      Parameter(
        "topic", .topic, "a command, layer, objective, option, key … or any word",
        isRequired: false)
    ],
    takesRest: true,
    discussion: """
      Everything that can be typed is a topic: commands, layers, objectives, penalties, \
      optimisers, initialisations, sources of data, presets, metrics, options, settings, output modes. `help layers` \
      lists those of a kind, `help shortcuts` the keys of the prompt. Names of the literature and of other programs \
      lead to what is called otherwise here (`help TTUR`, `help label smoothing`), values of an option to it \
      (`help extragradient`). Any other word finds what has to do with it. `help schema` lists the tables of the notebook, `help schema TABLE` the \
      columns of one.
      """,
    examples: [
      Example("List the commands.", "help"), Example("All about one.", "help quit"),
      Example("About a layer.", "help lrelu"), Example("About an option.", "help lr"),
      Example("All of a kind.", "help objectives"), Example("The keys.", "help shortcuts"),
      Example("What `sql` may ask for.", "help schema metricSummary"),
      Example("By another name.", "help label smoothing"),
      Example("Find what has to do with something.", "help leave"),
    ],
    searchTerms: ["?", "man", "usage", "commands", "\\?"], answer: .text, isJournalled: false)

  private let words: String

  init(parsing statement: Statement) throws(Diagnostic) {
    words = statement.rest.trimmed
  }

  func run(in session: Session) throws {
    if words == "schema" || words.hasPrefix("schema ") {
      return try SchemaManual.show(String(words.dropFirst(6)).trimmed, on: session.output)
    }
    let page = HelpPage(on: session.output)
    if words.isEmpty { return page.overview() }
    let topics = HelpTopic.named(words, metrics: session.metrics)
    if !topics.isEmpty { return page.describe(topics) }
    let found = HelpTopic.concerning(words)
    guard !found.isEmpty else {
      let known = HelpTopic.all.map(\.name) + Registry.commands.flatMap { $0.synopsis.searchTerms }
      let meant = nearest(to: words, in: known).map { ["did you mean `\($0)`?"] } ?? []
      throw Diagnostic("nothing is known about `\(words)`", help: meant + ["`help` lists all"])
    }
    page.list("What has to do with \(words):", found)
  }
}
