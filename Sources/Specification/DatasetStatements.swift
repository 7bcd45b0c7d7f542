package import Language

/// The statements that declare data sets with everything that they are made of.
///
/// What a set is made of has no name of its own in a specification: it gets one that says what it is there for
/// (`base`, `base-2`), and stands once, before what is made of it.
package struct DatasetStatements {
  package private(set) var lines: [String] = []
  /// Names of what is declared already, by the statements that declare it, letter by letter.
  private var bases: [[UInt8]: String] = [:]
  private var taken: Set<String>

  /// - Parameter names: names that are given, which nothing else gets.
  package init(besides names: [String]) { taken = Set(names) }

  /// Declares a data set under a name that it is given.
  package mutating func declare(_ dataset: DatasetSpecification, as name: String) {
    let names = dataset.bases.map { self.name(of: $0) }
    lines.append(dataset.statement(named: name, from: names))
  }

  /// The name of a set that others are made of; it is declared first.
  private mutating func name(of base: DatasetSpecification) -> String {
    let key = Array(base.statements(named: "data").joined(separator: "\n").utf8)
    if let name = bases[key] { return name }
    // What is below it is declared, and so named, before it.
    for lower in base.bases { _ = self.name(of: lower) }
    var (name, number) = ("base", 1)
    while !taken.insert(name).inserted {
      number += 1
      name = "base-\(number)"
    }
    declare(base, as: name)
    bases[key] = name
    return name
  }
}

extension DatasetSpecification {
  /// The statement that declares it under a name.
  ///
  /// - Parameter bases: the names of what it is made of; none where its examples are read.
  package func statement(named name: String, from bases: [String]) -> String {
    let words: [String]
    switch source {
    case .read: words = ["data", name, "\(self)"]
    case .examples(_, let choice):
      words = ["data", name, ExampleChoice.keyword] + bases + ["\(choice)"] + block
    case .joined(let joined):
      words = ["data", name, JoinedExamples.keyword] + bases + ["\(joined)"] + block
    }
    return words.filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// The statements that declare it under a name, the last of them its own.
  package func statements(named name: String) -> [String] {
    var statements = DatasetStatements(besides: [name])
    statements.declare(self, as: name)
    return statements.lines
  }

  /// Reads such statements, which may use what those before them declare.
  ///
  /// - Parameter sources: the sources that there are; nil for stored texts.
  /// - Returns: the data sets by their names, as they are after the last.
  package static func read(
    _ statements: some Sequence<Statement>, _ sources: [SourceSignature]? = nil
  ) throws(Diagnostic) -> [String: DatasetSpecification] {
    var known: [String: DatasetSpecification] = [:]
    for statement in statements {
      try statement.expect("data")
      known[try statement.declaredName()] = try DatasetSpecification(
        statement, sources, known: known)
    }
    return known
  }
}
