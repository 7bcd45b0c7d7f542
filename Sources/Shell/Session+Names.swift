import Foundation
import Language
import MetricDescriptions
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
    case .sweep: return (try? notebook.sweeps().map(\.name)) ?? []
    case .metric: return (try? notebook.metricNames()) ?? []
    default: return []
    }
  }

  /// What the notebook knows of its metrics; nothing where there is no notebook to ask.
  var metrics: [MetricDescription] {
    (try? existingNotebook()).flatMap { try? $0?.metrics() } ?? []
  }

  private func declared(_ kind: DeclarationKind, in notebook: Notebook) -> [String] {
    (try? notebook.declarations(kind).map(\.name)) ?? []
  }

  /// The run that a word names.
  ///
  /// - Parameter verb: what is to be done with it: `show` or `delete`.
  /// - Throws: a `Diagnostic` with what may have been meant.
  func run(named word: Word, to verb: String = "show") throws -> RunRecord {
    if let run = try existingNotebook()?.run(named: word.text) { return run }
    if let (what, way) = try bearer(of: word.text, besides: nil) {
      throw Diagnostic(
        "there is no run `\(word.text)`; \(what) is called so", at: word.span,
        help: ["`\(verb) \(way)` \(verb)s it", "`runs` lists the runs"])
    }
    if let sweep = try existingNotebook()?.sweep(named: word.text) {
      throw Diagnostic(
        "there is no run `\(word.text)`; a sweep is called so", at: word.span,
        help: (verb == "delete"
          ? ["`delete sweep \(sweep.name)` forgets its plan, and the runs stay"] : [])
          + ["name one of its runs, `\(sweep.name)-1`", "`show \(sweep.name)` compares them"])
    }
    if let line = try studyLine(named: word.text) {
      throw Diagnostic(
        "there is no run `\(word.text)`; a study is called so", at: word.span,
        help: ["the same line, `\(line)`, does what is missing and shows what was found"])
    }
    throw unknown("run", word, of: .run, way: "`runs` lists them")
  }

  /// The statement of a study, as it was typed last, of those that were not refused where there are any; a study has no
  /// record of its own besides its runs and data sets.
  private func studyLine(named name: String) throws -> String? {
    let cells = try existingNotebook()?.cells(matching: " as \(name)").filter { cell in
      let text = SourceText(name: "", text: cell.source)
      guard let statement = parsePrefix(text).statements.first, statement.verb.text == "study",
        let study = try? StudyCommand(parsing: statement)
      else { return false }
      return study.plan.name.text == name && !study.isDry
    }
    return (cells?.last { $0.status != .error } ?? cells?.last)?.source
  }

  /// What else has a name: `an architecture`, and the words by which `show` and `delete` know it.
  private func bearer(
    of name: String, besides kind: DeclarationKind?
  ) throws -> (what: String, way: String)? {
    guard let notebook = try existingNotebook() else { return nil }
    for (other, verb) in [
      (DeclarationKind.dataset, "data"), (.architecture, "arch"), (.recipe, "recipe"),
    ] where other != kind {
      guard try notebook.declaration(other, named: name) != nil else { continue }
      let article = other == .architecture ? "an" : "a"
      return ("\(article) \(other.spoken)", "\(verb) \(name)")
    }
    guard kind != nil, try notebook.run(named: name) != nil else { return nil }
    return ("a run", name)
  }

  /// The declaration that a word names.
  func declaration(_ kind: DeclarationKind, named word: Word) throws -> DeclarationRecord {
    if let found = try existingNotebook()?.declaration(kind, named: word.text) { return found }
    let (names, verb): (ParameterKind, String) =
      switch kind {
      case .dataset: (.dataset, "data")
      case .architecture: (.architecture, "arch")
      case .recipe: (.recipe, "recipe")
      }
    let way = "declare it: `\(verb) \(word.text) …`"
    if let (what, other) = try bearer(of: word.text, besides: kind) {
      throw Diagnostic(
        "there is no \(kind.spoken) `\(word.text)`; \(what) is called so", at: word.span,
        help: ["`show \(other)` shows it", way])
    }
    throw unknown(kind.spoken, word, of: names, way: way)
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
