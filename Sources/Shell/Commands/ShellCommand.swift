import Language
import Terminal

/// `!COMMAND`.
struct ShellCommand: Command {
  static let synopsis = Synopsis(
    "!", "run a command of the system's shell",
    parameters: [Parameter("command", .path, "a line for `sh`")], takesRest: true,
    discussion: """
      The rest of the line goes to `sh -c` as it is, pipes and all; what the command prints goes to \
      the terminal, not into the notebook, which keeps the line and how it came out. A command that \
      fails is an error, and ends a script. A `cd` holds for that one line.
      """,
    examples: [Example("What lies here.", "!ls -a | head -3")],
    searchTerms: ["shell", "system", "bash", "command", "ls", "cd", "\\!"])

  private let command: String
  private let place: Span

  init(parsing statement: Statement) throws(Diagnostic) {
    command = statement.rest.trimmed
    place = statement.span
    if command.isEmpty {
      throw Diagnostic("`!` needs a command after it", at: place, help: ["for example `!ls`"])
    }
    guard !command.utf8.contains(0) else {
      throw Diagnostic("a command for the shell holds no NUL", at: place)
    }
  }

  func run(in session: Session) throws {
    Interrupts.install()
    let before = Interrupts.pendingCount
    let ending = ChildProcess.run(command)
    if Interrupts.pendingCount > before { throw ShellError.interrupted }
    switch ending {
    case .exited(0): return
    case .exited(let status):
      throw Diagnostic("the command ended with exit status \(status)", at: place)
    case .signalled(let number):
      throw Diagnostic("the command was ended by signal \(number)", at: place)
    case .failed(let reason):
      throw ShellError.failed("`sh` cannot be started: \(reason)")
    }
  }
}
