import Language
import Notebook
import Terminal

/// `note RUN "…"`.
struct NoteCommand: Command {
  static let synopsis = Synopsis(
    "note", "write a remark about a run into the notebook",
    parameters: [
      Parameter("run", .run, "a run"),
      Parameter("text", .text, "what there is to say, best in quotes", repeats: true),
    ],
    discussion: """
      Remarks stay in the order in which they were made, each with its time; `show RUN` prints them. A \
      remark is never changed: make another. Without quotes around it a remark is kept as it was typed, \
      up to a `;` or a `#`.
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
    text = try Self.remark(in: statement, arguments.words("text"))
  }

  /// Texts in quotes as they read; bare words as they were typed, quotes between them included.
  private static func remark(in statement: Statement, _ words: [Word]) -> String {
    let operands = statement.operands
    let isQuoted = operands.dropFirst().allSatisfy { term in
      if case .string = term.value { true } else { false }
    }
    guard !isQuoted, operands.count > 1 else { return words.map(\.text).joined(separator: " ") }
    let typed = statement.rest.utf8.dropFirst(operands[1].span.start - operands[0].span.start)
    return String(decoding: typed, as: UTF8.self).split(separator: "\\\n").joined(separator: " ")
  }

  func run(in session: Session) throws {
    let record = try session.run(named: run)
    try session.notebook().note(text, run: record.id)
    session.output.line("\(record.name): noted")
  }
}
