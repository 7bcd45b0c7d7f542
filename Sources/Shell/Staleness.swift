import Language
package import Notebook

/// Whether what a cell did would come out otherwise today, since a declaration that it used has
/// another meaning now.
package struct Staleness {
  let notebook: Notebook

  /// Names that the cell used and that have changed since, in the order in which it used them; none
  /// for a cell that failed.
  func changes(since cell: CellRecord) throws(NotebookError) -> [String] {
    guard cell.status == .ok || cell.status == .interrupted else { return [] }
    var changed: [String] = []
    for (kind, name) in Self.uses(of: cell.source) where !changed.contains(name) {
      guard let then = try notebook.declaration(kind, named: name, asOf: cell.started),
        let now = try notebook.declaration(kind, named: name)
      else { continue }
      if then.text != now.text { changed.append(name) }
    }
    return changed
  }

  /// Declarations that the statements of a text use, by their commands' synopses.
  package static func uses(of source: String) -> [(DeclarationKind, String)] {
    parsePrefix(SourceText(name: "", text: source)).statements.flatMap { uses(of: $0) }
  }

  private static func uses(of statement: Statement) -> [(DeclarationKind, String)] {
    let verb = statement.verb.text
    let begun = Registry.commands.filter { $0.synopsis.name.hasPrefix(verb) }
    let command = Registry.command(named: verb) ?? (begun.count == 1 ? begun[0] : nil)
    guard let synopsis = command?.synopsis, !synopsis.takesRest,
      let arguments = try? Arguments(statement, of: synopsis)
    else { return [] }
    let options = arguments.options.flatMap { option -> [(DeclarationKind, String)] in
      let isDataset = synopsis.options.first { $0.key == option.key.text }?.kind == .dataset
      return isDataset ? [(.dataset, option.value.text)] : []
    }
    return options
      + synopsis.parameters.flatMap { parameter -> [(DeclarationKind, String)] in
        let names = arguments.terms(parameter.name).map(\.text)
        var kinds = [parameter.kind]
        if case .anyOf(let several) = parameter.kind { kinds = several }
        return kinds.flatMap { kind -> [(DeclarationKind, String)] in
          switch kind {
          case .dataset: names.map { (.dataset, $0) }
          case .architecture: names.map { (.architecture, $0) }
          case .recipe: names.map { (.recipe, $0) }
          default: []
          }
        }
      }
  }
}
