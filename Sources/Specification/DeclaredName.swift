package import Language

extension Statement {
  /// The name that a declaration gives: its first operand.
  ///
  /// - Throws: when it is missing or no name: a letter, then letters, digits, `_`, `-` and `.`.
  package func declaredName() throws(Diagnostic) -> String {
    guard let first = operands.first else {
      throw Diagnostic("`\(verb.text)` needs a name first", at: verb.span)
    }
    return try first.declaredName()
  }
}

extension Term {
  /// Words that stand between operands, and so cannot be names.
  private static let prepositions: Set<String> = [
    "like", "on", "with", "as", "at", "from", "to", "where", "and", "or", "order", "by", "over",
  ]

  /// Letters of a name at most.
  package static let longestName = 64

  /// The term as a name that can be given to something.
  package func declaredName() throws(Diagnostic) -> String {
    guard case .name(let name) = value, let first = name.unicodeScalars.first,
      first == "_" || first.properties.isAlphabetic,
      name.unicodeScalars.allSatisfy({
        $0.properties.isAlphabetic || $0.properties.numericType != nil
          || "_-.".unicodeScalars.contains($0)
      })
    else {
      throw Diagnostic(
        "`\(brief)` cannot be a name", at: span,
        help: ["a name is a letter, then letters, digits, `_`, `-` and `.`"])
    }
    guard name.unicodeScalars.count <= Self.longestName else {
      throw Diagnostic("a name has at most \(Self.longestName) letters", at: span)
    }
    guard !Self.prepositions.contains(name) else {
      throw Diagnostic("`\(name)` is a word of the language and cannot be a name", at: span)
    }
    return name
  }
}
