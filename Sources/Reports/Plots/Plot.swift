import Glibc
import TerminalText

/// A line of a plot.
package struct Curve: Sendable, Hashable {
  /// What stands beside its end.
  package var label: String
  package var points: [Point]
  /// Which colour of the palette, which has one for every number.
  package var colour: Int
  /// Which dash pattern: 0 is solid.
  package var dash: Int
  /// Drawn faint, behind the others (what a smoothed curve was made of).
  package var isFaint: Bool

  package struct Point: Sendable, Hashable {
    package var x: Double
    /// NaN and infinities make a gap, marked at the lower edge.
    package var y: Double

    package init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  package init(
    label: String, points: [Point], colour: Int, dash: Int = 0, isFaint: Bool = false
  ) {
    self.label = label
    self.points = points
    self.colour = colour
    self.dash = dash
    self.isFaint = isFaint
  }

  /// The curve with each value replaced by the mean of those before it, fading with distance:
  /// a value `horizon` steps back weighs 1/e of the newest. Gaps stay gaps.
  package func smoothed(horizon: Double) -> Curve {
    var curve = self
    var (mean, weight, x) = (0.0, 0.0, 0.0)
    for index in curve.points.indices {
      let point = curve.points[index]
      guard point.y.isFinite else { continue }
      let decay = weight == 0 ? 0 : exp(-max(0, point.x - x) / max(horizon, 1e-9))
      weight = weight * decay + 1
      // A mean of means, since the sum may be more than a double holds.
      let limit = Double.greatestFiniteMagnitude
      mean = (mean * ((weight - 1) / weight) + point.y / weight).clamped(to: -limit...limit)
      x = point.x
      curve.points[index].y = mean
    }
    return curve
  }
}

/// Curves over one pair of axes.
package struct Plot: Sendable, Hashable {
  package var title: String
  /// The unit of the values, in brackets after the title; empty for pure numbers.
  package var unit: String
  package var horizontalTitle: String
  package var curves: [Curve]
  /// Whether values stand on a logarithmic scale; those that are not positive make gaps.
  package var isLogarithmic: Bool
  /// Upright lines where something was changed.
  package var marks: [Mark]

  /// Places of the horizontal axis that have names; nil: round values.
  package var horizontalTicks: [Tick]?
  /// Whether values stand beside the vertical axis.
  package var hasVerticalScale = true
  /// The values that the frame shows, where some lie beyond it; nil: all.
  package private(set) var window: Window?
  /// Share of the horizontal range that is left free at both ends.
  package var horizontalMargin = 0.0
  /// Words within the frame, beside their points.
  package var labels: [Label] = []

  /// A place of the horizontal axis and its name.
  package struct Tick: Sendable, Hashable {
    package var x: Double
    package var label: String

    package init(x: Double, label: String) { (self.x, self.label) = (x, label) }
  }

  /// A word beside a point.
  package struct Label: Sendable, Hashable {
    package var x: Double
    package var y: Double
    package var text: String
    /// Whether it stands left of its point.
    package var isBefore: Bool

    package init(x: Double, y: Double, text: String, isBefore: Bool = false) {
      (self.x, self.y, self.text, self.isBefore) = (x, y, text, isBefore)
    }
  }

  /// What a frame shows of values of which a few lie far away.
  package struct Window: Sendable, Hashable {
    package var lower: Double
    package var upper: Double
    /// Measured points beyond it.
    package var count: Int
    /// The lowest and the highest of these; nil where there is none on that side.
    package var lowest: Double?
    package var highest: Double?
  }

  /// Where something was changed, and what.
  package struct Mark: Sendable, Hashable {
    package var x: Double
    package var label: String
    /// The first step of which it holds.
    package var firstStep: Int

    package init(x: Double, label: String, firstStep: Int) {
      self.x = x
      self.label = label
      self.firstStep = firstStep
    }
  }

  package init(
    title: String, unit: String = "", horizontalTitle: String = "step", curves: [Curve],
    isLogarithmic: Bool = false, marks: [Mark] = []
  ) {
    self.title = title
    self.unit = unit
    self.horizontalTitle = horizontalTitle
    self.curves = curves
    self.isLogarithmic = isLogarithmic
    self.marks = marks
  }

  /// Where a few values lie so far away that the frame would be more than ten times as high with them, lets it show the
  /// others: of each curve all but the lowest and the highest hundredth, at least one value each.
  ///
  /// Curves of fewer than twenty points are shown whole, and so is a logarithmic scale.
  package mutating func leaveOutliersOut() {
    window = nil
    guard !isLogarithmic else { return }
    // What was smoothed lies within what was measured.
    let isSmoothed = curves.contains { $0.isFaint }
    var measured: [Double] = []
    var (lower, upper) = (Double.infinity, -Double.infinity)
    for curve in curves where curve.isFaint || !isSmoothed {
      let values = curve.points.map(\.y).filter(\.isFinite).sorted()
      guard !values.isEmpty else { continue }
      let left = values.count < 20 ? 0 : max(1, values.count / 100)
      lower = min(lower, values[left])
      upper = max(upper, values[values.count - 1 - left])
      measured += values
    }
    // Halves, since the difference of two doubles may be more than a double holds.
    guard let lowest = measured.min(), let highest = measured.max(), lower < upper,
      highest / 2 - lowest / 2 > 10 * (upper / 2 - lower / 2)
    else { return }
    let beyond = measured.count { $0 < lower || $0 > upper }
    window = Window(
      lower: lower, upper: upper, count: beyond, lowest: lowest < lower ? lowest : nil,
      highest: highest > upper ? highest : nil)
  }

  /// The values that the vertical axis covers.
  var coveredValues: [Double] {
    window.map { [$0.lower, $0.upper] } ?? curves.flatMap { $0.points.map(\.y) }
  }

  /// What lies beyond the frame: `3 points beyond the frame, up to 2,013`; empty where nothing does.
  var remark: String {
    guard let window else { return "" }
    let ends =
      switch (window.lowest, window.highest) {
      case (nil, nil): ""
      case (nil, let high?): ", up to \(Readable.number(high))"
      case (let low?, nil): ", down to \(Readable.number(low))"
      case (let low?, let high?): ", from \(Readable.number(low)) to \(Readable.number(high))"
      }
    return "\(counted(window.count, "point")) beyond the frame\(ends)"
  }
}
