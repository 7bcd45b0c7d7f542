import Language
import Notebook
import Specification
import Terminal
import TerminalText

extension Session {
  /// Removes the declaration that a name means now, so that it means nothing, or what it meant to the
  /// runs that were made of an earlier one.
  ///
  /// - Throws: a `Diagnostic` where a run was made of it.
  func delete(_ kind: DeclarationKind, named word: Word) throws {
    let row = try declaration(kind, named: word)
    let users = try notebook().runs(of: row) + (kind == .dataset ? runs(measuredOn: row) : [])
    guard users.isEmpty else {
      let names = users.prefix(5).map { "`\($0)`" }.joined(separator: ", ")
      let more = users.count > 5 ? " and \(grouped(users.count - 5)) more" : ""
      throw Diagnostic(
        "`\(word.text)` was used by \(users.count == 1 ? "run" : "runs") \(names)\(more)",
        at: word.span,
        help: [
          "declare it anew to make the name mean something else; the runs keep what they used",
          "or delete the runs first",
        ])
    }
    let left = try notebook().delete(declaration: row)
    let rest = left.map { "; the name means again: \($0.text)" } ?? ""
    output.line("\(kind.spoken) \(word.text) is deleted\(rest)")
  }

  /// Names of the runs whose test set is what a name means now.
  private func runs(measuredOn row: DeclarationRecord) throws -> [String] {
    let named = try notebook().runs(withParameter: "test", row.name)
    guard !named.isEmpty, let value: DatasetSpecification = try? row.value() else { return [] }
    return named.filter { (try? $0.specification())?.test == value }.map(\.name)
  }
}

extension DeclarationKind {
  /// As it is called in sentences.
  var spoken: String {
    switch self {
    case .dataset: "data set"
    case .architecture: "architecture"
    case .recipe: "recipe"
    }
  }
}
