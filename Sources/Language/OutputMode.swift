/// How rows are written: the word after a `|` at the end of a statement.
package enum OutputMode: String, Sendable, Hashable, CaseIterable {
  /// Aligned columns.
  case plain
  /// The same in a drawn frame.
  case box
  case csv, json
  /// One JSON object a line.
  case jsonl
  case markdown, latex

  /// Whether a program is to read them: rows alone, every digit, no words around them.
  package var isForPrograms: Bool {
    switch self {
    case .csv, .json, .jsonl: true
    case .plain, .box, .markdown, .latex: false
    }
  }
}

/// `| json` at the end of a statement.
package struct OutputRequest: Sendable, Hashable {
  package var mode: OutputMode
  /// From the bar to the end of the word.
  package var span: Span

  package init(_ mode: OutputMode, at span: Span) {
    self.mode = mode
    self.span = span
  }
}
