import Foundation
import Language
import Notebook
import Reports
import Synchronization
import Terminal

/// `sql SELECT …`.
struct SQLCommand: Command {
  static let synopsis = Synopsis(
    "sql", "ask the notebook in SQL",
    parameters: [Parameter("query", .text, "one query that only reads")], takesRest: true,
    discussion: """
      The notebook is an SQLite file. The query runs on a connection that cannot write. `help schema` \
      lists the tables with their columns. Three views have names where tables have ids: `metrics` \
      (run, name, step, value, time), `parameters` (run, key, value: every entry of every specification \
      as it stands now) and `tweaks`. Beside SQLite's functions there is \
      `parameter(run.text, 'lr')`, an entry of a specification as the run began with it.
      """,
    examples: [
      Example(
        "Runs by status.", "sql select status, count(*) from run group by status", given: .runs),
      Example(
        "Every tenth value of a metric.",
        "sql select step, value from metrics where run = 'base' and name = 'd_real' and step % 10 = 0",
        given: .runs),
      Example(
        "What was tried.", "sql select run, value from parameters where key = 'lr'", given: .runs),
      Example(
        "The tables.", "sql select name from sqlite_schema where type = 'table'",
        given: .declarations),
    ],
    searchTerms: ["select", "query", "database", "table"], answer: .listing)

  private let query: String
  private let verb: Span

  init(parsing statement: Statement) throws(Diagnostic) {
    query = statement.rest.trimmed
    verb = statement.verb.span
    if query.isEmpty {
      throw Diagnostic(
        "`sql` needs a query", at: verb, help: ["for example `sql select name, status from run`"])
    }
  }

  func run(in session: Session) throws {
    guard let notebook = try session.existingNotebook() else {
      throw ShellError.failed(
        "there is no notebook `\(session.configuration.notebookPath)` yet to ask")
    }
    let result = try answer(from: notebook)
    session.show(Table(result))
    if result.isCutShort { session.errors.line("note: only the first rows are shown") }
  }

  /// The answer, looked up on another thread, so that Ctrl-C ends a query that takes too long.
  private func answer(from notebook: Notebook) throws -> SQLResult {
    Interrupts.install()
    let (before, query) = (Interrupts.pendingCount, query)
    let (box, isOver) = (AnswerBox(), DispatchSemaphore(value: 0))
    let thread = Thread {
      let result = Result<SQLResult, any Error> { try notebook.query(query) }
      box.result.withLock { $0 = result }
      isOver.signal()
    }
    thread.start()
    while isOver.wait(timeout: .now() + 0.05) == .timedOut {
      if Interrupts.pendingCount > before { notebook.interruptQuery() }
    }
    guard Interrupts.pendingCount == before, let result = box.result.withLock({ $0 }) else {
      throw ShellError.interrupted
    }
    do { return try result.get() } catch NotebookError.badQuery(let reason) {
      throw Diagnostic(
        "\(NotebookError.badQuery(reason))", at: verb, help: Self.meant(by: reason))
    }
  }

  /// The table or column that was meant where SQLite knows none of a name.
  private static func meant(by reason: String) -> [String] {
    for (mark, names) in [
      ("no such table: ", Notebook.schemaDescription.map(\.name)),
      ("no such column: ", Notebook.schemaDescription.flatMap { $0.columns.map(\.name) }),
    ] {
      guard let found = reason.firstRange(of: mark) else { continue }
      let name = reason[found.upperBound...].prefix {
        $0.isLetter || $0.isNumber || "_.".contains($0)
      }
      let bare = name.split(separator: ".").last.map(String.init) ?? ""
      return nearest(to: bare, in: names).map { ["did you mean `\($0)`?"] } ?? []
    }
    return []
  }
}

/// What the thread that asks leaves for the one that waits.
private final class AnswerBox: Sendable {
  let result = Mutex<Result<SQLResult, any Error>?>(nil)
}
