package import Notebook

/// Whether curves are drawn as running means, with what was measured faint behind them.
package enum Smoothing: Sendable, Hashable {
  /// Over a hundredth of the steps where there are more points than can be told apart.
  case automatic
  case off
  /// Over that many steps.
  case over(steps: Double)

  /// Steps to smooth all curves of a plot over, so that none looks calmer than another; nil: not at
  /// all.
  func horizon(_ curves: [Curve], plotWidth: Double, range: Double) -> Double? {
    switch self {
    case .off: nil
    case .over(let steps): steps > 0 ? steps : nil
    case .automatic:
      curves.contains { Double($0.points.count) > plotWidth } ? range / 100 : nil
    }
  }
}

/// How a run's metrics become curves.
package struct CurveOptions: Sendable, Hashable {
  /// Metrics to draw; nil: every one.
  package var metrics: [String]?
  package var smoothing: Smoothing
  package var isLogarithmic: Bool
  /// Points of a plot.
  package var plotWidth: Double
  package var plotHeight: Double

  package init(
    metrics: [String]? = nil, smoothing: Smoothing = .automatic, isLogarithmic: Bool = false,
    plotWidth: Double = 560, plotHeight: Double = 290
  ) {
    self.metrics = metrics
    self.smoothing = smoothing
    self.isLogarithmic = isLogarithmic
    self.plotWidth = plotWidth
    self.plotHeight = plotHeight
  }
}

extension CurveOptions {
  /// - Parameter smoothing: steps over which curves are smoothed; nil: not at all.
  package init(
    metrics: [String]? = nil, smoothing: Double?, isLogarithmic: Bool = false,
    plotWidth: Double = 560, plotHeight: Double = 290
  ) {
    self.init(
      metrics: metrics, smoothing: smoothing.map { Smoothing.over(steps: $0) } ?? Smoothing.off,
      isLogarithmic: isLogarithmic, plotWidth: plotWidth, plotHeight: plotHeight)
  }
}

extension Figure {
  /// The curves of runs, metrics of a kind in one plot: both losses, D(x) with D(G(z)), both
  /// gradient norms. One run has a colour for each metric; several have a colour each.
  ///
  /// - Throws: `ReportError.noCurves` when there is nothing to draw; `NotebookError`.
  package static func curves(
    of runs: [RunRecord], in notebook: Notebook, title: String = "",
    options: CurveOptions = CurveOptions()
  ) throws -> Figure {
    let summaries = try notebook.summaries(runs: runs.map(\.id))
    var known: [String] = []
    for run in runs {
      for summary in summaries[run.id] ?? [] where !known.contains(summary.name) {
        known.append(summary.name)
      }
    }
    let names = (options.metrics ?? known).filter { known.contains($0) }
    guard !names.isEmpty else {
      throw ReportError.noCurves(
        runs: runs.map(\.name), metrics: options.metrics ?? [], known: known)
    }
    let marks = try marks(of: runs, in: notebook)
    var plots = try MetricFamily.grouped(names).map { family in
      Plot(
        title: family.title, unit: family.unit,
        curves: try curves(of: runs, family, in: notebook, options),
        isLogarithmic: options.isLogarithmic, marks: marks)
    }
    let steps = plots.flatMap(\.curves).flatMap { [$0.points.first?.x, $0.points.last?.x] }
      .compactMap { $0 }
    let range = (steps.max() ?? 0) - (steps.min() ?? 0)
    var horizon: Double?
    for index in plots.indices {
      guard
        let own = options.smoothing.horizon(
          plots[index].curves, plotWidth: options.plotWidth, range: range)
      else { continue }
      horizon = own
      plots[index].curves = plots[index].curves.flatMap { curve in
        var faint = curve
        faint.isFaint = true
        return [faint, curve.smoothed(horizon: own)]
      }
    }
    var figure = Figure(
      title: title, plots: plots, plotWidth: options.plotWidth, plotHeight: options.plotHeight)
    figure.smoothingHorizon = horizon
    return figure
  }

  private static func curves(
    of runs: [RunRecord], _ family: MetricFamily, in notebook: Notebook, _ options: CurveOptions
  ) throws -> [Curve] {
    try runs.enumerated().flatMap { runIndex, run in
      try family.metrics.enumerated().compactMap { index, metric in
        let points = try Self.points(run: run, metric: metric, in: notebook, options)
        guard !points.isEmpty else { return nil }
        let label = Self.label(
          run: runs.count > 1 ? run.name : nil,
          member: family.metrics.count > 1 ? family.members[index] : nil)
        return Curve(
          label: label, points: points, colour: runs.count > 1 ? runIndex : index,
          dash: runs.count > 1 ? index : 0)
      }
    }
  }

  /// Where dials were turned; what was turned together is one mark.
  private static func marks(of runs: [RunRecord], in notebook: Notebook) throws -> [Plot.Mark] {
    try runs.flatMap { run in
      var marks: [Plot.Mark] = []
      for turn in try notebook.tweaks(run: run.id).effective.compactMap(\.turn) {
        let text = "\(turn.dial)=\(turn.setting)"
        if let last = marks.last, last.x == Double(turn.step) {
          marks[marks.count - 1].label += " " + text
        } else {
          let label = runs.count > 1 ? "\(run.name): \(text)" : text
          marks.append(Plot.Mark(x: Double(turn.step), label: label, firstStep: turn.firstStep))
        }
      }
      return marks
    }
  }

  private static func points(
    run: RunRecord, metric: String, in notebook: Notebook, _ options: CurveOptions
  ) throws -> [Curve.Point] {
    // What is to be smoothed must not have been thinned to its extremes before; long series
    // come as the means of 256 steps instead.
    let points =
      options.smoothing == .off
      ? try notebook.series(
        run: run.id, metric: metric, limit: Int((options.plotWidth * 4).clamped(to: 100...40_000))
      )
      .points
      : try notebook.means(run: run.id, metric: metric).points
    return points.map { Curve.Point(x: Double($0.step), y: $0.value) }
  }

  private static func label(run: String?, member: String?) -> String {
    [run, member].compactMap { $0 }.joined(separator: " · ")
  }
}

/// Metrics that belong in one plot.
struct MetricFamily: Equatable {
  var title: String
  var unit: String
  var metrics: [String]
  /// What each metric is called inside the plot.
  var members: [String]

  /// Families in the order in which their first metrics stand.
  ///
  /// `generator_loss` and `discriminator_loss` are one family by what follows the network's
  /// name; `d_real` and `d_fake` are one by what they are of.
  static func grouped(_ names: [String]) -> [MetricFamily] {
    var families: [MetricFamily] = []
    for name in names {
      let (title, member) = parts(of: name)
      if let index = families.firstIndex(where: { $0.title == title }) {
        families[index].metrics.append(name)
        families[index].members.append(member)
      } else {
        families.append(
          MetricFamily(title: title, unit: unit(of: name), metrics: [name], members: [member]))
      }
    }
    // A family of one keeps its whole name.
    for index in families.indices where families[index].metrics.count == 1 {
      let name = families[index].metrics[0]
      if families[index].title != Self.answers { families[index].title = spoken(name) }
    }
    return families
  }

  private static let answers = "discriminator's answers"

  private static func parts(of name: String) -> (title: String, member: String) {
    switch name {
    case "d_real", "discriminator.real", "discriminator_real": return (answers, "D(x)")
    case "d_fake", "discriminator.fake", "discriminator_fake": return (answers, "D(G(z))")
    default: break
    }
    for network in ["generator", "discriminator"] where name.hasPrefix(network) {
      let rest = name.dropFirst(network.count)
      guard let separator = rest.first, "_./".contains(separator) else { continue }
      return (spoken(String(rest.dropFirst())), network)
    }
    return (spoken(name), spoken(name))
  }

  private static func spoken(_ name: String) -> String {
    String(name.map { $0 == "_" ? " " : $0 })
  }

  private static func unit(of name: String) -> String {
    if name == "images_per_second" { return "images/s" }
    return name.hasSuffix("_seconds") ? "s" : ""
  }
}
