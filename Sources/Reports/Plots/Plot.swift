import Glibc

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

    package init(x: Double, y: Double, text: String) { (self.x, self.y, self.text) = (x, y, text) }
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
}
