import TerminalText

/// What a table can be written as.
package enum TableFormat: String, Sendable, Hashable, CaseIterable {
  /// Aligned, for a terminal.
  case plain
  /// The same in a drawn frame.
  case box
  case markdown, csv, json
  /// One JSON object a line.
  case jsonLines = "jsonl"
  /// A `tabular` with the rules of `booktabs`.
  case latex

  /// The format that a file's name asks for: `.md`, `.csv`, `.json`, `.jsonl`, `.tex`, `.txt`.
  package init?(fileName: String) {
    guard let dot = fileName.lastIndex(of: ".") else { return nil }
    switch fileName[fileName.index(after: dot)...].lowercased() {
    case "txt": self = .plain
    case "tex": self = .latex
    case "md", "markdown": self = .markdown
    case "csv": self = .csv
    case "json": self = .json
    case "jsonl", "ndjson": self = .jsonLines
    default: return nil
    }
  }
}

extension Table {
  /// The table as a document, with a line end after its last line.
  package func written(as format: TableFormat) -> String {
    switch format {
    case .plain: lines().map { $0 + "\n" }.joined()
    case .box: fitted(to: nil, framed: true).lines.map { $0 + "\n" }.joined()
    case .latex: latex
    case .markdown: markdown
    case .csv: csv
    case .json: json
    case .jsonLines: jsonLines
    }
  }

  /// A GitHub-flavoured Markdown table; numbers to the right.
  package var markdown: String {
    let heads = columns.map(Self.escapedForMarkdown)
    let rules = columns.indices.map { isNumeric($0) ? "---:" : "---" }
    let body = rows.map { $0.map { Self.escapedForMarkdown($0.shown) } }
    return ([heads, rules] + body).map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
  }

  /// RFC 4180, but with plain line feeds: exact values, a heading first.
  package var csv: String { written(by: RowWriter(columns: columns, as: .csv)) }

  /// An array of objects, one a line.
  package var json: String { written(by: RowWriter(columns: columns, as: .json)) }

  /// One object a line.
  package var jsonLines: String { written(by: RowWriter(columns: columns, as: .jsonLines)) }

  private func written(by writer: RowWriter) -> String {
    var writer = writer
    return writer.text(of: rows) + writer.end()
  }

  /// Whether a column holds numbers and nothing else.
  func isNumeric(_ column: Int) -> Bool {
    var isNumeric = false
    for row in rows where row[column] != .none {
      guard row[column].isNumeric else { return false }
      isNumeric = true
    }
    return isNumeric
  }

  private static func escapedForMarkdown(_ text: String) -> String {
    var escaped = ""
    for letter in SafeText.oneLine(text) {
      if "\\|`*_<>[]".contains(letter) { escaped.append("\\") }
      escaped.append(letter)
    }
    return escaped
  }
}
