import MetricDescriptions
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
  /// The curves of runs, metrics of a family in one plot. One run has a colour for each metric; several
  /// have a colour each.
  ///
  /// - Throws: `ReportError.noCurves` when there is nothing to draw; `NotebookError`.
  package static func curves(
    of runs: [RunRecord], in notebook: Notebook, title: String = "",
    options: CurveOptions = CurveOptions()
  ) throws -> Figure {
    let summaries = try notebook.summaries(runs: runs.map(\.id))
    let known = runs.flatMap { summaries[$0.id] ?? [] }.metrics
    let metrics =
      options.metrics.map { names in
        names.compactMap { name in known.first { $0.name == name } }
      } ?? known
    guard !metrics.isEmpty else {
      throw ReportError.noCurves(
        runs: runs.map(\.name), metrics: options.metrics ?? [], known: known.map(\.name))
    }
    let marks = try marks(of: runs, in: notebook)
    var plots = try MetricFamily.grouped(metrics).map { family in
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
    for index in plots.indices { plots[index].leaveOutliersOut() }
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
        let points = try Self.points(run: run, metric: metric.name, in: notebook, options)
        guard !points.isEmpty else { return nil }
        let label = Self.label(
          run: runs.count > 1 ? run.name : nil,
          member: family.metrics.count > 1 ? metric.label : nil)
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
      for turn in try notebook.effectiveTweaks(run: run.id).compactMap(\.turn) {
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

/// Metrics that belong in one plot: those of one family, measured in one unit.
private struct MetricFamily {
  let name: String
  let unit: String
  var metrics: [MetricDescription]

  /// What stands over the plot: of one metric alone which of the family it is.
  var title: String {
    guard metrics.count == 1, metrics[0].label != name else { return name }
    return "\(name): \(metrics[0].label)"
  }

  /// Families in the order in which their first metrics stand.
  static func grouped(_ metrics: [MetricDescription]) -> [MetricFamily] {
    var families: [MetricFamily] = []
    for metric in metrics {
      let index = families.firstIndex { $0.name == metric.family && $0.unit == metric.unit }
      if let index {
        families[index].metrics.append(metric)
      } else {
        families.append(MetricFamily(name: metric.family, unit: metric.unit, metrics: [metric]))
      }
    }
    return families
  }
}
