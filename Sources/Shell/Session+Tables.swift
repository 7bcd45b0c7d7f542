import Language
import Reports
import Terminal

extension Session {
  /// Shows rows as the statement or the session wants them: aligned (fitted to the terminal where
  /// there is one), or in a format for documents or programs.
  func show(_ table: Table) {
    hasShownRows = true
    let mode = configuration.outputMode
    guard mode == .plain || mode == .box else {
      return output.data(table.written(as: mode.format))
    }
    let fitted = table.fitted(
      to: output.isLive ? output.width : nil, framed: mode == .box)
    let heading = mode == .box ? 1 : 0
    for (index, line) in fitted.lines.enumerated() {
      output.line(index == heading ? output.styled(line, .bold) : StyledText(line))
    }
    if fitted.hiddenColumns > 0 {
      let count = fitted.hiddenColumns
      errors.line(
        "note: \(count) \(count == 1 ? "column finds" : "columns find") no room; `| csv` has all")
    }
  }
}

extension OutputMode {
  /// The format in which rows are written as they come; nil where a table is laid out as a whole.
  var rowFormat: RowWriter.Format? {
    switch self {
    case .csv: .csv
    case .json: .json
    case .jsonl: .jsonLines
    case .plain, .box, .markdown, .latex: nil
    }
  }

  /// The table's format of that name.
  var format: TableFormat {
    switch self {
    case .plain: .plain
    case .box: .box
    case .csv: .csv
    case .json: .json
    case .jsonl: .jsonLines
    case .markdown: .markdown
    case .latex: .latex
    }
  }
}
