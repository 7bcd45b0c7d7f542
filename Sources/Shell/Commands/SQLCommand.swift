import Foundation
import Language
import Notebook
import Reports
import Synchronization
import Terminal
import TerminalText

/// `sql SELECT …`.
struct SQLCommand: Command {
  static let synopsis = Synopsis(
    "sql", "ask the notebook in SQL",
    parameters: [Parameter("query", .text, "one query that only reads")], takesRest: true,
    discussion: """
      The notebook is an SQLite file. The query runs on a connection that cannot write. `help schema` \
      lists the tables with their columns. Three views have names where tables have ids: `metrics` \
      (run, name, step, value, time), `parameters` (run, key, value: every entry of every specification \
      as it stands now) and `tweaks`. In the table `parameter` the entries are as the run began.
      """,
    examples: [
      Example(
        "Runs by status.", "sql select status, count(*) from run group by status", given: .runs),
      Example(
        "Every tenth value of a metric.",
        "sql select step, value from metrics where run = 'base' and name = '\(ExampleMetric.score)'"
          + " and step % 10 = 0",
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
    if let format = session.configuration.outputMode.rowFormat {
      session.hasShownRows = true
      var writer: RowWriter?
      try answer(from: notebook) { part in
        if let columns = part.columns { writer = RowWriter(columns: columns, as: format) }
        session.output.data(writer?.text(of: part.rows.map { $0.map(Table.Cell.init) }) ?? "")
      }
      return session.output.data(writer?.end() ?? "")
    }
    try show(from: notebook, in: session)
  }

  /// An answer that is laid out as a whole, and so has an end.
  private func show(from notebook: Notebook, in session: Session) throws {
    var table = Table([])
    var isCutShort = false
    try answer(from: notebook) { part in
      if let columns = part.columns { table.columns = columns }
      let room = Self.mostRows - table.rows.count
      for row in part.rows.prefix(room) { table.append(row.map(Table.Cell.init)) }
      isCutShort = part.rows.count > room
      if isCutShort { throw RowsAreEnough() }
    }
    let mode = session.configuration.outputMode
    guard isCutShort else { return session.show(table) }
    guard mode == .plain || mode == .box else {
      throw ShellError.failed(
        "the answer has more than \(grouped(Self.mostRows)) rows, which `| \(mode.rawValue)` does not hold; "
          + "`| csv` and `| json` write any number")
    }
    session.show(table)
    session.errors.line(
      "note: only the first \(grouped(Self.mostRows)) rows are shown; `| csv` writes all")
  }

  /// Rows of an answer that is laid out as a whole.
  private static let mostRows = 100_000

  /// The answer part by part, looked up on another thread, so that Ctrl-C ends a query that takes too
  /// long.
  private func answer(from notebook: Notebook, _ take: (AnswerPart) throws -> Void) throws {
    Interrupts.install()
    let (before, query) = (Interrupts.pendingCount, query)
    let parts = AnswerParts()
    let thread = Thread { parts.fill(from: notebook, query) }
    thread.start()
    defer {
      parts.leave()
      notebook.interruptQuery()
    }
    do {
      while true {
        guard let part = try parts.next(within: 0.05) else {
          if Interrupts.pendingCount > before { throw ShellError.interrupted }
          continue
        }
        if Interrupts.pendingCount > before { throw ShellError.interrupted }
        try take(part)
        if part.isLast { return }
      }
    } catch NotebookError.badQuery(let reason) {
      throw Diagnostic(
        "\(NotebookError.badQuery(reason))", at: verb, help: Self.meant(by: reason))
    } catch is RowsAreEnough {
      return
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
      let holders = Notebook.schemaDescription.filter { table in
        table.columns.contains { $0.name == bare }
      }
      if mark == "no such column: ", !holders.isEmpty {
        let tables = holders.map { "`\($0.name)`" }.listed
        return [
          "\(tables) \(holders.count == 1 ? "has" : "have") one; `help schema` lists all columns"
        ]
      }
      if let meant = nearest(to: bare, in: names) { return ["did you mean `\(meant)`?"] }
      let tables = Notebook.schemaDescription.map(\.name).joined(separator: ", ")
      return ["the tables: \(tables)", "`help schema` lists their columns"]
    }
    return []
  }
}

/// Thrown by whoever takes an answer and wants no more of it.
private struct RowsAreEnough: Error {}

/// Some rows of an answer.
private struct AnswerPart: Sendable {
  /// Of the first part.
  var columns: [String]?
  var rows: [[SQLValue]] = []
  var isLast = false
}

/// What the thread that asks leaves for the one that waits: two parts at most, whatever the answer's size.
private final class AnswerParts: Sendable {
  private let parts = Mutex<[Result<AnswerPart, any Error>]>([])
  private let hasLeft = Mutex(false)
  private let room = DispatchSemaphore(value: 2)
  private let filled = DispatchSemaphore(value: 0)

  /// Bytes, about, and rows of a part.
  private static let size = (bytes: 1 << 20, rows: 4096)

  func fill(from notebook: Notebook, _ query: String) {
    var part = AnswerPart()
    var bytes = 0
    do {
      try notebook.query(query) {
        part.columns = $0
      } row: { row in
        part.rows.append(row)
        bytes += row.reduce(0) { $0 + $1.byteCount }
        guard part.rows.count >= Self.size.rows || bytes >= Self.size.bytes else { return true }
        put(.success(part))
        (part, bytes) = (AnswerPart(), 0)
        return !hasLeft.withLock { $0 }
      }
      part.isLast = true
      put(.success(part))
    } catch { put(.failure(error)) }
  }

  private func put(_ part: Result<AnswerPart, any Error>) {
    room.wait()
    parts.withLock { $0.append(part) }
    filled.signal()
  }

  /// The next part; nil where there is none within so many seconds.
  func next(within seconds: Double) throws -> AnswerPart? {
    guard filled.wait(timeout: .now() + seconds) == .success else { return nil }
    let part = parts.withLock { $0.removeFirst() }
    room.signal()
    return try part.get()
  }

  /// Nobody takes any more of it: there is room for what is still put.
  func leave() {
    hasLeft.withLock { $0 = true }
    for _ in 0..<8 { room.signal() }
  }
}

extension SQLValue {
  fileprivate var byteCount: Int {
    switch self {
    case .null, .integer, .real: 16
    case .text(let text): text.utf8.count
    case .blob(let data): data.count
    }
  }
}
