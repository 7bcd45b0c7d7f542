import Language
import Notebook
import Terminal

/// `rerun N..M`.
struct RerunCommand: Command {
  static let synopsis = Synopsis(
    "rerun", "run cells again as they were typed",
    parameters: [Parameter("cells", .text, "a number of `In [7]`, or several: 3..7")],
    options: [
      OptionSynopsis(
        "session", .integer, "the sitting whose cells are meant, as `history` numbers them",
        initial: "this one, or the latest that has them", example: "rerun 1 session=1")
    ],
    discussion: """
      Each is printed and run, and is a new cell of this session; the first that fails ends it. Cells \
      that themselves were `rerun` are passed over.
      """,
    examples: [Example("The first two again.", "rerun 1..2", given: .declarations)],
    searchTerms: ["again", "repeat", "replay", "cell"])

  private let numbers: ClosedRange<Int>
  private let sitting: Int64?
  private let place: Span

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    guard let term = arguments.term("cells") else {
      throw Diagnostic("`rerun` needs the number of a cell", at: statement.verb.span)
    }
    numbers = try term.cellNumbers()
    place = term.span
    sitting = try arguments.integer("session", in: 1...Int(1e12)).map(Int64.init)
  }

  func run(in session: Session) throws {
    let cells = try session.cells(numbers, ofSession: sitting, at: place)
    for cell in cells where !cell.source.hasPrefix("rerun") {
      if !session.configuration.echoes { session.echo(cell.source) }
      switch session.run(SourceText(name: "cell \(cell.number)", text: cell.source)) {
      case .succeeded: continue
      case .interrupted: throw ShellError.interrupted
      case .failed:
        if !session.configuration.keepsGoing { throw ShellError.reported }
      }
      if session.isQuitting { return }
    }
  }
}

extension Term {
  /// The number of a cell, or a range of them.
  func cellNumbers() throws(Diagnostic) -> ClosedRange<Int> {
    if case .range(let lower, let upper) = value {
      guard let first = Int(exactly: lower), let last = Int(exactly: upper), first >= 1,
        first <= last
      else { throw mismatch("a range of cells", "two whole numbers that go up, like 3..7") }
      return first...last
    }
    let number = try integer(in: 1...1_000_000_000, for: "the number of a cell")
    return number...number
  }
}
