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
      that themselves were `rerun` are passed over. A run that was given a name which is taken by now \
      is called NAME-rerun, -rerun-2, ….
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
    let again = cells.filter { !$0.source.hasPrefix("rerun") }
    for (index, cell) in again.enumerated() {
      let source = try session.renamed(
        SourceText(name: "cell \(cell.number)", text: cell.source))
      if !session.configuration.echoes { session.echo(source.text) }
      switch session.run(source) {
      case .succeeded: break
      case .interrupted: throw ShellError.interrupted
      case .failed:
        let rest = again.count - index - 1
        // At the prompt going on is about what was typed next, not about what was built on this.
        if session.configuration.keepsGoing && !session.configuration.isInteractive { continue }
        if rest == 0 { throw ShellError.reported }
        throw ShellError.failed(
          "cell \(cell.number) failed; \(rest == 1 ? "the one" : "the \(rest)") after it "
            + "\(rest == 1 ? "was" : "were") not run again")
      }
      if session.isQuitting { return }
    }
  }
}

extension Session {
  /// A cell's text with a name that is free, where it gives a run one that is taken.
  fileprivate func renamed(_ source: SourceText) throws -> SourceText {
    guard let statement = parsePrefix(source).statements.first,
      let synopsis = [RunCommand.synopsis, ReplayCommand.synopsis, BranchCommand.synopsis].first(
        where: {
          $0.name == statement.verb.text
        }), let name = try? Arguments(statement, of: synopsis).term("name"),
      let notebook = try existingNotebook(), try notebook.run(named: name.text) != nil
    else { return source }
    let free = try notebook.freeName(.rerun(of: name.text))
    let bytes = Array(source.text.utf8)
    let text =
      String(decoding: bytes[..<name.span.start], as: UTF8.self) + free
      + String(decoding: bytes[name.span.end...], as: UTF8.self)
    return SourceText(name: source.name, text: text)
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
    // `2-3` is how a range is mostly written elsewhere.
    let ends = source.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    if ends.count == 2, let first = ends[0], let last = ends[1] {
      throw mismatch(
        "a range of cells", "two whole numbers that go up, like 3..7",
        help: ["did you mean `\(first)..\(last)`?"])
    }
    let number = try integer(in: 1...1_000_000_000, for: "the number of a cell")
    return number...number
  }
}
