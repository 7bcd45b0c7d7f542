import Language
import MetricDescriptions
import Notebook
import Reports
import Terminal

/// `compare A B …`, `compare samples A@STEP B@STEP … [to FILE]`.
struct CompareCommand: Command {
  static let synopsis = Synopsis(
    "compare", "set runs or samples side by side: what differs, how it came out",
    parameters: [
      Parameter(
        "runs", .anyOf([.run, .choice(["samples"])]),
        "two runs or more, or a condition; after the word `samples` runs at steps, or sets",
        isRequired: false, repeats: true),
      Parameter(
        "file", .path, "a file ending in .png or .svg, for samples", after: "to", isRequired: false),
    ],
    options: [
      OptionSynopsis("metrics", .list(.metric), "the metrics to compare", initial: "all"),
      OptionSynopsis(
        "show", .choice(["differences", "all"]), "what of the specifications",
        initial: "differences", example: "compare base calm show=all"),
      OptionSynopsis(
        "count", .integer, "how many samples of each", initial: "36",
        example: "compare samples base calm count=16 to both.png"),
      OptionSynopsis(
        "seed", .integer, "what their latents are drawn with", initial: "the first run's",
        example: "compare samples base calm seed=3 to both.png"),
    ],
    takesCondition: true,
    discussion: """
      First what differs in the specifications, under the names by which it is typed, machine and \
      build included; then the metrics as they were last and at their best, where one direction is \
      better. Of more than four runs each is a row. Where layers differ in many places they are \
      counted; `show=all` has every one, and what is the same as well.

      `compare samples base@5k calm@5k` sets samples side by side that the checkpoints at or before these \
      steps make of the same latents, tells how far their pixels are from those of the first, and in what \
      the runs differ. A set that `samples` lists is named by its number.
      """,
    examples: [
      Example("Two runs.", "compare base calm", given: .runs),
      Example(
        "Only their losses.",
        "compare base calm metrics=\(ExampleMetric.loss),\(ExampleMetric.otherLoss)",
        given: .runs),
      Example("All that were finished.", "compare where status=finished", given: .runs),
      Example(
        "What two runs make of the same latents.", "compare samples base@30 calm@20 to both.png",
        given: .runs),
    ],
    searchTerms: ["diff", "difference", "versus"], answer: .listing)

  private let runs: RunChoice?
  /// What is compared where the first word is `samples`, unless that is a run.
  private let samples: Result<SampleComparison, Diagnostic>?
  private let metrics: [Word]?
  private let isComplete: Bool

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    let words = try arguments.words("runs")
    metrics = try arguments.names("metrics")
    let show = try arguments.option("show")?.choice(from: ["differences", "all"], for: "show")
    isComplete = show == "all"
    let count = try arguments.integer("count", in: 1...SampleComparison.limit)
    let seed = try arguments.option("seed")?.seed(for: "seed")
    let file = try arguments.word("file")
    guard words.first?.text == "samples" else {
      samples = nil
      runs = try RunChoice(words, statement, atLeast: 2)
      let place = file?.span ?? arguments.option("count")?.span ?? arguments.option("seed")?.span
      guard let place else { return }
      throw Diagnostic(
        "this belongs to samples: `compare samples A B`", at: place,
        help: ["`export A B to page.html` writes a page that compares runs"])
    }
    let comparison = Result { () throws(Diagnostic) in
      try SampleComparison(
        Array(words.dropFirst()), count: count, seed: seed, file: file, at: statement.span)
    }
    // A run may be called `samples`, too.
    let hasOptions = file != nil || count != nil || seed != nil
    let mayBeRuns = words.count > 1 && !hasOptions && !words.contains { $0.text.contains("@") }
    if !mayBeRuns { _ = try comparison.get() }
    runs = mayBeRuns ? try RunChoice(words, statement, atLeast: 2) : nil
    samples = comparison
  }

  /// Of one run alone, with which others it can be compared.
  static func help(for statement: Statement, in session: Session) -> [String] {
    guard statement.operands.count == 1, let only = statement.operands.first else { return [] }
    let names = session.names(of: .run)
    guard names.contains(only.text) else {
      return suggestion(for: only.text, in: names, kind: "runs")
    }
    return names.last { $0 != only.text }.map { ["like `compare \(only.text) \($0)`"] } ?? []
  }

  func run(in session: Session) throws {
    if let samples {
      let isRun = try runs != nil && session.existingNotebook()?.run(named: "samples") != nil
      guard isRun else { return try samples.get().run(in: session) }
    }
    var comparison = try session.notebook().compare(runs?.names(in: session) ?? [])
    comparison.metrics = try wanted(comparison, in: session)
    if session.configuration.prefersJSON {
      return session.show(Table.joined(comparison, all: isComplete))
    }
    let tables =
      comparison.runs.count > 4
      ? [Table.runsDown(comparison, all: isComplete)]
      : [
        Table.standing(of: comparison), Table.parameters(of: comparison, all: isComplete),
        Table.metrics(of: comparison, aspects: [.last, .best]),
      ]
    for (index, table) in tables.enumerated() {
      if index > 0 { session.output.line() }
      if table.rows.isEmpty && index == 1 {
        session.output.line("their specifications are the same")
      } else {
        session.show(table)
      }
    }
  }

  private func wanted(
    _ comparison: RunComparison, in session: Session
  ) throws -> [RunComparison.Metric] {
    guard let metrics else { return comparison.metrics }
    let known = comparison.metrics.map(\.description)
    return try metrics.map { typed in
      let word = try known.measured(typed)
      if let metric = comparison.metrics.first(where: { $0.name == word.text }) { return metric }
      throw Diagnostic(
        "none of these runs has a metric `\(word.text)`", at: word.span,
        help: known.suggestion(for: word.text))
    }
  }
}
