package import Language

/// The label columns that somebody takes, and where each stands in a vector of labels.
///
/// An attribute is 1 where it holds and 0 where it does not, a number is itself, and of words the one that
/// stands there is 1 and the others 0. Beside the vector goes another, the mask: 1 where a value is known.
package struct LabelLayout: Sendable, Hashable {
  package let columns: [LabelDescription]
  /// Where the numbers of each column begin.
  package let offsets: [Int]
  /// Numbers of a vector.
  package let width: Int

  package init(_ columns: [LabelDescription]) {
    self.columns = columns
    var (offsets, width): ([Int], Int) = ([], 0)
    for column in columns {
      offsets.append(width)
      width += column.width
    }
    (self.offsets, self.width) = (offsets, width)
  }

  /// The columns of some names.
  ///
  /// - Parameters:
  ///   - names: of columns, or questions about one: `race=asian` of a column `race`, `cat` of classes.
  ///   - available: the columns that there are.
  ///   - questions: what can be asked about them.
  ///   - owner: whose they are, for messages: `faces`.
  /// - Throws: at a name that is none of them, with the nearest, and at one that is given twice.
  package init(
    of names: [Word], among available: [LabelDescription], questions: [String], of owner: String
  ) throws(Diagnostic) {
    var columns: [LabelDescription] = []
    for name in names {
      let column =
        available.first { $0.name.isExactly(name.text) }
        ?? questions.first { $0.isExactly(name.text) }.map { LabelDescription($0, .attribute) }
      guard let column else {
        throw available.missing(name.text, at: name.span, of: owner, besides: questions)
      }
      if columns.contains(where: { $0.name.isExactly(column.name) }) {
        throw Diagnostic("the label `\(name.text)` is given twice", at: name.span)
      }
      columns.append(column)
    }
    self.init(columns)
  }

  /// A vector in which some columns are set and the others unknown.
  ///
  /// - Parameter settings: names with what stands there: `Smiling` and `1`, `race` and `asian`.
  /// - Returns: `[width]` each: the values, and where they are known.
  /// - Throws: at a name that is no column, at a value that cannot stand there, at a name given twice.
  package func vector(
    of settings: [(name: Word, value: Term)]
  ) throws(Diagnostic) -> (values: [Float], known: [Float]) {
    var values = [Float](repeating: 0, count: width)
    var known = values
    var given: Set<Int> = []
    for (name, value) in settings {
      guard let index = columns.firstIndex(where: { $0.name.isExactly(name.text) }) else {
        throw Diagnostic(
          "there is no label `\(name.text)`", at: name.span,
          help: suggestion(for: name.text, in: columns.map(\.name), kind: "labels"))
      }
      guard given.insert(index).inserted else {
        throw Diagnostic("the label `\(name.text)` is given twice", at: name.span)
      }
      let column = columns[index]
      let range = offsets[index]..<offsets[index] + column.width
      for place in range { known[place] = 1 }
      switch column.kind {
      case .attribute: values[range.lowerBound] = try column.attribute(value) ? 1 : 0
      case .number:
        values[range.lowerBound] = Float(
          try value.number(in: -1e30...1e30, for: "`\(column.name)`"))
      case .words: values[range.lowerBound + (try column.word(value))] = 1
      }
    }
    return (values, known)
  }

  /// - Parameter questions: what can be asked about the other columns, `race=asian`.
  /// - Throws: where the columns of another set are not these, in this order: the first that differs.
  package func check(
    isAlso other: [LabelDescription], questions: [String], of name: String, at place: Span? = nil
  ) throws(Diagnostic) {
    for column in columns {
      guard let found = other.first(where: { $0.name.isExactly(column.name) }) else {
        if column.width == 1, questions.contains(where: { $0.isExactly(column.name) }) { continue }
        throw other.missing(column.name, at: place, of: name)
      }
      guard !column.isAlso(found) else { continue }
      throw Diagnostic(
        "the label `\(column.name)` of `\(name)` is another: \(column.difference(from: found))",
        at: place)
    }
  }
}

extension LabelDescription {
  /// Whether an attribute holds by what is typed.
  package func attribute(_ term: Term) throws(Diagnostic) -> Bool {
    switch term.text {
    case "1", "yes", "true", "on": return true
    case "0", "-1", "no", "false", "off": return false
    default: throw term.mismatch("`\(name)`", "`1` or `0`, `yes` or `no`")
    }
  }

  /// Which of the words is typed.
  package func word(_ term: Term) throws(Diagnostic) -> Int {
    guard case .words(let words) = kind else { return 0 }
    if let index = words.firstIndex(where: { $0.isExactly(term.text) }) { return index }
    throw Diagnostic(
      "`\(term.brief)` is no value of `\(name)`", at: term.span,
      help: suggestion(for: term.text, in: words, kind: "values"))
  }

  /// The first thing in which another column of the same name differs.
  package func difference(from other: LabelDescription) -> String {
    guard case (.words(let own), .words(let others)) = (kind, other.kind) else {
      return "\(other.kind) there, \(kind) here"
    }
    // Their order says nothing: they are told by their letters.
    guard let stranger = others.first(where: { word in !own.contains { $0.isExactly(word) } })
    else { return "of its words only some are there" }
    return "`\(stranger)` there is none of the words here, \(own.prefix(6).joined(separator: ", "))"
      + (own.count > 6 ? ", …" : "")
  }

  /// Whether a column of another data set says the same, its words in whatever order and perhaps not all.
  func isAlso(_ other: LabelDescription) -> Bool {
    if self == other { return true }
    guard name.isExactly(other.name) else { return false }
    // What holds or does not is 1 or 0 where a number is asked for.
    if kind == .number, other.kind == .attribute { return true }
    guard case (.words(let own), .words(let others)) = (kind, other.kind) else { return false }
    return others.allSatisfy { word in own.contains { $0.isExactly(word) } }
  }
}

extension [LabelDescription] {
  /// A label that is not among these.
  ///
  /// - Parameter owner: whose these are; nil where that is said elsewhere.
  package func missing(
    _ name: String, at place: Span? = nil, of owner: String? = nil, besides questions: [String] = []
  ) -> Diagnostic {
    guard !isEmpty else {
      let what = owner.map { "`\($0)` has no labels" } ?? "there are no labels"
      return Diagnostic("\(what), and so no `\(name)`", at: place)
    }
    let known = map(\.name)
    let help = nearest(to: name, in: known + questions).map { ["did you mean `\($0)`?"] }
    return Diagnostic(
      owner.map { "`\($0)` has no label `\(name)`" } ?? "there is no label `\(name)`", at: place,
      help: help ?? suggestion(for: name, in: known, kind: "labels"))
  }
}
