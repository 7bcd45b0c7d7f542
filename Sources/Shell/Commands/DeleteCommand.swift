import Foundation
import Language
import Notebook
import Reports
import Terminal
import TerminalText

/// `delete RUN …`, `delete where …`.
struct DeleteCommand: Command {
  static let synopsis = Synopsis(
    "delete", "remove runs with their files, a declaration, or the plan of a sweep",
    parameters: [
      Parameter(
        "runs", .run, "runs, or a condition; `yes` at the end asks nothing", isRequired: false,
        repeats: true),
      Parameter("data", .dataset, "a data set", after: "data", isRequired: false),
      Parameter("architecture", .architecture, "an architecture", after: "arch", isRequired: false),
      Parameter("recipe", .recipe, "a recipe", after: "recipe", isRequired: false),
      Parameter("sweep", .sweep, "a sweep", after: "sweep", isRequired: false),
    ],
    takesCondition: true,
    discussion: """
      Metrics, sample sheets, checkpoints, notes and tags go with a run, and the disk gets the space \
      back; what was typed and printed stays in the history. There is no way back. At a terminal it \
      lists what goes and asks, unless the statement ends in `yes`, and any answer but yes keeps it; elsewhere nobody is asked, and the \
      `yes` must be there. A run that is running is refused.

      `delete data NAME`, `delete arch NAME` and `delete recipe NAME` remove a declaration that no run \
      was made of. They do not ask, since nothing is lost: its line stays in the history, and declared \
      again it is as before. Where runs were made of an \
      earlier one of the same name, the name means that again. What was made of it keeps its own text.

      `delete sweep NAME` forgets what a sweep plans and that its runs belong together; the runs stay. They go before it, with \
      `delete where sweep=NAME`.
      """,
    examples: [
      Example("One run.", "delete calm yes", given: .runs),
      Example("All that failed early.", "delete where steps<25 yes", given: .runs),
      Example("A data set that was declared by mistake.", "data rings ring; delete data rings"),
      Example(
        "A sweep with its runs.",
        """
        sweep mine on ring lr=2e-4,5e-4 steps=10 as s
        delete where sweep=s yes
        delete sweep s
        """, given: .declarations),
    ],
    searchTerms: ["remove", "rm", "erase", "clean", "prune", "space"])

  private let declarations: [(kind: DeclarationKind, name: Word)]
  /// Nil where only declarations are named.
  private let runs: RunChoice?
  private let sweep: Word?
  private let asks: Bool
  private let place: Span

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    var words = try arguments.words("runs")
    asks = words.last?.text != "yes"
    if !asks { words.removeLast() }
    var declarations: [(kind: DeclarationKind, name: Word)] = []
    for (kind, parameter) in [
      (DeclarationKind.dataset, "data"), (.architecture, "architecture"), (.recipe, "recipe"),
    ] {
      if let word = try arguments.word(parameter) { declarations.append((kind, word)) }
    }
    self.declarations = declarations
    sweep = try arguments.word("sweep")
    let isAboutRuns =
      declarations.isEmpty && sweep == nil || !words.isEmpty || statement.clausePlace != nil
    runs = isAboutRuns ? try RunChoice(words, statement, to: "delete") : nil
    place = statement.verb.span
  }

  func run(in session: Session) throws {
    for (kind, name) in declarations { try session.delete(kind, named: name) }
    if let sweep {
      try session.notebook().delete(sweep: try session.sweep(named: sweep))
      session.output.line("sweep \(sweep.text) is deleted; its runs stay")
    }
    guard let runs else { return }
    // One that was typed twice goes once.
    var seen: Set<String> = []
    let names = try runs.names(in: session).filter { seen.insert($0).inserted }
    let notebook = try session.notebook()
    let doomed = try names.map { try Doomed($0, in: notebook) }
    if let alive = doomed.first(where: { $0.run.isAlive }) {
      throw Diagnostic(
        "run `\(alive.run.name)` is running (process \(alive.run.process.pid) on \(alive.run.host))",
        at: place, help: ["stop it first; nothing was deleted"])
    }
    let folder = try notebook.runsFolder()
    for run in doomed { try folder?.checkChange(ofRun: run.run.name) }
    for run in doomed { try tellBranches(of: run.run, besides: doomed, in: session) }
    if asks, try !confirm(doomed, in: session) {
      return session.output.line("kept: nothing was deleted")
    }
    var freed = 0
    var refused: [String] = []
    for run in doomed {
      freed += try delete(run.run, in: notebook, folder, session, &refused)
      session.output.line("\(run.run.name) is deleted")
    }
    session.output.line("\(Readable.bytes(freed)) given back")
    if !refused.isEmpty {
      throw ShellError.failed(
        "the notebook knows no more of the deleted, but of their files some are left: "
          + refused.joined(separator: "; "))
    }
  }

  /// Says what becomes of branches whose parent goes.
  private func tellBranches(
    of run: RunRecord, besides doomed: [Doomed], in session: Session
  ) throws {
    let notebook = try session.notebook()
    for child in try notebook.children(ofRun: run.id) {
      guard let step = child.parent?.step, step > 0,
        !doomed.contains(where: { $0.run.id == child.id })
      else { continue }
      let own = try notebook.checkpoints(run: child.id).contains { $0.step == step && $0.isGood }
      session.errors.line(
        "note: \(child.name) was branched off \(run.name) at step \(grouped(step)) and stays: "
          + (own
            ? "it has its own checkpoint of that step, goes on and can be repeated"
            : "it has no checkpoint of its own of that step, and cannot be repeated any more"))
    }
  }

  /// Deletes a run with its checkpoints and, when nothing else is in it, their folder. What is not the
  /// run's own stays, which is said.
  ///
  /// - Parameter refused: gets what could not be removed, and why.
  /// - Returns: bytes that were given back.
  private func delete(
    _ run: RunRecord, in notebook: Notebook, _ folder: RunsFolder?, _ session: Session,
    _ refused: inout [String]
  ) throws -> Int {
    // A `resume` of another process that has begun keeps the run. A link in the folder's place is left
    // alone and said below.
    let own = try? folder?.folder(ofRun: run.name)
    if let own { try session.take(own) }
    defer { own?.unlock() }
    var freed = 0
    var (left, failures): ([String], [String]) = ([], [])
    var remains = RunsFolder.Remains()
    let shrunk = try notebook.delete(run: run.name) { paths in
      (left, failures) = ([], [])
      for path in paths {
        switch folder?.remove(path: path, ofRun: run.name) ?? .elsewhere {
        case .removed(let bytes): freed += bytes
        case .missing: break
        case .elsewhere: left.append("`\(path)`, which is not in the run's own folder")
        case .failed(let reason): failures.append("`\(path)`: \(reason)")
        }
      }
      remains = folder?.removeRemains(ofRun: run.name) ?? remains
      freed += remains.bytes
    }
    refused += failures.isEmpty ? remains.failure.map { [$0] } ?? [] : failures
    if let first = left.first {
      let more = left.count > 1 ? " and \(grouped(left.count - 1)) more" : ""
      session.errors.line(
        "\(session.errors.styled("warning:", .yellow)) \(run.name): left as it was: \(first)\(more)"
      )
    }
    if remains.strange > 0, let folder {
      let count = remains.strange
      session.errors.line(
        "note: \(count == 1 ? "a file" : "\(count) files") that \(run.name) did not write "
          + "\(count == 1 ? "stays" : "stay") in `\(folder.url.path)/\(run.name)`")
    }
    return freed + shrunk
  }

  /// Whether the answer is yes.
  ///
  /// - Throws: where nobody can be asked.
  private func confirm(_ doomed: [Doomed], in session: Session) throws -> Bool {
    guard session.configuration.isInteractive else {
      throw Diagnostic(
        "`delete` asks before it deletes, and here is nobody to ask", at: place,
        help: ["say yes beforehand, at the end of the statement: `delete … yes`"])
    }
    for run in doomed { session.output.put("  \(run.line)\n") }
    let count = doomed.count == 1 ? "this run" : "these \(grouped(doomed.count)) runs"
    return ask("delete \(count) for good?", on: session.output)
  }
}

/// A run that is to go, and what goes with it.
private struct Doomed {
  let run: RunRecord
  let checkpoints: [CheckpointRecord]
  private let sheets: Int
  private let points: Int

  init(_ name: String, in notebook: Notebook) throws {
    let details = try notebook.details(ofRun: name)
    run = details.run
    checkpoints = details.checkpoints
    sheets = details.sheets.count
    points = details.summaries.reduce(0) { $0 + $1.count }
  }

  /// `base: finished, 20,000 steps, 120,000 points, 40 sheets, 3 checkpoints (36 MB)`.
  var line: String {
    let size = Readable.bytes(checkpoints.reduce(0) { $0 + $1.bytes })
    return "\(run.name): \(run.status.rawValue), \(Readable.integer(run.stepsDone)) steps, "
      + "\(Readable.integer(points)) points, \(grouped(sheets)) sample sheets, "
      + "\(counted(checkpoints.count, "checkpoint")) (\(size))"
  }
}
