import TerminalText

extension Diagnostic {
  /// The diagnostic as it is shown:
  ///
  /// ```
  /// error: cannot reshape 256 values into 8x8x512 (32,768 values)
  ///   quick.gansh:4:38
  ///     generator { dense 256; lrelu 0.2; reshape 8x8x512; ...
  ///                                       ^^^^^^^^^^^^^^^
  ///   help: let the dense layer produce them: `dense 8x8x512`
  /// ```
  ///
  /// Line and column count from 1, the column in characters. The line is shown without its
  /// indentation; a long one is cut to the entries around the place. Control characters are
  /// replaced, so that a text cannot drive the terminal. No line end after the last line.
  package func rendered(in source: SourceText, colour: Bool) -> String {
    let paint = Paint(isOn: colour)
    var lines = [paint.strong("error:", .red) + " " + paint.bold(SafeText.oneLine(message))]
    func show(_ span: Span, _ fact: String = "") {
      let excerpt = Excerpt(of: span, in: source.text)
      lines.append(
        "  \(SafeText.oneLine(source.name)):\(excerpt.line):\(excerpt.column)"
          + (fact.isEmpty ? "" : ": " + SafeText.oneLine(fact)))
      lines.append(("    " + excerpt.text).trimmedAtEnd)
      lines.append(
        "    " + String(repeating: " ", count: excerpt.indentation)
          + paint.strong(String(repeating: "^", count: excerpt.carets), .red))
    }
    if let span { show(span) }
    if let other { show(other.span, other.fact) }
    for line in help {
      lines.append("  " + paint.strong("help:", .cyan) + " " + SafeText.oneLine(line))
    }
    return lines.joined(separator: "\n")
  }
}

/// Colours of a terminal, or none.
private struct Paint {
  enum Colour: Int { case red = 31, cyan = 36 }

  let isOn: Bool

  func strong(_ text: String, _ colour: Colour) -> String {
    isOn ? "\u{1B}[1;\(colour.rawValue)m\(text)\u{1B}[0m" : text
  }

  func bold(_ text: String) -> String { isOn ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
}

/// The part of a line that is shown above the carets.
struct Excerpt {
  /// A line that is not wider than this is shown whole.
  static let widestWhole = 76
  /// How much of a cut line is shown before a place and after its beginning.
  static let reach = 60

  /// From 1.
  var line = 1
  /// From 1, in characters.
  var column = 1
  var text = ""
  /// Columns before the first caret.
  var indentation = 0
  var carets = 1

  init(of span: Span, in text: String) {
    let bytes = Array(text.utf8)
    let start = min(max(span.start, 0), bytes.count)
    var lineStart = 0
    for index in 0..<start where bytes[index] == .newline {
      line += 1
      lineStart = index + 1
    }
    var lineEnd = start
    while lineEnd < bytes.count, bytes[lineEnd] != .newline { lineEnd += 1 }
    if lineEnd > lineStart, bytes[lineEnd - 1] == .carriageReturn { lineEnd -= 1 }
    let end = min(max(span.end, start), lineEnd)

    let before = Array(String(decoding: bytes[lineStart..<min(start, lineEnd)], as: UTF8.self))
    let inside = Array(String(decoding: bytes[min(start, lineEnd)..<end], as: UTF8.self))
    let after = Array(String(decoding: bytes[end..<lineEnd], as: UTF8.self))
    column = before.count + 1
    arrange(before: Array(before.drop(while: \.isBlank)), inside: inside, after: after)
  }

  private mutating func arrange(before: [Character], inside: [Character], after: [Character]) {
    if before.count + inside.count + after.count <= Self.widestWhole {
      show(before, inside, after)
      return
    }
    var (before, inside, after) = (before, inside, after)
    // An entry that would be cut is left out whole, which reads better than half a word.
    if before.count + min(inside.count, Self.reach / 2) > Self.widestWhole - 4 {
      let kept = before.suffix(Self.reach / 2)
      let entry = kept.firstIndex(of: ";").map { $0 + 1 } ?? kept.firstIndex(of: " ")
      let rest = before[(entry ?? kept.startIndex)...].drop(while: \.isBlank)
      before = Array("... ") + Array(rest)
    }
    if inside.count > Self.reach {
      inside = Array(inside.prefix(Self.reach)) + Array("...")
      after = []
    }
    let room = max(0, Self.widestWhole - before.count - inside.count - 4)
    if after.count > room + 4 {
      let entry = after.prefix(room).firstIndex(of: ";").map { $0 + 1 }
      let cut = entry ?? after.prefix(room).lastIndex(of: " ") ?? room
      after = Array(after[..<cut]) + Array(" ...")
    }
    show(before, inside, after)
  }

  private mutating func show(_ before: [Character], _ inside: [Character], _ after: [Character]) {
    text = SafeText.oneLine(String(before + inside + after)).trimmedAtEnd
    indentation = before.reduce(0) { $0 + DisplayWidth.of($1) }
    carets = max(1, inside.reduce(0) { $0 + DisplayWidth.of($1) })
  }
}

extension Character {
  fileprivate var isBlank: Bool { self == " " || self == "\t" || self == "\u{A0}" }
}

extension String {
  fileprivate var trimmedAtEnd: String {
    var text = self
    while text.last?.isBlank == true { text.removeLast() }
    return text
  }
}
