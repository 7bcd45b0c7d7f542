/// What is wrong with something that was typed: the fact, the place, the way out.
package struct Diagnostic: Error, Sendable, Hashable {
  /// Lower case, no full stop, both sides of a contradiction named.
  package var message: String
  /// Where the carets go; nil when the fault has no place of its own.
  package var span: Span?
  /// A second place that the fault is about; nil where there is one alone.
  package var other: Place?
  /// Lines printed after `help:`, each a way out.
  package var help: [String]

  /// A place and what stands there.
  package struct Place: Sendable, Hashable {
    package let span: Span
    /// ``skip` is 4x4x4 here`.
    package let fact: String

    package init(_ span: Span, _ fact: String) { (self.span, self.fact) = (span, fact) }
  }

  package init(_ message: String, at span: Span? = nil, help: [String] = []) {
    self.message = message
    self.span = span
    self.help = help
  }
}

extension Diagnostic: CustomStringConvertible {
  /// The message alone; see `rendered(in:colour:)` for the whole.
  package var description: String { message }
}
