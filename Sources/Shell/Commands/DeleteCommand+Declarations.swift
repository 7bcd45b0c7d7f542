import Language
import Notebook
import Terminal
import TerminalText

extension Session {
  /// Removes the declaration that a name means now, so that it means nothing, or what it meant to the
  /// runs that were made of an earlier one.
  ///
  /// - Throws: a `Diagnostic` where a run was made of it.
  func delete(_ kind: DeclarationKind, named word: Word) throws {
    let row = try declaration(kind, named: word)
    let users = try notebook().runs(of: row)
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
