package import Language

/// One thing that can be typed. A command is a file in Commands/ and a row in `Registry`.
package protocol Command: SendableMetatype {
  static var synopsis: Synopsis { get }

  /// The options that may follow these words of a statement, the verb first, for completion.
  static func options(after words: [String]) -> [OptionSynopsis]

  /// Reads a statement, without touching the session: a text is read whole before any of it runs.
  init(parsing statement: Statement) throws(Diagnostic)

  /// What may have been meant by a statement that cannot be read, from what there is in the notebook.
  static func help(for statement: Statement, in session: Session) -> [String]

  /// Does it.
  ///
  /// - Throws: a `Diagnostic` where a word of the statement is at fault, else any error whose
  ///   description says what, where, and what to do.
  func run(in session: Session) throws
}

extension Command {
  package static func options(after words: [String]) -> [OptionSynopsis] { synopsis.options }
  package static func help(for statement: Statement, in session: Session) -> [String] { [] }
}

/// What went wrong while a command ran, where no word of the statement is to blame.
package enum ShellError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Already shown (by an included file); nothing more is to be said.
  case reported
  case interrupted
  /// Another process is at work in what is asked for, in so many words.
  case occupied(String)
  /// Anything else: what, where, what to do, in lower case.
  case failed(String)

  package var description: String {
    switch self {
    case .reported: "stopped at an error above"
    case .interrupted: "interrupted"
    case .occupied(let text), .failed(let text): text
    }
  }
}
