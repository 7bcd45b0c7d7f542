import Foundation
import Language
import Notebook
import Reports
import Terminal

/// `plot RUN … to FILE`.
struct PlotCommand: Command {
  static let synopsis = Synopsis(
    "plot", "draw the curves of runs as PNG or SVG",
    parameters: [
      Parameter("runs", .run, "a run, or several to lay over one another", repeats: true),
      Parameter("file", .path, "a file ending in .png or .svg", after: "to"),
    ],
    options: [
      OptionSynopsis("metrics", .list(.metric), "the metrics to draw", initial: "all"),
      OptionSynopsis("smooth", .integer, "steps over which curves are averaged", initial: "0"),
      OptionSynopsis(
        "scale", .choice(["linear", "log"]), "the vertical axis", initial: "linear",
        example: "plot base scale=log to log.png"),
    ],
    discussion: """
      Metrics of a kind share a plot: both losses, D(x) with D(G(z)), both gradient norms. A smoothed \
      curve lies over its own faint original.
      """,
    examples: [
      Example("Everything that was measured.", "plot base to curves.png", given: .runs),
      Example(
        "Two runs, one metric.", "plot base calm metrics=generator_loss smooth=20 to losses.svg",
        given: .runs),
    ],
    searchTerms: ["curve", "chart", "graph", "draw"])

  private let names: [Word]
  private let file: Word
  private let isSVG: Bool
  private let options: CurveOptions
  private let metrics: [Word]

  init(parsing statement: Statement) throws(Diagnostic) {
    let arguments = try Arguments(statement, of: Self.synopsis)
    names = try arguments.words("runs")
    file = try arguments.requiredWord("file")
    let path = file.text.lowercased()
    isSVG = path.hasSuffix(".svg")
    guard isSVG || path.hasSuffix(".png") else {
      throw Diagnostic(
        "a plot is a PNG or an SVG file, not `\(file.text)`", at: file.span,
        help: ["let the name end in .png or .svg"])
    }
    metrics = try arguments.names("metrics") ?? []
    let smoothing = try arguments.integer("smooth", in: 0...1_000_000) ?? 0
    let scale = try arguments.option("scale")?.choice(from: ["linear", "log"], for: "scale")
    options = CurveOptions(
      metrics: metrics.isEmpty ? nil : metrics.map(\.text),
      smoothing: smoothing > 0 ? Double(smoothing) : nil, isLogarithmic: scale == "log")
  }

  func run(in session: Session) throws {
    let runs = try names.map { try session.run(named: $0) }
    let notebook = try session.notebook()
    let known = Set(try notebook.summaries(runs: runs.map(\.id)).values.joined().map(\.name))
    for metric in metrics where !known.contains(metric.text) {
      throw Diagnostic(
        "no metric `\(metric.text)` was logged", at: metric.span,
        help: suggestion(for: metric.text, in: known.sorted()))
    }
    let figure = try Figure.curves(
      of: runs, in: notebook, title: names.map(\.text).joined(separator: ", "), options: options)
    let data = isSVG ? Data(try figure.svg().utf8) : try figure.png()
    try session.write(data, to: file)
    session.output.line("\(session.path(file)): \(figure.plots.count) plots")
  }
}
