/// A line of a plot.
package struct Curve: Sendable, Hashable {
  /// What stands beside its end.
  package var label: String
  package var points: [Point]
  /// Which colour of the palette; taken modulo its size.
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
    var (sum, weight, x) = (0.0, 0.0, 0.0)
    for index in curve.points.indices {
      let point = curve.points[index]
      guard point.y.isFinite else { continue }
      let decay = weight == 0 ? 0 : exponential(-max(0, point.x - x) / max(horizon, 1e-9))
      sum = sum * decay + point.y
      weight = weight * decay + 1
      x = point.x
      curve.points[index].y = sum / weight
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

  package init(
    title: String, unit: String = "", horizontalTitle: String = "step", curves: [Curve],
    isLogarithmic: Bool = false
  ) {
    self.title = title
    self.unit = unit
    self.horizontalTitle = horizontalTitle
    self.curves = curves
    self.isLogarithmic = isLogarithmic
  }
}

/// Colours that stay apart for colour-blind readers (Okabe and Ito 2008; the yellow, too light
/// for a thin line, left out).
enum Palette {
  static let curves: [Canvas.Colour] = [
    Canvas.Colour(0x0072B2), Canvas.Colour(0xD55E00), Canvas.Colour(0x009E73),
    Canvas.Colour(0xCC79A7), Canvas.Colour(0xE69F00), Canvas.Colour(0x56B4E9),
    Canvas.Colour(0x555555),
  ]
  static let paper = Canvas.Colour(0xFFFFFF)
  static let ink = Canvas.Colour(0x222222)
  static let softInk = Canvas.Colour(0x666666)
  static let grid = Canvas.Colour(0xE6E6E6)
  static let axis = Canvas.Colour(0x999999)
  static let alarm = Canvas.Colour(0xB00020)

  /// Lengths on and off, by number.
  static let dashes: [[Double]] = [[], [5, 3], [1.5, 2.5], [7, 3, 1.5, 3]]

  static func colour(_ number: Int) -> Canvas.Colour { curves[wrap(number, curves.count)] }
  static func dash(_ number: Int) -> [Double] { dashes[wrap(number, dashes.count)] }

  private static func wrap(_ number: Int, _ count: Int) -> Int {
    let rest = number % count
    return rest < 0 ? rest + count : rest
  }
}
