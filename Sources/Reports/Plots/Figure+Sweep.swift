import Glibc
import MetricDescriptions

/// Pictures of a sweep: what each choice does, and which configurations came out how.
extension Figure {
  /// Main effects: a plot for each key, the mean of the metric over all finished runs with each of its values, and
  /// its standard error as an upright line.
  ///
  /// Numbers of which there are more than eight (draws) are put into five groups of as many runs, called by their ends with
  /// three digits.
  package static func effects(of comparison: SweepComparison, title: String) -> Figure {
    let plots = comparison.keys.indices.map { index in
      let groups = comparison.groups(ofKey: index)
      var points: [Curve.Point] = []
      var ticks: [Plot.Tick] = []
      for (place, group) in groups.enumerated() {
        ticks.append(Plot.Tick(x: Double(place), label: group.label))
        guard let mean = SweepComparison.Mean(group.values) else { continue }
        // One stroke: up and down the standard error, then on to the next mean.
        let x = Double(place)
        points.append(Curve.Point(x: x, y: mean.value))
        guard let error = mean.error, error > 0 else { continue }
        points += [mean.value + error, mean.value - error, mean.value].map {
          Curve.Point(x: x, y: $0)
        }
      }
      var plot = Plot(
        title: comparison.keys[index], unit: "", horizontalTitle: "",
        curves: [Curve(label: "", points: points, colour: 0)])
      plot.horizontalTicks = ticks
      plot.horizontalMargin = 0.12
      return plot
    }
    return Figure(title: title, plots: plots)
  }

  /// Configurations shown at most in full colour; the others are faint.
  private static let mostPlain = 8

  /// Parallel coordinates (Inselberg 1985): an upright axis for each key and one for the metric's mean, a line
  /// for each configuration, with its number at the end. The best eight are in colour, of several data sets as many of each.
  package static func parallel(of comparison: SweepComparison, title: String) -> Figure {
    let scales = comparison.keys.indices.map { Scale(comparison, key: $0) }
    let groups = comparison.ranked
    let ranked = groups.flatMap { group in group.enumerated().map { (place: $0, of: $1) } }
    let means = ranked.map { SweepComparison.Mean($0.of.values.values.sorted())?.value }
    let outcome = Scale(numbers: means.compactMap(\.self).filter(\.isFinite))
    let last = Double(scales.count)
    var curves: [Curve] = []
    for (index, (place, configuration)) in ranked.enumerated() {
      var points = zip(scales.indices, configuration.settings).compactMap { index, text in
        scales[index].position(of: text).map { Curve.Point(x: Double(index), y: $0) }
      }
      if let mean = means[index], mean.isFinite {
        points.append(Curve.Point(x: last, y: outcome.position(of: mean)))
      }
      curves.append(
        Curve(
          label: "\(configuration.number)", points: points, colour: index,
          isFaint: place * groups.count >= mostPlain))
    }
    let metric = comparison.metric?.name ?? "nothing measured"
    var plot = Plot(title: title, horizontalTitle: "", curves: curves)
    plot.hasVerticalScale = false
    plot.horizontalMargin = 0.06
    plot.horizontalTicks = (comparison.keys + [metric]).enumerated().map {
      Plot.Tick(x: Double($0), label: $1)
    }
    for (index, scale) in (scales + [outcome]).enumerated() {
      // Right of the last axis stand the numbers of the configurations.
      let isLast = index == scales.count
      plot.labels += scale.marks.map {
        Plot.Label(x: Double(index), y: $0.place, text: $0.label, isBefore: isLast)
      }
    }
    return Figure(plots: [plot], plotWidth: max(560, 130 * Double(scales.count + 1)))
  }
}

/// One upright axis of parallel coordinates: from what was chosen to 0 … 1.
private struct Scale {
  /// What is written beside the axis.
  private(set) var marks: [(place: Double, label: String)] = []
  private var places: [String: Double] = [:]
  private var bounds: (lower: Double, upper: Double) = (0, 1)

  /// Words or numbers that configurations were given: numbers on a scale, logarithmic where the largest is
  /// twenty times the smallest; words in the order in which they were typed.
  init(_ comparison: SweepComparison, key: Int) {
    var texts: [String] = []
    for configuration in comparison.configurations {
      if let text = configuration.settings[key], !texts.contains(text) { texts.append(text) }
    }
    let numbers = texts.compactMap(SweepComparison.number)
    if numbers.count == texts.count, let low = numbers.min(), let high = numbers.max(), low < high {
      let isLogarithmic = low > 0 && high >= 20 * low
      for (text, number) in zip(texts, numbers) {
        places[text] =
          isLogarithmic
          ? log(number / low) / log(high / low) : (number - low) / (high - low)
      }
    } else {
      for (index, text) in texts.enumerated() {
        places[text] = texts.count > 1 ? Double(index) / Double(texts.count - 1) : 0.5
      }
    }
    // Of many, both ends are enough.
    let shown = texts.count <= 8 ? texts : texts.filter { [0, 1].contains(places[$0]) }
    marks = shown.compactMap { text in places[text].map { ($0, text) } }
  }

  init(numbers: [Double]) {
    guard let low = numbers.min(), let high = numbers.max() else { return }
    bounds = (low, high)
    marks = [(position(of: high), Readable.number(high))]
    if low < high { marks.insert((position(of: low), Readable.number(low)), at: 0) }
  }

  func position(of text: String?) -> Double? { text.flatMap { places[$0] } }

  func position(of number: Double) -> Double {
    bounds.lower < bounds.upper ? (number - bounds.lower) / (bounds.upper - bounds.lower) : 0.5
  }
}

extension SweepComparison {
  /// The number that a setting is; nil where it is none.
  static func number(_ text: String) -> Double? {
    let suffixes: [Character: Double] = ["k": 1e3, "M": 1e6, "G": 1e9]
    if let last = text.last, let factor = suffixes[last] {
      return Double(text.dropLast()).map { $0 * factor }
    }
    return Double(text)
  }

  /// The values of the metric by what was chosen for a key, in the order in which it was typed, numbers by
  /// their size.
  func groups(ofKey key: Int) -> [(label: String, values: [Double])] {
    var groups: [(label: String, values: [Double])] = []
    for configuration in configurations {
      guard let text = configuration.settings[key] else { continue }
      let index = groups.firstIndex { $0.label == text } ?? groups.endIndex
      if index == groups.endIndex { groups.append((text, [])) }
      groups[index].values += configuration.values.sorted { $0.key < $1.key }.map(\.value)
    }
    let numbers = groups.map { Self.number($0.label) }
    guard numbers.allSatisfy({ $0 != nil }) else { return groups }
    groups = zip(groups, numbers).sorted { ($0.1 ?? 0) < ($1.1 ?? 0) }.map(\.0)
    guard groups.count > 8 else { return groups }
    return (0..<5).map { part in
      let own = groups[part * groups.count / 5..<(part + 1) * groups.count / 5]
      let ends = [own.first, own.last].compactMap { $0.map { Self.short($0.label) } }
      return (ends.joined(separator: "–"), own.flatMap(\.values))
    }
  }

  /// A number as it was typed, or, where that is long, with three digits: both ends of a group are to fit.
  private static func short(_ text: String) -> String {
    guard text.count > 6, let number = Self.number(text) else { return text }
    return Readable.number(number, digits: 3)
  }
}
