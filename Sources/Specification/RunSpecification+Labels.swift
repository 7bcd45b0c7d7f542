package import Language

extension RunSpecification {
  /// Takes the label columns that the architecture wants from the data, so that the text says which they are
  /// with their words in order, and the test set has to have the same.
  ///
  /// - Parameters:
  ///   - columns: what the data have.
  ///   - questions: what can be asked about them: `race=asian`.
  ///   - name: what the data are called, for messages.
  ///   - place: where they are named.
  /// - Throws: where the data lack one, or have other classes than the architecture is made for.
  package mutating func takeLabels(
    among columns: [LabelDescription], questions: [String], of name: String, at place: Span
  ) throws(Diagnostic) {
    guard let wanted = architecture.labels else { return }
    var layout: LabelLayout
    switch wanted {
    case .classes(let count):
      layout = LabelLayout([try columns.classes(count, of: name, at: place)])
    case .numbers(let numbers):
      layout = try LabelLayout(
        of: numbers.map { Word($0.name, at: place) }, among: columns, questions: questions, of: name
      )
      if let column = layout.columns.first(where: { $0.width != 1 }) {
        throw Diagnostic(
          "`\(column.name)` of `\(name)` is \(column.kind), and `numbers` names what is one number each",
          at: place, help: ["`classes=\(column.width)` of an architecture is of such a label"])
      }
      // What holds or does not is 1 or 0 here, a number like others.
      layout = LabelLayout(layout.columns.map { LabelDescription($0.name, .number) })
    case .attributes(let names):
      layout = try LabelLayout(
        of: names.map { Word($0, at: place) }, among: columns, questions: questions, of: name)
      if let column = layout.columns.first(where: { $0.width != 1 }),
        case .words(let words) = column.kind
      {
        throw Diagnostic(
          "`\(column.name)` of `\(name)` is \(column.kind), and `labels` names what is one number each",
          at: place,
          help: [
            "ask for a word of it: `labels=\(word("\(column.name)=\(words.first ?? "")"))`",
            "or declare the architecture with classes=\(words.count)",
          ])
      }
    }
    if case .attributes = wanted, let column = layout.columns.first(where: { $0.kind == .number }) {
      throw Diagnostic(
        "`\(column.name)` of `\(name)` is a number, and `labels` names what holds or does not",
        at: place,
        help: [
          "`numbers=\(word(column.name))` of an architecture takes it as it is",
          "or make data sets of it by a condition: `data some from \(word(name)) where \(Quantity(Word(column.name, at: place), at: place))>…`",
        ])
    }
    dataset.labels = layout.columns
    test?.labels = layout.columns
  }
}

extension [LabelDescription] {
  /// The column of the classes, of which there are so many.
  fileprivate func classes(
    _ count: Int, of name: String, at place: Span
  ) throws(Diagnostic) -> LabelDescription {
    let worded = filter { if case .words = $0.kind { true } else { false } }
    if let column = worded.first(where: { $0.name == LabelDescription.classes })
      ?? (worded.count == 1 ? worded[0] : nil)
    {
      guard column.width == count else {
        throw Diagnostic(
          "`\(name)` has \(column.width) classes, and the architecture is made for \(count)",
          at: place,
          help: ["declare the architecture with classes=\(column.width)"])
      }
      return column
    }
    let fitting = worded.filter { $0.width == count }
    if fitting.count == 1 { return fitting[0] }
    guard let first = worded.first else {
      throw Diagnostic(
        "`\(name)` has no classes, and the architecture is made for \(count)", at: place,
        help: isEmpty ? [] : ["its labels: " + map(\.name).prefix(12).joined(separator: ", ")])
    }
    let names = (fitting.isEmpty ? worded : fitting).map(\.name).joined(separator: ", ")
    throw Diagnostic(
      "`\(name)` has several columns of words and none called `\(LabelDescription.classes)`: \(names)",
      at: place,
      help: [
        "keep the one that is meant in the table, or call it `class` there instead of `\(first.name)`"
      ])
  }
}
