import Language
import Notebook
import Terminal

/// `quit`.
struct QuitCommand: Command {
  static let synopsis = Synopsis(
    "quit", "leave gansh",
    discussion: """
      Ctrl-D on an empty line does the same. While runs are at work in the background the first one \
      says so, and the second stops them, saved. In a script the statements after it are not run, and \
      the exit status is 0; runs in the background are waited for.
      """,
    examples: [Example("Leave.", "quit")], searchTerms: ["exit", "bye", "logout"],
    isJournalled: false)

  init(parsing statement: Statement) throws(Diagnostic) {
    _ = try Arguments(statement, of: Self.synopsis)
  }

  func run(in session: Session) { session.isQuitting = session.mayLeave() }
}

extension Session {
  /// Whether nobody minds that the program ends; said once where runs would be stopped by it.
  func mayLeave() -> Bool {
    let names = atWork.map(\.name) + sweeps.filter { $0.count > 0 }.map(\.sweep.name)
    if names.isEmpty || hasWarnedOfRuns || !configuration.isInteractive { return true }
    hasWarnedOfRuns = true
    errors.line(
      "\(names.joined(separator: ", ")) would be stopped, saved: `quit` again does that, `wait` waits"
    )
    return false
  }
}
