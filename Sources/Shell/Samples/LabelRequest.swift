import Language
import Notebook
import Specification

/// The labels that samples are to have: `labels=Smiling:1,Male:0`, and `by=Smiling` for a part of each.
struct LabelRequest {
  /// Each label and its value, as they were typed.
  let values: [(label: Word, value: Term)]
  /// The label of which each value is shown.
  let column: Word?

  /// Takes them out of a statement's options.
  ///
  /// No run has labels yet, so that neither help nor completion offers them.
  ///
  /// - Throws: where a label has no value, or stands there twice.
  init(takenFrom statement: inout Statement) throws(Diagnostic) {
    func take(_ key: String) -> Term? {
      let index = statement.options.firstIndex { $0.key.text == key }
      return index.map { statement.options.remove(at: $0).value }
    }
    var values: [(label: Word, value: Term)] = []
    for term in take("labels")?.elements ?? [] {
      guard case .tagged(let label, let value) = term.value else {
        throw Diagnostic(
          "`\(term.brief)` is no label with its value", at: term.span,
          help: ["write it like `labels=Smiling:1,Male:0`"])
      }
      guard !values.contains(where: { $0.label.text == label.text }) else {
        throw Diagnostic("`\(label.text)` is given twice", at: term.span)
      }
      values.append((label, value))
    }
    self.values = values
    column = try take("by")?.asWord(for: "by")
    if let column, values.contains(where: { $0.label.text == column.text }) {
      throw Diagnostic(
        "`\(column.text)` has one value by `labels` and every one by `by`", at: column.span,
        help: ["leave one of them out"])
    }
  }

  /// Whether nothing was asked for.
  var isEmpty: Bool { values.isEmpty && column == nil }

  /// As it is kept with the samples: `Smiling:1,Male:0`; nil where nothing was asked for.
  var text: String? {
    let parts = values.map { "\($0.label.text):\($0.value.source)" }
    return parts.isEmpty ? nil : parts.joined(separator: ",")
  }

  /// - Throws: a `Diagnostic` at the first label that the run's generator does not take.
  func check(against labels: [String], of run: RunRecord) throws(Diagnostic) {
    for word in values.map(\.label) + [column].compactMap({ $0 })
    where !labels.contains(word.text) {
      guard !labels.isEmpty else {
        throw Diagnostic(
          "run `\(run.name)` was trained without labels, so its samples have none to ask for",
          at: word.span, help: ["leave `\(column == nil ? "labels" : "by")` out"])
      }
      throw Diagnostic(
        "run `\(run.name)` was trained without a label `\(word.text)`", at: word.span,
        help: suggestion(for: word.text, in: labels, kind: "labels"))
    }
  }
}

extension RunSpecification {
  /// The labels that the generator takes; none, as long as no architecture has any.
  var labels: [String] { [] }
}
