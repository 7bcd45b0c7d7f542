import Foundation
import Language
import Notebook
import Terminal

extension Session {
  /// Names in the notebook of one kind, for completion and did-you-mean; none where there is no
  /// notebook to ask.
  func names(of kind: ParameterKind) -> [String] {
    guard let notebook = try? existingNotebook() else { return [] }
    switch kind {
    case .run: return (try? notebook.runNames().map(\.name)) ?? []
    case .dataset: return declared(.dataset, in: notebook)
    case .architecture: return declared(.architecture, in: notebook)
    case .recipe: return declared(.recipe, in: notebook)
    case .metric: return (try? notebook.metricNames()) ?? []
    default: return []
    }
  }

  private func declared(_ kind: DeclarationKind, in notebook: Notebook) -> [String] {
    (try? notebook.declarations(kind).map(\.name)) ?? []
  }

  /// The run that a word names.
  ///
  /// - Throws: a `Diagnostic` with what may have been meant.
  func run(named word: Word) throws -> RunRecord {
    if let run = try existingNotebook()?.run(named: word.text) { return run }
    for (kind, what, way) in [
      (DeclarationKind.dataset, "a data set", "data"), (.architecture, "an architecture", "arch"),
      (.recipe, "a recipe", "recipe"),
    ] where try existingNotebook()?.declaration(kind, named: word.text) != nil {
      throw Diagnostic(
        "there is no run `\(word.text)`; \(what) is called so", at: word.span,
        help: ["`show \(way) \(word.text)` shows it", "`runs` lists the runs"])
    }
    throw unknown("run", word, of: .run, way: "`runs` lists them")
  }

  /// The declaration that a word names.
  func declaration(_ kind: DeclarationKind, named word: Word) throws -> DeclarationRecord {
    if let found = try existingNotebook()?.declaration(kind, named: word.text) { return found }
    switch kind {
    case .dataset:
      throw unknown("data set", word, of: .dataset, way: "declare it: `data \(word.text) …`")
    case .architecture:
      throw unknown(
        "architecture", word, of: .architecture, way: "declare it: `arch \(word.text) …`")
    case .recipe:
      throw unknown("recipe", word, of: .recipe, way: "declare it: `recipe \(word.text) …`")
    }
  }

  private func unknown(
    _ what: String, _ word: Word, of kind: ParameterKind, way: String
  ) -> Diagnostic {
    let meant = suggestion(for: word.text, in: names(of: kind))
    return Diagnostic("there is no \(what) `\(word.text)`", at: word.span, help: meant + [way])
  }

  /// A path as it was typed, with `~` made the home.
  func path(_ word: Word) -> String { StandardFolders.expandingHome(word.text) }
}
