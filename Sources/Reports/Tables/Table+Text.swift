import TerminalText

/// A table as lines for a terminal.
package struct FittedTable: Sendable, Hashable {
  /// The heading, then a line for each row (in a frame: its lines between them).
  package var lines: [String]
  /// Columns that found no room and are left out.
  package var hiddenColumns: Int
}

extension Table {
  /// The table for a terminal: a heading and a line for each row, numbers to the right.
  ///
  /// - Parameter width: columns of the terminal; texts give way, the longest first, then columns in
  ///   the middle, and then lines are cut. Nil: as wide as it needs.
  package func lines(width limit: Int? = nil) -> [String] { fitted(to: limit).lines }

  /// The table as lines no longer than a limit, in a drawn frame or without.
  package func fitted(to limit: Int?, framed: Bool = false) -> FittedTable {
    var columns = textColumns()
    if framed && columns.isEmpty { return FittedTable(lines: [], hiddenColumns: 0) }
    let edges = framed ? Edges.frame : .none
    var hidden = 0
    if let limit {
      let room = limit - edges.left.count - edges.right.count
      narrow(&columns, to: room, gap: edges.gap.count)
      hidden = Self.leaveOut(&columns, to: room, gap: edges.gap.count)
    }
    var lines =
      columns.first?.cells.indices.map { row in
        let cells = columns.map { $0.cell(row) }
        return edges.left + cells.joined(separator: edges.gap) + edges.right
      } ?? [""]
    if columns.isEmpty { lines = Array(repeating: "", count: rows.count + 1) }
    if framed {
      let widths = columns.map(\.width)
      lines.insert(Edges.rule("┌", "┬", "┐", widths), at: 0)
      lines.insert(Edges.rule("├", "┼", "┤", widths), at: 2)
      lines.append(Edges.rule("└", "┴", "┘", widths))
    }
    lines = lines.map { line in
      var line = line
      while line.last == " " { line.removeLast() }
      return limit.map { DisplayWidth.cut(line, to: $0) } ?? line
    }
    return FittedTable(lines: lines, hiddenColumns: hidden)
  }

  private func textColumns() -> [TextColumn] {
    columns.indices.map { column in
      TextColumn(
        cells: [SafeText.oneLine(columns[column])]
          + rows.map { SafeText.oneLine($0[column].shown) },
        isRight: isNumeric(column))
    }
  }

  /// Takes from the widest texts until the line fits or every text is short. The first column has names, which are typed: it stays
  /// as long as they are of usual length.
  private func narrow(_ columns: inout [TextColumn], to limit: Int, gap: Int) {
    let (shortest, usualName) = (8, 32)
    var excess = Self.width(of: columns, gap: gap) - limit
    while excess > 0 {
      let flexible = columns.indices.filter {
        !columns[$0].isRight && columns[$0].width > ($0 == 0 ? usualName : shortest)
      }
      guard let widest = flexible.max(by: { columns[$0].width < columns[$1].width }) else {
        return
      }
      columns[widest].width -= 1
      excess -= 1
    }
  }

  /// Leaves columns of the middle out, a narrow one with `…` in their stead; the first one stays.
  private static func leaveOut(_ columns: inout [TextColumn], to limit: Int, gap: Int) -> Int {
    guard width(of: columns, gap: gap) > limit, columns.count > 2 else { return 0 }
    let mark = TextColumn(
      cells: columns[0].cells.indices.map { $0 == 0 ? "…" : "" }, isRight: false)
    var hidden = 0
    while columns.count > 1, width(of: columns + [mark], gap: gap) > limit {
      // The end of a listing is what was measured; the middle says how.
      columns.remove(at: max(1, columns.count / 2))
      hidden += 1
    }
    columns.insert(mark, at: max(1, (columns.count + 1) / 2))
    return hidden
  }

  private static func width(of columns: [TextColumn], gap: Int) -> Int {
    columns.reduce(0) { $0 + $1.width } + gap * max(0, columns.count - 1)
  }
}

/// One column as text, heading first.
private struct TextColumn {
  let cells: [String]
  let isRight: Bool
  var width: Int

  init(cells: [String], isRight: Bool) {
    (self.cells, self.isRight) = (cells, isRight)
    width = cells.reduce(0) { max($0, DisplayWidth.of($1)) }
  }

  /// A cell as wide as the column.
  func cell(_ row: Int) -> String {
    let text = DisplayWidth.cut(cells[row], to: width)
    let gap = String(repeating: " ", count: max(0, width - DisplayWidth.of(text)))
    return isRight ? gap + text : text + gap
  }
}

/// What stands around and between columns.
private struct Edges {
  let left: String
  let gap: String
  let right: String

  static let none = Edges(left: "", gap: "  ", right: "")
  static let frame = Edges(left: "│ ", gap: " │ ", right: " │")

  static func rule(_ left: String, _ middle: String, _ right: String, _ widths: [Int]) -> String {
    left + widths.map { String(repeating: "─", count: $0 + 2) }.joined(separator: middle) + right
  }
}
