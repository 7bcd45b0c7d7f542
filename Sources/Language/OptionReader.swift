/// Takes the options of a statement or entry one by one, and then says which were not known.
///
/// ```swift
/// var options = try OptionReader(statement.options, of: "recipe")
/// let batch = try options.take("batch")?.integer(in: 1...65_536, for: "batch")
/// try options.finish()
/// ```
package struct OptionReader {
  private let owner: String
  private let options: [Option]
  private var known: [String] = []
  private var taken: Set<Int> = []
  /// The options that another word means, as they may be typed, for suggestions.
  package var meaning: (String) -> [String] = { _ in [] }

  /// - Throws: when a key is given twice.
  package init(_ options: [Option], of owner: String) throws(Diagnostic) {
    self.owner = owner
    self.options = options
    var seen: Set<String> = []
    for option in options where !seen.insert(option.key.text).inserted {
      throw Diagnostic("`\(option.key.text)` is given twice", at: option.span)
    }
  }

  /// The value of a key if it was given; the key counts as known from now on.
  package mutating func take(_ key: String) -> Term? {
    if !known.contains(key) { known.append(key) }
    guard let index = options.firstIndex(where: { $0.key.text == key }) else { return nil }
    taken.insert(index)
    return options[index].value
  }

  /// The place of a key that was given.
  package func span(of key: String) -> Span? {
    options.first { $0.key.text == key }?.span
  }

  /// An option that nobody has taken and whose key is nearly this one.
  package func misspelling(of key: String) -> Option? {
    remaining.first { nearest(to: $0.key.text, in: [key]) != nil }
  }

  /// The options that nobody has taken yet, for a second reader.
  package var remaining: [Option] {
    options.indices.filter { !taken.contains($0) }.map { options[$0] }
  }

  /// The keys that were asked for, in that order.
  package var knownKeys: [String] { known }

  /// - Parameter others: keys that are known as well, for suggestions.
  /// - Throws: for the first option that was not taken.
  package func finish(others: [String] = []) throws(Diagnostic) {
    guard let unknown = remaining.first else { return }
    let meant = meaning(unknown.key.text)
    throw Diagnostic(
      "\(owner) has no option `\(unknown.key.text)`", at: unknown.key.span,
      help: meant.isEmpty
        ? suggestion(for: unknown.key.text, in: known + others, kind: "options")
        : [didYouMean(meant)])
  }
}

extension Statement {
  /// - Throws: when there are more operands than `count`; the place is the first too many.
  package func expectOperands(atMost count: Int) throws(Diagnostic) {
    let extras = operands.dropFirst(max(0, count))
    guard let extra = extras.first else { return }
    throw Diagnostic(
      "`\(verb.text)` does not expect `\(extra.brief)` here", at: extra.span,
      help: extras.prefix(2).contains { $0.source == "=" }
        ? ["options are written without blanks: `key=value`"] : [])
  }
}
