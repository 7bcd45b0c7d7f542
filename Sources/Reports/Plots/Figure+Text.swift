extension Figure {
  /// The plots in letters, two side by side where there is room for it.
  ///
  /// - Parameter rows: lines of a plot.
  package func text(columns: Int, rows: Int = 15, hasColour: Bool) -> TextDrawing {
    let across = columns >= 110 && plots.count > 1 ? 2 : 1
    let width = (columns - (across - 1) * 2) / across
    let drawings = plots.map { $0.text(columns: width, rows: rows, hasColour: hasColour) }
    var lines: [[TextDrawing.Piece]] = []
    for start in stride(from: 0, to: drawings.count, by: across) {
      if start > 0 { lines.append([]) }
      let row = Array(drawings[start..<min(start + across, drawings.count)])
      lines += TextDrawing.beside(row, width: width + 2).lines
    }
    return TextDrawing(lines: lines)
  }
}
