import Language
import Notebook
import Terminal

/// `stop RUN …`.
struct StopCommand: Command {
  static let synopsis = Synopsis(
    "stop", "end a run at its step, saved",
    parameters: [Parameter("run", .run, "a run that is at work", repeats: true)],
    discussion: """
      `resume` goes on with it later, in this shell or another one, as if it had never been stopped. It \
      may be a run of another process on the same notebook.
      """,
    examples: [
      Example(
        "Enough of it.",
        """
        run mine on ring steps=1M as long &
        stop long
        """, given: .declarations)
    ],
    searchTerms: ["end", "kill", "cancel", "interrupt", "halt"])

  private let names: [Word]

  init(parsing statement: Statement) throws(Diagnostic) {
    names = try Arguments(statement, of: Self.synopsis).words("run")
  }

  func run(in session: Session) throws {
    let runs = try names.map { try session.runAtWork($0, to: "stop") }
    let requests = try runs.map { try session.ask(.stop, of: $0) }
    for (run, request) in zip(runs, requests) { try session.awaitEnd(of: run, askedBy: request) }
  }
}
