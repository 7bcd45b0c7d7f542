import Language
import Notebook
import Specification
import Terminal
import TerminalText
import Training

/// The labels that samples are to have: `labels=Smiling:1,Male:0`, and `by=Smiling` for a part of each value; or
/// `labels=data`, as they come in the data.
struct LabelRequest {
  /// Each label and its value, as they were typed.
  let values: [(label: Word, value: Term)]
  /// The labels of which each value is shown, with each of the others.
  let columns: [Word]
  /// Where it says that they are drawn as they come in the data; nil: they are not.
  let drawn: Span?

  /// Takes them out of a statement's options.
  ///
  /// - Parameter mayBeDrawn: whether `labels=data` means something.
  /// - Throws: where a label has no value, or stands there twice.
  init(takenFrom statement: inout Statement, mayBeDrawn: Bool = false) throws(Diagnostic) {
    func take(_ key: String) -> Term? {
      let index = statement.options.firstIndex { $0.key.text == key }
      return index.map { statement.options.remove(at: $0).value }
    }
    var values: [(label: Word, value: Term)] = []
    let labels = take("labels")
    drawn = mayBeDrawn && labels?.text == Self.data ? labels?.span : nil
    for term in drawn == nil ? labels?.elements ?? [] : [] {
      guard case .tagged(let label, let value) = term.value else {
        throw Diagnostic(
          "`\(term.brief)` is no label with its value", at: term.span,
          help: [
            Self.quotedName(in: term)
              ?? "write it like `labels=Smiling:1,Male:0`; of classes `labels=class:3`"
          ])
      }
      guard !values.contains(where: { $0.label.text == label.text }) else {
        throw Diagnostic("`\(label.text)` is given twice", at: term.span)
      }
      values.append((label, value))
    }
    self.values = values
    columns = try (take("by")?.elements ?? []).map { term throws(Diagnostic) in
      try term.asWord(for: "by")
    }
    if drawn != nil, let column = columns.first {
      throw Diagnostic(
        "`labels=\(Self.data)` draws labels, and `by` makes each in turn", at: column.span,
        help: ["leave one of them out"])
    }
    for (place, column) in columns.enumerated() {
      guard !values.contains(where: { $0.label.text == column.text }) else {
        throw Diagnostic(
          "`\(column.text)` has one value by `labels` and every one by `by`", at: column.span,
          help: ["leave one of them out"])
      }
      guard !columns[..<place].contains(where: { $0.text == column.text }) else {
        throw Diagnostic("`\(column.text)` is given twice", at: column.span)
      }
    }
  }

  /// How a name in quotes is typed, where these hold the value too.
  private static func quotedName(in term: Term) -> String? {
    guard case .string(let text) = term.value, let colon = text.lastIndex(of: ":") else {
      return nil
    }
    let (name, value) = (text[..<colon], text[text.index(after: colon)...])
    guard !name.isEmpty, !value.isEmpty else { return nil }
    let number = Double(value) == nil ? word(String(value)) : String(value)
    return "a name alone stands in quotes: `labels=\(word(String(name))):\(number)`"
  }

  private static let data = "data"
  /// Labels that are drawn, as they are kept with samples.
  static let drawnText = "labels=\(data)"

  /// Whether nothing was asked for.
  var isEmpty: Bool { values.isEmpty && columns.isEmpty && drawn == nil }

  /// As it is kept with the samples: `labels=Smiling:1,Male:0 by=Eyeglasses`; nil where nothing was asked for.
  var text: String? {
    let labels =
      drawn == nil
      ? values.map { Value.tagged($0.label, $0.value).description } : [Self.data]
    let by = columns.map { word($0.text) }
    let options = [("labels", labels), ("by", by)].filter { !$0.1.isEmpty }
    let text = options.map { "\($0.0)=\($0.1.joined(separator: ","))" }.joined(separator: " ")
    return text.isEmpty ? nil : text
  }

  /// What was kept with samples.
  init(kept text: String) throws(Diagnostic) {
    let source = SourceText(name: "samples", text: "samples x \(text)")
    guard var statement = try parse(source).first else { throw Diagnostic("it is no request") }
    try self.init(takenFrom: &statement, mayBeDrawn: true)
  }

  /// What a run's generator is asked for; a class by its number, or by the word that it has in the run's data.
  ///
  /// - Throws: a `Diagnostic` at the first label that the model has not, or value that it cannot have.
  func labels(of specification: RunSpecification) throws(Diagnostic) -> SampleLabels? {
    guard let shape = specification.architecture.labels, !isEmpty else { return nil }
    let words = specification.classWords ?? []
    let numbered = try values.map { label, value throws(Diagnostic) in
      guard shape.isOfClasses, !words.isEmpty else { return (label: label, value: value) }
      switch value.value {
      case .name, .string: break
      default: return (label: label, value: value)
      }
      guard let place = words.firstIndex(where: { $0.isExactly(value.text) }) else {
        throw Diagnostic(
          "there is no class `\(value.brief)`", at: value.span,
          help: suggestion(for: value.text, in: words, kind: "classes"))
      }
      return (
        label: label, value: Term(.number(Double(place)), at: value.span, source: "\(place)")
      )
    }
    return try SampleLabels(numbered, by: columns, of: shape)
  }

  /// - Throws: a `Diagnostic` at the first label that the run's generator does not take.
  func check(against labels: [String], of run: RunRecord) throws(Diagnostic) {
    if labels.isEmpty, let drawn {
      throw Diagnostic(
        "run `\(run.name)` was trained without labels, so its samples have none to ask for",
        at: drawn, help: ["leave `labels` out"])
    }
    for word in values.map(\.label) + columns
    where !labels.contains(word.text) {
      guard !labels.isEmpty else {
        throw Diagnostic(
          "run `\(run.name)` was trained without labels, so its samples have none to ask for",
          at: word.span, help: ["leave `\(columns.isEmpty ? "labels" : "by")` out"])
      }
      throw Diagnostic(
        "run `\(run.name)` was trained without a label `\(word.text)`", at: word.span,
        help: suggestion(for: word.text, in: labels, kind: "labels"))
    }
  }
}

extension Session {
  /// Says where a label is asked for beyond the values that the generator has learned from.
  func note(_ label: String, from low: Double, to high: Double, askedOf shape: LabelShape?) {
    guard let known = shape?.range(of: label), !(known.contains(low) && known.contains(high))
    else { return }
    func told(_ low: Double, _ high: Double) -> String {
      low == high ? printed(low) : "\(printed(low)) to \(printed(high))"
    }
    let (asked, usual) = (told(low, high), told(known.lowerBound, known.upperBound))
    let name = SafeText.oneLine(label)
    if case .numbers = shape {
      // The range scales a number, and examples may lie beyond it.
      errors.line("note: `\(name)` is \(asked), beyond the \(usual) by which the model scales it")
    } else {
      errors.line("note: `\(name)` is \(asked), and the generator has learned it from \(usual)")
    }
  }

  /// As above, of all labels that are asked for.
  func note(_ request: LabelRequest, askedOf shape: LabelShape?) {
    for (label, value) in request.values {
      guard case .number(let number) = value.value else { continue }
      note(label.text, from: number, to: number, askedOf: shape)
    }
  }

  /// Says what a conditional generator is asked for where nobody typed it.
  func noteUsual(_ labels: [Float], askedOf shape: LabelShape?) {
    guard let shape else { return }
    let asked: [String]
    if shape.isOfClasses {
      asked = ["class:\(labels.firstIndex(of: 1) ?? 0)"]
    } else {
      asked = zip(shape.names, labels).map {
        "\(SafeText.oneLine($0)):\(printed((Double($1) * 1e4).rounded() / 1e4))"
      }
    }
    let some =
      asked.prefix(Self.mostTold).joined(separator: ",")
      + (asked.count > Self.mostTold ? ", …" : "")
    errors.line("note: the generator is asked for \(some); `labels=` asks for something else")
  }

  /// Labels that a note lists.
  private static let mostTold = 8
}

extension RunSpecification {
  /// The labels that the generator takes.
  var labels: [String] { architecture.labels?.names ?? [] }
}
