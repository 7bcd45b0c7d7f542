import Language
import Notebook
import Terminal

/// `note RUN "…"`.
struct NoteCommand: Command {
  static let synopsis = Synopsis(
    "note", "write a remark about a run into the notebook",
    parameters: [
      Parameter("run", .run, "a run"),
      Parameter("text", .text, "what there is to say, in quotes", repeats: true),
    ],
    discussion: """
      Remarks stay in the order in which they were made, each with its time; `show RUN` prints them. A \
      remark is never changed: make another.
      """,
    examples: [
      Example("A remark.", "note base \"modes went missing from step 30 on\"", given: .runs)
    ],
    searchTerms: ["remark", "comment", "annotate", "write"])

  private let run: Word
  private let text: String

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    run = try arguments.requiredWord("run")
    text = try arguments.words("text").map(\.text).joined(separator: " ")
  }

  func run(in session: Session) throws {
    let record = try session.run(named: run)
    try session.notebook().note(text, run: record.id)
    session.output.line("\(record.name): noted")
  }
}
