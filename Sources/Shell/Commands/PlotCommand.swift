import Foundation
import Language
import MetricDescriptions
import Notebook
import Reports
import Terminal

/// `plot RUN … [METRIC …] [to FILE]`.
struct PlotCommand: Command {
  static let synopsis = Synopsis(
    "plot", "draw the curves of runs, in the terminal or as PNG or SVG",
    parameters: [
      Parameter(
        "runs", .anyOf([.run, .metric]),
        "a run, or several to lay over one another; then the metrics to draw",
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
    ],
    discussion: """
      Metrics of a family share a plot: both losses, D(x) with D(G(z)), both gradient norms. A smoothed \
      curve lies over its own faint original; in letters the original is left out.

      Unless `smooth` says otherwise, a curve with more points than can be told apart is averaged \
      over a hundredth of its steps. The line below a plot says what was done.

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
    ],
    searchTerms: ["curve", "chart", "graph", "draw", "loss"])

  /// Runs first, then metrics: which is which shows when there is a notebook to ask.
  private let names: [Word]
  private let file: Word?
  private let chosen: [Word]
  private let smoothing: Smoothing
  private let isLogarithmic: Bool

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
  }

  func run(in session: Session) throws {
    let notebook = try session.notebook()
    let (runs, metrics) = try sorted(in: session)
    let known = try notebook.summaries(runs: runs.map(\.id)).values.joined().metrics
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

  /// Words that name runs, and those that name metrics.
  private func sorted(in session: Session) throws -> (runs: [RunRecord], metrics: [Word]) {
    let runs = try names.map { try session.existingNotebook()?.run(named: $0.text) }
    guard runs.first ?? nil != nil else { return ([try session.run(named: names[0])], []) }
    let logged = session.metrics
    var metrics = chosen
    for (name, run) in zip(names, runs) where run == nil {
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
    text.lastIndex(of: ".").map { text[$0...].dropFirst().lowercased() } ?? ""
  }
}
