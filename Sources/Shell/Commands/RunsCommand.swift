import Foundation
import Language
import MetricDescriptions
import Notebook
import Reports
import Terminal
import TerminalText

/// `runs [where …] [order by …] [limit N]`, `runs tree`.
struct RunsCommand: Command {
  static let synopsis = Synopsis(
    "runs", "list the runs of the notebook, or those that meet a condition",
    parameters: [
      Parameter(
        "tree", .choice(["tree"]), "the word `tree`: which run was branched off which",
        isRequired: false),
      Parameter("limit", .integer, "how many at most", after: "limit", isRequired: false),
    ],
    options: [
      OptionSynopsis(
        "columns", .list(.runColumn),
        "what to show: name,lr,min(\(ExampleMetric.loss)),\(ExampleMetric.score)@5k",
        initial: "the usual")
    ],
    takesCondition: true, discussion: discussion,
    examples: [
      Example("What has been tried so far.", "runs"),
      Example(
        "The best of those that ended well.",
        "runs where status=finished and lr in 1e-5..1e-3 order by min(\(ExampleMetric.loss)) limit 3",
        given: .runs),
      Example(
        "Whose discriminator was never sure of itself, or had another seed.",
        "runs where max(\(ExampleMetric.score))<0.9 or not seed=1", given: .runs),
      Example(
        "Chosen columns.",
        "runs where name like ba* columns=name,lr,batch,\(ExampleMetric.score)@20 order by started desc",
        given: .runs),
      Example(
        "Families.", "branch base at 20 lr=1e-5 steps=10 as slower; runs tree", given: .kept),
    ],
    searchTerms: [
      "list", "ls", "tree", "families", "branches", "lineage", "experiments", "filter", "find",
      "sort", "query",
    ],
    answer: .listing)

  private static let discussion = """
    A condition compares names with values by `=`, `!=`, `<`, `<=`, `>`, `>=`, `in` (a list, or a range \
    like `1e-4..3e-4`) and `like` (a pattern: `*` is any text, `?` one letter), joined by `and`, `or`, \
    `not` and parentheses. What it speaks of becomes a column. `none` is what is not there: \
    `where tag=none`.

    Names are those of columns (`status`, `arch`, `data`, `recipe`, `tag`, `note`, `steps`, `seed`, \
    `started`, `took`, `host`, `message`, …), of everything in a specification by the key under which \
    it is typed (`lr`, `batch`, `betas`, `objective`, `penalty`, `width`, …; with its statement where two \
    have the same: `data.seed`), and of metrics. A name that is both is the metric (`\(ExampleMetric.count)` is how \
    many modes of a ring were found, `data.\(ExampleMetric.count)` how many it has). A dial that was turned is what it stands \
    at now. A metric is its last value; `min(…)`, `max(…)`, \
    `mean(…)` and `first(…)` are over the whole run, and `\(ExampleMetric.score) at 5k` (or `\(ExampleMetric.score)@5k`) is \
    the value at a step. A wide terminal shows the course of the first metric that is spoken of (else of \
    the first that is listed) as a small curve. A learning rate of one network alone is `glr` or `dlr`.

    `alarm` is what is wrong by the alarm that stands at a run's end; it has a column where any run has one.

    `runs tree` draws families: each run below the one that it was branched off or repeats, with the step \
    at which it was, what it says otherwise, and the last value of a metric.

    Dates are `2026-11-01`, `2026-11-01T14:30`, `today`, `yesterday` or `2h ago` (also `m`, `d`, `w`); \
    `>` is from the beginning of a day, `=` within it. Durations are `90s`, `30min`, `2h`.
    """

  private let selection: RowSelection
  private let columns: [Quantity]?
  private let isTree: Bool

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    selection = RowSelection(
      statement, limit: try arguments.term("limit")?.integer(in: 1...1_000_000, for: "limit"))
    isTree = try Self.wantsTree(arguments, statement)
    columns = try arguments.option("columns")?.elements.map(Quantity.init(parsing:))
  }

  private static func wantsTree(
    _ arguments: Arguments, _ statement: Statement
  ) throws(Diagnostic) -> Bool {
    guard arguments.term("tree") != nil else { return false }
    let other =
      statement.clausePlace ?? arguments.term("limit")?.span ?? arguments.option("columns")?.span
    if let other {
      throw Diagnostic("`runs tree` draws all families", at: other, help: ["leave this out"])
    }
    return true
  }

  private func showTree(in session: Session) throws {
    let mode = session.configuration.outputMode
    let isDrawn = mode == .plain || mode == .box
    let runs = try session.existingNotebook()?.runs() ?? []
    let tree = RunTree(
      of: runs,
      drawnWith: isDrawn ? (CharacterEncoding.isUTF8() ? .unicode : .ascii) : nil)
    guard let notebook = try session.existingNotebook(), !tree.branches.isEmpty else {
      if isDrawn {
        return session.output.line("no run was branched yet; `help branch` tells how that is done")
      }
      return session.show(Table([]))
    }
    session.show(
      try tree.table(in: notebook, metrics: session.metrics, isDrawn: isDrawn))
    if isDrawn, tree.others > 0 {
      session.output.line(
        "\(grouped(tree.others)) \(tree.others == 1 ? "run belongs" : "runs belong") to no family")
    }
  }

  func run(in session: Session) throws {
    if isTree { return try showTree(in: session) }
    let vocabulary = try session.runVocabulary()
    let query = try selection.query(in: vocabulary)
    let listing =
      if let columns { try RunListing(columns, in: vocabulary) } else {
        try RunListing(for: selection, in: vocabulary)
      }
    guard let notebook = try session.existingNotebook() else { return tellNothing(in: session) }
    if session.configuration.prefersJSON && columns == nil {
      return session.show(try Table.runs(notebook.runs(matching: query), in: notebook))
    }
    let (table, runs) = try listing.table(of: query, in: notebook)
    if runs.isEmpty { return tellNothing(in: session) }
    session.show(try columns == nil ? withCurves(table, of: runs, vocabulary, in: session) : table)
  }

  /// The listing with the course of a metric, where the terminal has room for it.
  private func withCurves(
    _ table: Table, of runs: [Int64], _ vocabulary: Vocabulary<RunQuantity>, in session: Session
  ) throws -> Table {
    let spoken = selection.order.map(\.quantity) + (selection.condition?.quantities ?? [])
    let metric =
      spoken.map(\.name.text).first { vocabulary.meaning(of: $0) == nil }
      ?? vocabulary.described.listed.first?.name ?? vocabulary.metrics.first
    guard session.output.isLive, session.configuration.outputMode == .plain,
      runs.count <= Self.manyCurves, let metric
    else { return table }
    let used = table.fitted(to: nil).lines.map(DisplayWidth.of).max() ?? 0
    let room = min(24, session.output.width - used - 2)
    guard room >= max(8, metric.count), let notebook = try session.existingNotebook() else {
      return table
    }
    let outlines = try notebook.outlines(ofRuns: runs, metric: metric, stretches: room)
    var table = table
    table.columns.append(metric)
    for (index, run) in runs.enumerated() {
      table.rows[index].append(.text(outlines[run].map(Sparkline.text)))
    }
    return table
  }

  /// Nobody looks at more curves than these.
  private static let manyCurves = 500

  private func tellNothing(in session: Session) {
    if session.configuration.prefersJSON { return session.show(Table([])) }
    session.output.line(
      selection.isEverything
        ? "no runs yet; `help run` tells how one is started" : "no run is like that")
  }
}
