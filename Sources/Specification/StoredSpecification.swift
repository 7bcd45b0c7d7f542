package import Language

/// What is kept as the statement that declares it, written out.
package protocol StoredSpecification {
  /// Reads the statement; what it leaves out is neutral.
  init(stored statement: Statement) throws(Diagnostic)

  /// Reads a text of one statement, or of several of which the last declares it.
  init(stored statements: [Statement]) throws(Diagnostic)
}

extension StoredSpecification {
  /// Reads the text of a statement.
  package init(stored text: String) throws(Diagnostic) {
    try self.init(stored: try parse(SourceText(name: "specification", text: text)))
  }

  package init(stored statements: [Statement]) throws(Diagnostic) {
    guard let statement = statements.first, statements.count == 1 else {
      throw Diagnostic("it is not one statement")
    }
    try self.init(stored: statement)
  }
}

extension RecipeSpecification: StoredSpecification {}

extension ArchitectureSpecification: StoredSpecification {}

extension DatasetSpecification: StoredSpecification {
  package init(stored statement: Statement) throws(Diagnostic) {
    try statement.expect("data")
    try self.init(statement, nil, known: [:])
  }

  package init(stored statements: [Statement]) throws(Diagnostic) {
    guard let last = statements.last else { throw Diagnostic("it is no statement") }
    let known = try DatasetSpecification.read(statements.dropLast())
    try last.expect("data")
    try self.init(last, nil, known: known)
  }
}

extension Statement {
  func expect(_ name: String) throws(Diagnostic) {
    guard verb.text == name else {
      throw Diagnostic("it is a `\(verb.text)` where a `\(name)` is expected", at: verb.span)
    }
  }
}
