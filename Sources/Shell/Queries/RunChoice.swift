import Language
import Notebook

/// Runs as a statement gives them: by their names, or by `where …`.
struct RunChoice {
  private let words: [Word]
  private let selection: RowSelection
  private let verb: Word
  private let least: Int
  private let purpose: String

  /// - Parameter purpose: what is to be done with them: `show` or `delete`.
  /// - Throws: when there are neither names nor a condition, both, or too few names.
  init(
    _ words: [Word], _ statement: Statement, atLeast least: Int = 1, to purpose: String = "show"
  ) throws(Diagnostic) {
    self.words = words
    self.least = least
    self.purpose = purpose
    selection = RowSelection(statement)
    verb = statement.verb
    if words.isEmpty {
      guard selection.isEverything else { return }
      throw Diagnostic(
        "`\(verb.text)` needs \(Self.count(least)), or `where` and a condition",
        at: statement.span)
    }
    if let place = statement.clausePlace {
      throw Diagnostic(
        "either names of runs or a condition, not both", at: place,
        help: ["a condition can name them: `name in \(words.map(\.text).joined(separator: ","))`"])
    }
    guard words.count >= least else {
      throw Diagnostic("`\(verb.text)` needs \(Self.count(least))", at: statement.span)
    }
  }

  /// The runs' names, in the order that was typed or asked for.
  ///
  /// - Throws: a `Diagnostic` where a name is no run's or too few meet the condition.
  func names(in session: Session) throws -> [String] {
    guard words.isEmpty else {
      return try words.map { try session.run(named: $0, to: purpose).name }
    }
    let query = try selection.query(in: session.runVocabulary())
    let names = try session.existingNotebook()?.runNames(matching: query) ?? []
    guard names.count >= least else {
      throw Diagnostic(
        names.isEmpty ? "no run is like that" : "only `\(names[0])` is like that", at: verb.span,
        help: ["`runs where …` lists those that meet a condition"])
    }
    return names
  }

  private static func count(_ least: Int) -> String {
    least == 1 ? "a run or more" : "two runs or more"
  }
}
