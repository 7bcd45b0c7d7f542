import Foundation
import Language
import MetricDescriptions
import Notebook
import Reports
import Terminal
import TerminalText

/// `plot RUN … [METRIC …] [to FILE]`.
struct PlotCommand: Command {
  static let synopsis = Synopsis(
    "plot", "draw curves of runs or a sweep, in the terminal or as PNG or SVG",
    parameters: [
      Parameter(
        "runs", .anyOf([.run, .sweep, .metric]),
        "a run, or several to lay over one another; then the metrics to draw; or a sweep",
        repeats: true),
      Parameter(
        "file", .path, "a file ending in .png or .svg; without it the terminal", after: "to",
        isRequired: false),
    ],
    options: [
      OptionSynopsis("metrics", .list(.metric), "the metrics to draw", initial: "all"),
      OptionSynopsis(
        "smooth", .integer, "steps over which curves are averaged, 0 for none",
        initial: "a hundredth", example: "plot base smooth=0"),
      OptionSynopsis(
        "scale", .choice(["linear", "log"]), "the vertical axis", initial: "linear",
        example: "plot base scale=log to log.png"),
      OptionSynopsis(
        "kind", .choice(["effects", "parallel"]), "of a sweep: what each choice does, or each run",
        initial: "effects"),
      OptionSynopsis(
        "by", .metric, "of a sweep: the metric", initial: "as `show` has it",
        example: "sweep mine on ring lr=2e-4,5e-4 seeds=2 steps=20 as s; "
          + "plot s by=\(ExampleMetric.count)"),
    ],
    discussion: """
      Metrics of a family share a plot: both losses, D(x) with D(G(z)), both gradient norms. A smoothed \
      curve lies over its own faint original; in letters the original is left out.

      Unless `smooth` says otherwise, a curve with more points than can be told apart is averaged \
      over a hundredth of its steps. The line below a plot says what was done.

      Where a few values of a run lie so far from the others that the frame would be more than ten times as high with them, it \
      shows the others, and its title says how many points are beyond it; with `scale=log` all are shown.

      Of a sweep `kind=effects` draws for each key the mean of the metric over all finished runs with each \
      alternative, and its standard error; `kind=parallel` draws each configuration as a line through what it \
      was given to how it came out, the best eight in colour.

      Without a file the plot is drawn in the terminal: as a picture where kitty's graphics, iTerm2's \
      or sixels are taken, else in letters. The variable `GANSH_PICTURES` (kitty, iterm, sixel, \
      blocks, none) overrides what was found out.
      """,
    examples: [
      Example("Everything that was measured.", "plot base to curves.png", given: .runs),
      Example(
        "The discriminator's scores, here.",
        "plot base \(ExampleMetric.score) \(ExampleMetric.otherScore)",
        given: .runs),
      Example(
        "Two runs, one metric.",
        "plot base calm metrics=\(ExampleMetric.loss) smooth=20 to losses.svg",
        given: .runs),
      Example(
        "What a sweep came to.",
        """
        sweep mine on ring lr=2e-4,5e-4 objective=hinge,nonsaturating steps=20 as s
        plot s kind=effects to effects.svg
        plot s kind=parallel to parallel.png
        """, given: .declarations),
    ],
    searchTerms: ["curve", "chart", "graph", "draw", "loss"], answer: .text)

  /// Runs first, then metrics: which is which shows when there is a notebook to ask.
  private let names: [Word]
  private let file: Word?
  private let chosen: [Word]
  private let smoothing: Smoothing
  private let isLogarithmic: Bool
  private let kind: Term?
  private let metric: Word?

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    names = try arguments.words("runs")
    file = try arguments.word("file")
    if let file, !["png", "svg"].contains(file.fileEnding) {
      throw Diagnostic(
        "a plot is a PNG or an SVG file, not `\(file.text)`", at: file.span,
        help: ["let the name end in .png or .svg"])
    }
    chosen = try arguments.names("metrics") ?? []
    let steps = try arguments.integer("smooth", in: 0...1_000_000)
    smoothing = steps.map { $0 > 0 ? .over(steps: Double($0)) : .off } ?? .automatic
    let scale = try arguments.option("scale")?.choice(from: ["linear", "log"], for: "scale")
    isLogarithmic = scale == "log"
    kind = arguments.option("kind")
    _ = try kind?.choice(from: ["effects", "parallel"], for: "kind")
    metric = try arguments.option("by")?.asWord(for: "by")
  }

  func run(in session: Session) throws {
    if let sweep = try session.sweepBesidesRuns(named: names[0]) {
      return try draw(sweep, in: session)
    }
    if let place = kind?.span ?? metric?.span {
      throw Diagnostic(
        "`kind` and `by` belong to a sweep, and `\(names[0].text)` is none", at: place)
    }
    let notebook = try session.notebook()
    let (runs, named) = try sorted(in: session)
    let known = try notebook.summaries(runs: runs.map(\.id)).values.joined().metrics
    let metrics = try named.map { try known.measured($0) }
    for metric in metrics where !known.contains(where: { $0.name == metric.text }) {
      throw Diagnostic(
        "no metric `\(metric.text)` was logged", at: metric.span,
        help: known.suggestion(for: metric.text))
    }
    var options = CurveOptions(
      metrics: metrics.isEmpty ? nil : metrics.map(\.text), smoothing: smoothing,
      isLogarithmic: isLogarithmic)
    let title = runs.map(\.name).joined(separator: ", ")
    if let file {
      let figure = try Figure.curves(of: runs, in: notebook, title: title, options: options)
      let data = file.fileEnding == "svg" ? Data(try figure.svg().utf8) : try figure.png()
      try session.write(data, to: file)
      let count = figure.plots.count
      return try session.tell(
        "\(count) \(count == 1 ? "plot" : "plots"), \(remark(on: figure))", writtenTo: file)
    }
    // In letters there are two dots in a column.
    options.plotWidth = Double(session.output.width * 2)
    let figure = try Figure.curves(of: runs, in: notebook, title: title, options: options)
    try session.show(figure)
    session.output.line("\(title): \(remark(on: figure))")
    for mark in figure.plots.first?.marks ?? [] {
      session.output.line("┊ from step \(Readable.integer(mark.firstStep)) on \(mark.label)")
    }
  }

  private func draw(_ sweep: SweepRecord, in session: Session) throws {
    if names.count > 1 {
      throw Diagnostic(
        "a sweep is drawn alone", at: names[1].span, help: ["`by=METRIC` says by which metric"])
    }
    let comparison = try session.comparison(of: sweep, by: metric)
    guard let metric = comparison.metric, !comparison.keys.isEmpty else {
      throw ShellError.failed(
        comparison.keys.isEmpty
          ? "the configurations of \(sweep.name) do not differ"
          : "no run of \(sweep.name) has a metric with a better end yet")
    }
    let isParallel = kind?.text == "parallel"
    let title = "\(sweep.name): \(metric.label)"
    let figure: Figure =
      isParallel
      ? .parallel(of: comparison, title: title) : .effects(of: comparison, title: title)
    // With halving those that went on further were measured later.
    let lengths = comparison.differInLength ? ", each after the steps that it has done" : ""
    let remark =
      isParallel
      ? "a line for each configuration, the mean of \(metric.name) over seeds at its end\(lengths)"
      : "means of \(metric.name) over finished runs, with their standard errors\(lengths)"
    guard let file else {
      try session.show(figure)
      return session.output.line("\(title): \(remark)")
    }
    let data = file.fileEnding == "svg" ? Data(try figure.svg().utf8) : try figure.png()
    try session.write(data, to: file)
    try session.tell(
      "\(counted(figure.plots.count, "plot")), \(remark)", writtenTo: file)
  }

  /// Words that name runs, and those that name metrics.
  private func sorted(in session: Session) throws -> (runs: [RunRecord], metrics: [Word]) {
    let runs = try names.map { try session.existingNotebook()?.run(named: $0.text) }
    guard runs.first ?? nil != nil else { return ([try session.run(named: names[0])], []) }
    let logged = session.metrics
    var metrics = chosen
    for (typed, run) in zip(names, runs) where run == nil {
      let name = try logged.measured(typed)
      guard logged.contains(where: { $0.name == name.text }) else {
        throw Diagnostic(
          "there is no run and no metric `\(name.text)`", at: name.span,
          help: logged.suggestion(for: name.text, besides: session.names(of: .run)))
      }
      metrics.append(name)
    }
    return (runs.compactMap { $0 }, metrics)
  }

  private func remark(on figure: Figure) -> String {
    guard let horizon = figure.smoothingHorizon else { return "as measured" }
    let steps = Readable.number(horizon.rounded(), digits: 3)
    return "averaged over \(steps) steps (`smooth=0` shows what was measured)"
  }
}

extension Word {
  /// What stands behind the last point of a file's name, in lower case.
  var fileEnding: String {
    let name = text.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    return name.lastIndex(of: ".").map { name[$0...].dropFirst().lowercased() } ?? ""
  }
}
