/// A curve in one line of text, for a column of a table.
package enum Sparkline {
  private static let levels = Array("▁▂▃▄▅▆▇█")

  /// One character a value, from the smallest value to the largest; a blank where there is none.
  package static func text(_ values: [Double?]) -> String {
    let known = values.compactMap { $0 }.filter(\.isFinite)
    guard let low = known.min(), let high = known.max() else { return "" }
    return String(
      values.map { value in
        guard let value, value.isFinite else { return " " }
        // Halves, since the difference of two doubles may be more than a double holds.
        let height = high / 2 - low / 2
        let part = height > 0 ? (value / 2 - low / 2) / height : 0.5
        return levels[min(levels.count - 1, Int(part * Double(levels.count)))]
      })
  }
}
