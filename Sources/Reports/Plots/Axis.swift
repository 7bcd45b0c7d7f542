import Glibc

/// One direction of a plot: from values to the unit interval, with marks at round values.
struct Axis {
  /// The range that is shown, in values; `lower < upper`, both finite.
  let lower: Double
  let upper: Double
  let isLogarithmic: Bool

  /// An axis over what the values need.
  ///
  /// - Parameter margin: share of the range that is added at both ends.
  init(covering values: some Sequence<Double>, isLogarithmic: Bool = false, margin: Double) {
    var (low, high) = (Double.infinity, -Double.infinity)
    for value in values where value.isFinite && !(isLogarithmic && value <= 0) {
      low = min(low, value)
      high = max(high, value)
    }
    if low > high { (low, high) = isLogarithmic ? (0.1, 10) : (0, 1) }
    self.isLogarithmic = isLogarithmic
    if isLogarithmic {
      low = max(low, 1e-300)
      high = max(high, 1e-300)
      let (from, to) = (log10(low), log10(high))
      let extra = max((to - from) * margin, to - from < 0.02 ? 0.5 : 0)
      // A diverged run reaches the end of what a double holds, 10 to the power of 308.25.
      lower = pow(10, (from - extra).clamped(to: -305...307))
      upper = pow(10, (to + extra).clamped(to: -304...308.25))
    } else {
      let least = max(abs(low), abs(high)) * 1e-9
      let limit = Double.greatestFiniteMagnitude
      let range = (high / 2 - low / 2)
      let extra = range <= least / 2 ? max(abs(high) * 0.1, 0.5) : min(range * margin * 2, limit)
      lower = max(low - extra, -limit)
      upper = min(high + extra, limit)
    }
  }

  /// Where a value lies: 0 at `lower`, 1 at `upper`; NaN for what the axis cannot show.
  func position(of value: Double) -> Double {
    guard value.isFinite else { return .nan }
    // Halves, since the difference of two doubles may be more than a double holds.
    if !isLogarithmic { return (value / 2 - lower / 2) / (upper / 2 - lower / 2) }
    guard value > 0 else { return .nan }
    return (log10(value) - log10(lower)) / (log10(upper) - log10(lower))
  }

  /// A round value and what is written beside it.
  struct Tick: Equatable {
    var value: Double
    var label: String
  }

  /// About `count` round values inside the range.
  func ticks(about count: Int, isCompact: Bool = false) -> [Tick] {
    let values = isLogarithmic ? logarithmicTicks(about: count) : linearTicks(about: count)
    return values.map { value in
      Tick(value: value, label: isCompact ? Self.compact(value) : Readable.number(value))
    }
  }

  private func linearTicks(about count: Int) -> [Double] {
    let rough = upper / Double(max(1, count)) - lower / Double(max(1, count))
    guard rough.isFinite, rough > 0 else { return [] }
    let power = pow(10, floor(log10(rough)))
    let step = power * ([1, 2, 2.5, 5, 10].first { $0 * power >= rough * 0.999 } ?? 10)
    let first = (lower / step).rounded(.up)
    let last = (upper / step).rounded(.down)
    guard first <= last, last - first < 1000 else { return [] }
    let values = (0...Int(last - first)).map { index in
      let multiple = first + Double(index)
      // Through decimal text, so that 3 · 0.1 is 0.3.
      return multiple == 0 ? 0 : Self.rounded(multiple * step)
    }
    return values.filter(\.isFinite)
  }

  private func logarithmicTicks(about count: Int) -> [Double] {
    let (from, to) = (log10(lower), log10(upper))
    let decades = Int((to - from).rounded(.up))
    let stride = max(1, decades / max(1, count))
    var values: [Double] = []
    for exponent in Int(from.rounded(.down))...Int(to.rounded(.up))
    where exponent.quotientAndRemainder(dividingBy: stride).remainder == 0 {
      let parts: [Double] = decades <= 1 ? [1, 2, 3, 4, 5, 7] : decades <= 3 ? [1, 2, 5] : [1]
      for part in parts {
        let value = Self.rounded(part * pow(10, Double(exponent)))
        if value >= lower, value <= upper { values.append(value) }
      }
    }
    return values
  }

  private static func rounded(_ value: Double) -> Double {
    guard value != 0, value.isFinite else { return value }
    let exponent = floor(log10(abs(value)))
    let scale = pow(10, 11 - exponent)
    guard scale.isFinite, scale > 0 else { return value }
    let result = (value * scale).rounded() / scale
    return result.isFinite ? result : value
  }

  /// `20k`, `1.5M`: for steps.
  private static func compact(_ value: Double) -> String {
    for (size, suffix) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where abs(value) >= size {
      return Readable.number(value / size) + suffix
    }
    return Readable.number(value)
  }
}
