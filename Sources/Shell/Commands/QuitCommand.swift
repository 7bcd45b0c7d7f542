import Language

/// `quit`.
struct QuitCommand: Command {
  static let synopsis = Synopsis(
    "quit", "leave gansh",
    discussion: "Ctrl-D on an empty line does the same. In a script the statements after it are "
      + "not run, and the exit status is 0.",
    examples: [Example("Leave.", "quit")], searchTerms: ["exit", "bye", "logout"],
    isJournalled: false)

  init(parsing statement: Statement) throws(Diagnostic) {
    _ = try Arguments(statement, of: Self.synopsis)
  }

  func run(in session: Session) { session.isQuitting = true }
}
