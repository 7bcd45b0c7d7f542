import Terminal

/// Where things are on the screen of `watch RUN full`: a line on top, curves at the left, the
/// sheet at the right, events below.
struct WatchLayout: Equatable {
  let size: CellArea
  /// The first row of curves and sheet, from 1.
  let top = 3
  let eventRows: Int
  /// Nil where there is no room for it.
  let curves: CellArea?
  let sheet: CellArea?

  /// The least that a plot, or a sheet, can be seen in.
  private static let least = CellArea(columns: 30, rows: 7)

  init(_ size: CellArea, eventCount: Int, hasSheet: Bool) {
    self.size = size
    eventRows = size.rows < 12 ? 0 : min(eventCount, size.rows < 24 ? 2 : 4)
    // An empty line before the events and the key's line.
    let rows = size.rows - top - eventRows - 1
    let isWide = size.columns >= 2 * Self.least.columns
    // A sheet is about square: cells are twice as high as wide.
    let sheetColumns = min(size.columns / 2 - 1, rows * 2)
    guard rows >= Self.least.rows else {
      (curves, sheet) = (nil, nil)
      return
    }
    sheet = hasSheet && isWide ? CellArea(columns: sheetColumns, rows: rows) : nil
    let columns = sheet == nil ? size.columns - 1 : size.columns - sheetColumns - 2
    curves = columns >= Self.least.columns ? CellArea(columns: columns, rows: rows) : nil
  }

  /// `━━━━────`.
  static func bar(share: Double, columns: Int) -> String {
    let share = share.isFinite ? min(max(share, 0), 1) : 0
    let filled = Int((share * Double(columns)).rounded(.down))
    return String(repeating: "━", count: filled) + String(repeating: "─", count: columns - filled)
  }
}
