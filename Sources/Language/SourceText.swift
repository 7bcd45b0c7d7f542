/// A text that was typed or read, with the name that diagnostics give it.
package struct SourceText: Sendable, Hashable {
  /// A script's path, `<stdin>`, `<command>`, or `In [7]` for a cell of the shell.
  package let name: String
  package let text: String

  package init(name: String, text: String) {
    self.name = name
    self.text = text
  }
}

extension SourceText {
  /// A text whose only line ends are carriage returns, as files of old have them, with line feeds in
  /// their places.
  package static func endingLines(_ text: String) -> String {
    guard text.utf8.contains(.carriageReturn), !text.utf8.contains(.newline) else { return text }
    return String(
      decoding: text.utf8.map { $0 == .carriageReturn ? .newline : $0 }, as: UTF8.self)
  }
}

/// A half-open range of UTF-8 offsets in a `SourceText`.
package struct Span: Sendable, Hashable {
  package var start: Int
  package var end: Int

  package init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = end
  }

  /// The smallest span that holds both.
  package func joined(with other: Span) -> Span {
    Span(min(start, other.start), max(end, other.end))
  }
}
