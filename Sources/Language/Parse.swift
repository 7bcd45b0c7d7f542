/// The statements of a text.
///
/// - Throws: the first fault, with its place; see `parsePrefix` for what stands before it.
package func parse(_ source: SourceText) throws(Diagnostic) -> [Statement] {
  let parsed = parsePrefix(source)
  if let fault = parsed.fault { throw fault }
  return parsed.statements
}

/// The statements before the first fault of a text, and that fault.
package func parsePrefix(_ source: SourceText) -> ParsedText {
  var parser = Parser(source.text)
  return parser.parseText()
}

/// A statement of a text, or what is wrong where one should be.
package struct Reading: Sendable {
  package let span: Span
  package let statement: Result<Statement, Diagnostic>
}

/// The statements of a text without parameters; see below.
package func readings(of source: SourceText, all: Bool) -> [Reading] {
  var parser = Parser(source.text)
  return parser.readings(all: all)
}

/// The statements of a text in their order.
///
/// - Parameters:
///   - all: whether the reading goes on behind a fault, with the statement after it; else it ends there, and
///     the last span holds the rest of the text.
///   - parameters: what `$name` stands for; those that the text declares hold in it from there on.
package func readings(
  of source: SourceText, all: Bool, with parameters: inout ScriptParameters
) -> [Reading] {
  var parser = Parser(source.text, parameters)
  defer { parameters = parser.parameters ?? parameters }
  return parser.readings(all: all)
}

/// Whether a text only needs more lines: a block, a quote or a `\` is still open at its end.
///
/// The prompt asks this after each line. A text with a fault before its end is not incomplete, so
/// that the fault is shown at once.
package func isIncomplete(_ text: String) -> Bool {
  var parser = Parser(text)
  return parser.parseText().isIncomplete
}

/// What could be read of a text.
package struct ParsedText: Sendable {
  package var statements: [Statement]
  /// What stopped the reading; nil when all was read.
  package var fault: Diagnostic?
  /// Whether the text ended in the middle of a block, a quote or a continued line.
  package var isIncomplete: Bool
}
