import Language
import Notebook
import Specification
import Training

/// The labels that samples are to have: `labels=Smiling:1,Male:0`, and `by=Smiling` for a part of each.
struct LabelRequest {
  /// Each label and its value, as they were typed.
  let values: [(label: Word, value: Term)]
  /// The label of which each value is shown.
  let column: Word?

  /// Takes them out of a statement's options.
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

  /// As it is kept with the samples: `Smiling:1,Male:0`, ` by Eyeglasses` after it; nil where nothing was asked
  /// for.
  var text: String? {
    let parts = values.map { "\($0.label.text):\($0.value.source)" }
    let column = column.map { "by \($0.text)" }
    let text = [parts.isEmpty ? nil : parts.joined(separator: ","), column].compactMap(\.self)
    return text.isEmpty ? nil : text.joined(separator: " ")
  }

  /// What was kept with samples.
  init(kept text: String) throws(Diagnostic) {
    let parts = text.split(separator: " ").map(String.init)
    let column = parts.count > 1 ? parts.last : parts.first == "by" ? parts.last : nil
    var options: [String] = []
    if let first = parts.first, first != "by" { options.append("labels=\(first)") }
    if parts.contains("by"), let column { options.append("by=\(column)") }
    let source = SourceText(name: "samples", text: "samples x " + options.joined(separator: " "))
    guard var statement = try parse(source).first else { throw Diagnostic("it is no request") }
    try self.init(takenFrom: &statement)
  }

  /// - Throws: a `Diagnostic` at the first label that the model has not, or value that it cannot have.
  func labels(of shape: LabelShape?) throws(Diagnostic) -> SampleLabels? {
    guard let shape, !isEmpty else { return nil }
    return try SampleLabels(values, by: column, of: shape)
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
  /// The labels that the generator takes.
  var labels: [String] { architecture.labels?.names ?? [] }
}
