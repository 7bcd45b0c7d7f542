extension Table {
  /// The table for a terminal: a heading and a line for each row, numbers to the right.
  ///
  /// - Parameter width: columns of the terminal; texts give way, the longest first, and then
  ///   lines are cut. Nil: as wide as it needs.
  package func lines(width limit: Int? = nil) -> [String] {
    let texts = ([columns] + rows.map { $0.map(\.shown) }).map { $0.map(DisplayWidth.oneLine) }
    let isRight = columns.indices.map(isNumeric)
    var widths = columns.indices.map { column in
      texts.map { DisplayWidth.of($0[column]) }.max() ?? 0
    }
    if let limit { Self.narrow(&widths, to: limit, sparing: isRight) }
    return texts.map { row in
      let cells = columns.indices.map { column in
        let text = DisplayWidth.cut(row[column], to: widths[column])
        let gap = String(repeating: " ", count: max(0, widths[column] - DisplayWidth.of(text)))
        return isRight[column] ? gap + text : text + gap
      }
      var line = cells.joined(separator: Self.gap)
      while line.last == " " { line.removeLast() }
      if let limit { line = DisplayWidth.cut(line, to: limit) }
      return line
    }
  }

  private static let gap = "  "

  /// Takes from the widest texts until the line fits or every text is short.
  private static func narrow(_ widths: inout [Int], to limit: Int, sparing isRight: [Bool]) {
    let shortest = 8
    var excess = widths.reduce(0, +) + gap.count * max(0, widths.count - 1) - limit
    while excess > 0 {
      let flexible = widths.indices.filter { !isRight[$0] && widths[$0] > shortest }
      guard let widest = flexible.max(by: { widths[$0] < widths[$1] }) else { return }
      widths[widest] -= 1
      excess -= 1
    }
  }
}
