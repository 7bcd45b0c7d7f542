import TerminalText

/// Lines of letters, with what each piece is: a terminal gives it a colour.
package struct TextDrawing: Sendable, Hashable {
  /// What a piece of a line is.
  package enum Tone: Sendable, Hashable {
    case plain, title, soft, alarm
    /// Of the curve with that colour.
    case curve(Int)
  }

  package struct Piece: Sendable, Hashable {
    package var text: String
    package var tone: Tone

    package init(_ text: String, _ tone: Tone = .plain) {
      self.text = text
      self.tone = tone
    }
  }

  package var lines: [[Piece]]

  package init(lines: [[Piece]] = []) { self.lines = lines }

  /// The letters alone, without blanks at the ends of lines.
  package var plain: [String] {
    lines.map { line in
      var text = line.map(\.text).joined()
      while text.last == " " { text.removeLast() }
      return text
    }
  }

  /// The drawings side by side, each `width` columns wide.
  package static func beside(_ drawings: [TextDrawing], width: Int) -> TextDrawing {
    let height = drawings.map(\.lines.count).max() ?? 0
    return TextDrawing(
      lines: (0..<height).map { row in
        drawings.enumerated().flatMap { index, drawing -> [Piece] in
          let line = row < drawing.lines.count ? drawing.lines[row] : []
          if index == drawings.count - 1 { return line }
          let used = line.reduce(0) { $0 + DisplayWidth.of($1.text) }
          return line + [Piece(String(repeating: " ", count: max(0, width - used)))]
        }
      })
  }
}
