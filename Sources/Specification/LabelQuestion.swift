package import Language

/// A condition on examples by the columns of one data set.
package indirect enum LabelQuestion: Sendable, Hashable {
  case all([LabelQuestion])
  case any([LabelQuestion])
  case not(LabelQuestion)
  /// Whether the label of a column is missing.
  case isUnknown(column: Int)
  case attribute(column: Int)
  case word(column: Int, Int)
  /// `<`, `<=`, `>`, `>=` or `=`.
  case number(column: Int, Condition.Relation, Double)
  /// Both ends are in it.
  case range(column: Int, Double, Double)
}

extension ExampleCondition {
  /// The condition in columns.
  ///
  /// - Throws: for a label that is not among them and a value that cannot stand there, with the nearest.
  package func question(
    among columns: [LabelDescription]
  ) throws(Diagnostic) -> LabelQuestion {
    func questions(_ parts: [ExampleCondition]) throws(Diagnostic) -> [LabelQuestion] {
      try parts.map { part throws(Diagnostic) in try part.question(among: columns) }
    }
    switch self {
    case .all(let parts): return .all(try questions(parts))
    case .any(let parts): return .any(try questions(parts))
    case .not(let inner): return .not(try inner.question(among: columns))
    case .test(let test): return try test.question(among: columns)
    }
  }
}

extension ExampleCondition.Test {
  fileprivate func question(
    among columns: [LabelDescription]
  ) throws(Diagnostic) -> LabelQuestion {
    guard let index = columns.firstIndex(where: { $0.name.isExactly(column) }) else {
      throw columns.missing(column)
    }
    let description = columns[index]
    if [.less, .lessOrEqual, .greater, .greaterOrEqual].contains(relation) {
      guard description.isOrdered else {
        throw Diagnostic(
          "`\(column)` is \(description.kind), and no more or less than something",
          help: ["compare it with `=`, `!=`, `in` or `not in`"])
      }
    }
    let questions = try values.map { value throws(Diagnostic) in
      try question(about: description, index, value)
    }
    let whole = questions.count == 1 ? questions[0] : .any(questions)
    return [.unequal, .notWithin].contains(relation) ? .not(whole) : whole
  }

  private func question(
    about column: LabelDescription, _ index: Int, _ value: ExampleCondition.Value
  ) throws(Diagnostic) -> LabelQuestion {
    let isEquality = [.equal, .unequal, .within, .notWithin].contains(relation)
    let text = value.text ?? ""
    if isEquality, text == ExampleCondition.unknown, !column.hasWord(text) {
      return .isUnknown(column: index)
    }
    let term = Term(.string(text), at: Span(0, 0), source: text)
    switch column.kind {
    case .attribute:
      let holds: Bool
      do { holds = try column.attribute(term) } catch {
        throw Diagnostic("`\(column.name)` is yes, no or unknown, not `\(value)`")
      }
      return holds ? .attribute(column: index) : .not(.attribute(column: index))
    case .words(let words):
      let (lower, upper): (Double, Double)
      switch (value, relation) {
      case (.range(let least, let most), _): (lower, upper) = (least, most)
      case (.number(let number, _), .less): (lower, upper) = (-.infinity, number.nextDown)
      case (.number(let number, _), .lessOrEqual): (lower, upper) = (-.infinity, number)
      case (.number(let number, _), .greater): (lower, upper) = (number.nextUp, .infinity)
      case (.number(let number, _), .greaterOrEqual): (lower, upper) = (number, .infinity)
      default: (lower, upper) = (1, 0)
      }
      if lower <= upper {
        guard column.isOrdered else {
          throw Diagnostic("`\(column.name)` is \(column.kind), and no more or less than something")
        }
        return .any(
          words.indices.filter { place in
            Numeral.number(words[place][...]).map { (lower...upper).contains($0) } ?? false
          }.map { .word(column: index, $0) })
      }
      do { return .word(column: index, try column.word(term)) } catch {
        throw Diagnostic("`\(value)` is no value of `\(column.name)`", help: error.help)
      }
    case .number:
      switch value {
      case .number(let number, _):
        return .number(column: index, isEquality ? .equal : relation, number)
      case .range(let lower, let upper): return .range(column: index, lower, upper)
      case .word: throw Diagnostic("`\(column.name)` is a number, not `\(value)`")
      }
    }
  }
}

extension ExampleCondition.Value: CustomStringConvertible {
  package var description: String {
    switch self {
    case .word(let text), .number(_, let text): text
    case .range(let lower, let upper): "\(printed(lower))..\(printed(upper))"
    }
  }
}

extension LabelDescription {
  /// Whether its values are numbers, or words that are all numbers, as digits are.
  fileprivate var isOrdered: Bool {
    switch kind {
    case .attribute: false
    case .number: true
    case .words(let words): words.allSatisfy { Numeral.number($0[...]) != nil }
    }
  }

  fileprivate func hasWord(_ word: String) -> Bool {
    guard case .words(let words) = kind else { return false }
    return words.contains { $0.isExactly(word) }
  }
}
