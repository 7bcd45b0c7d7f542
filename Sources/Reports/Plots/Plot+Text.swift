import TerminalText

extension Plot {
  /// The plot in letters: curves in dots of Braille, axes with round values, names at the curves'
  /// ends. What was smoothed is drawn without the faint curve it was made of.
  ///
  /// - Parameters:
  ///   - columns: letters in a line, at least 30.
  ///   - rows: lines in all, title and axis included, at least 7.
  ///   - hasColour: where there is none, each of several curves is drawn with a mark of its own.
  package func text(columns: Int, rows: Int, hasColour: Bool) -> TextDrawing {
    TextPlot(self, columns: max(30, columns), rows: max(7, rows), hasColour: hasColour).drawing()
  }
}

/// One plot in letters.
private struct TextPlot {
  private let plot: Plot
  private let curves: [Curve]
  private let horizontal: Axis
  private let vertical: Axis
  private let ticks: [Int: String]
  private let hasColour: Bool
  /// Letters of the frame, and of what stands beside it.
  private let columns: Int
  private let rows: Int
  private let tickWidth: Int
  private let labelWidth: Int

  /// Marks of curves without colours, or of more than there are colours in a terminal.
  private static let marks = Array("*o+x#@%abcdefghijklmnpqrstuvwyz")
  private static let colours = 6

  init(_ plot: Plot, columns: Int, rows: Int, hasColour: Bool) {
    self.plot = plot
    self.hasColour = hasColour
    curves = plot.curves.filter { !$0.isFaint }
    let points = curves.flatMap(\.points)
    horizontal = Axis(covering: points.map(\.x), margin: plot.horizontalMargin)
    // What was smoothed is drawn without what it was made of.
    let values = plot.window == nil ? points.map(\.y) : plot.coveredValues
    let vertical = Axis(covering: values, isLogarithmic: plot.isLogarithmic, margin: 0.04)
    self.vertical = vertical
    // Title above; axis and its values below.
    let height = rows - 3
    self.rows = height
    var ticks: [Int: String] = [:]
    let shown = plot.hasVerticalScale ? vertical.ticks(about: max(2, height / 3)) : []
    for tick in shown {
      let row = Int(((1 - vertical.position(of: tick.value)) * Double(height - 1)).rounded())
      if ticks[row] == nil { ticks[row] = tick.label }
    }
    self.ticks = ticks
    tickWidth = ticks.values.map { DisplayWidth.of($0) }.max() ?? 0
    let longest = curves.map { DisplayWidth.of($0.label) + 2 }.max() ?? 0
    labelWidth = min(longest, columns / 3)
    self.columns = max(8, columns - tickWidth - 2 - labelWidth - 1)
  }

  func drawing() -> TextDrawing {
    let unit = plot.unit.isEmpty ? "" : " (\(plot.unit))"
    let remark = plot.remark.isEmpty ? "" : "; " + plot.remark
    let title = DisplayWidth.cut(
      SafeText.oneLine(plot.title) + unit + remark, to: columns + tickWidth)
    var lines = [[TextDrawing.Piece(title, .title)]]
    let (grid, gaps, labels) = (filledGrid(), gapColumns(), placedLabels())
    let marks = markColumns()
    for row in 0..<rows {
      let tick = ticks[row]
      let label = tick ?? ""
      let blanks = String(repeating: " ", count: tickWidth - DisplayWidth.of(label))
      var line = [TextDrawing.Piece(blanks + label + (tick == nil ? " │" : " ┤"), .soft)]
      line += pieces(ofRow: row, grid, gaps: row == rows - 1 ? gaps : [], marks)
      if let curve = labels[row] {
        let mark = usesMarks ? "\(Self.mark(curve)) " : "  "
        let name = DisplayWidth.cut(SafeText.oneLine(curves[curve].label), to: labelWidth - 2)
        line.append(TextDrawing.Piece(mark + name, .curve(curves[curve].colour)))
      }
      lines.append(line)
    }
    return TextDrawing(lines: lines + axisLines())
  }

  // MARK: Curves

  private var usesMarks: Bool { curves.count > (hasColour ? Self.colours : 1) }
  private static func mark(_ curve: Int) -> Character { marks[curve % marks.count] }

  private func filledGrid() -> BrailleGrid {
    var grid = BrailleGrid(columns: columns, rows: rows)
    for (index, curve) in curves.enumerated() {
      var last: (x: Int, y: Int)?
      for point in curve.points {
        let (h, v) = (horizontal.position(of: point.x), vertical.position(of: point.y))
        guard !h.isNaN, !v.isNaN else {
          last = nil
          continue
        }
        // What is far beyond the frame need only be beyond it.
        let place = (
          x: Int((h * Double(grid.width - 1)).rounded()),
          y: Int(((1 - v.clamped(to: -1...2)) * Double(grid.height - 1)).rounded())
        )
        grid.line(from: last ?? place, to: place, colour: index) { x in
          Self.isOn(x, dash: curve.dash)
        }
        last = place
      }
    }
    return grid
  }

  /// Dashes as in a drawn figure: solid, long, short.
  private static func isOn(_ x: Int, dash: Int) -> Bool {
    switch dash % 3 {
    case 0: true
    case 1: x / 3 % 2 == 0
    default: x % 3 == 0
    }
  }

  private func pieces(
    ofRow row: Int, _ grid: BrailleGrid, gaps: Set<Int>, _ marks: Set<Int>
  ) -> [TextDrawing.Piece] {
    var pieces: [TextDrawing.Piece] = []
    let words = wordLetters(ofRow: row)
    for column in 0..<columns {
      var piece = TextDrawing.Piece(" ")
      if let letter = words[column] {
        piece = TextDrawing.Piece(String(letter), .soft)
      } else if gaps.contains(column) {
        piece = TextDrawing.Piece("×", .alarm)
      } else if let (letter, curve) = grid.letter(column: column, row: row) {
        let shown = usesMarks ? Self.mark(curve) : letter
        piece = TextDrawing.Piece(String(shown), .curve(curves[curve].colour))
      } else if marks.contains(column) {
        piece = TextDrawing.Piece("┊", .soft)
      }
      if let last = pieces.last, last.tone == piece.tone {
        pieces[pieces.count - 1].text += piece.text
      } else {
        pieces.append(piece)
      }
    }
    return pieces
  }

  /// Letters of words beside points, by column.
  private func wordLetters(ofRow row: Int) -> [Int: Character] {
    var letters: [Int: Character] = [:]
    for label in plot.labels {
      let (h, v) = (horizontal.position(of: label.x), vertical.position(of: label.y))
      guard !h.isNaN, !v.isNaN, Int(((1 - v) * Double(rows - 1)).rounded()) == row else { continue }
      let text = Array(SafeText.oneLine(label.text))
      let place = Int((h * Double(columns - 1)).rounded())
      // Left of its point where there is no room to the right.
      let fits = !label.isBefore && place + 1 + text.count <= columns
      let start = fits ? place + 1 : max(0, place - text.count)
      for (index, letter) in text.enumerated() where letters[start + index] == nil {
        letters[start + index] = letter
      }
    }
    return letters
  }

  /// Columns where a curve has no value.
  private func gapColumns() -> Set<Int> {
    var gaps = Set<Int>()
    for point in curves.lazy.flatMap(\.points) where vertical.position(of: point.y).isNaN {
      let h = horizontal.position(of: point.x)
      if !h.isNaN { gaps.insert(Int((h * Double(columns - 1)).rounded())) }
    }
    return gaps
  }

  /// Columns where something was changed.
  private func markColumns() -> Set<Int> {
    Set(
      plot.marks.compactMap { mark in
        let h = horizontal.position(of: mark.x)
        return (0...1).contains(h) ? Int((h * Double(columns - 1)).rounded()) : nil
      })
  }

  // MARK: Names and axes

  /// The curve whose name stands in a row: near its end, moved where another stands there.
  private func placedLabels() -> [Int: Int] {
    guard labelWidth > 2 else { return [:] }
    var placed: [Int: Int] = [:]
    let ends: [(row: Int, curve: Int)] = curves.indices.map { index in
      let last = curves[index].points.last { !vertical.position(of: $0.y).isNaN }
      let place = last.map { 1 - vertical.position(of: $0.y).clamped(to: 0...1) } ?? 1
      return (Int((place * Double(rows - 1)).rounded()), index)
    }
    for end in ends.sorted(by: { ($0.row, $0.curve) < ($1.row, $1.curve) }) {
      let free = (0..<rows).filter { placed[$0] == nil }
      // Below before above, so that names keep the order of their curves.
      let row = free.min { a, b in
        (abs(a - end.row), a < end.row ? 1 : 0) < (abs(b - end.row), b < end.row ? 1 : 0)
      }
      if let row { placed[row] = end.curve }
    }
    return placed
  }

  private func axisLines() -> [[TextDrawing.Piece]] {
    let indent = String(repeating: " ", count: tickWidth + 1)
    var axis = Array(repeating: Character("─"), count: columns)
    var values = Array(repeating: Character(" "), count: columns + labelWidth + 1)
    var end = 0
    for tick in plot.ticks(of: horizontal, about: max(2, columns / 9)) {
      let at = Int((horizontal.position(of: tick.value) * Double(columns - 1)).rounded())
      let label = Array(tick.label)
      let start = max(0, at - label.count / 2)
      guard axis.indices.contains(at), start >= end, start + label.count <= values.count
      else { continue }
      axis[at] = "┬"
      values.replaceSubrange(start..<start + label.count, with: label)
      end = start + label.count + 1
    }
    let name = Array(plot.horizontalTitle)
    let start = max(end + 1, columns - name.count)
    if start + name.count <= values.count {
      values.replaceSubrange(start..<start + name.count, with: name)
    }
    return [
      [TextDrawing.Piece(indent + "└" + String(axis), .soft)],
      [TextDrawing.Piece(indent + " " + String(values), .soft)],
    ]
  }
}
