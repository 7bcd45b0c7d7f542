package import Language

/// What holds for an example by its labels: `adult=yes and race in asian,black`.
///
/// Where a label is unknown a comparison with it is neither true nor false, and so may be the whole; examples
/// of which it is are not chosen.
package indirect enum ExampleCondition: Sendable, Hashable {
  case all([ExampleCondition])
  case any([ExampleCondition])
  case not(ExampleCondition)
  case test(Test)

  package struct Test: Sendable, Hashable {
    package var column: String
    /// All but `like` and `not like`.
    package var relation: Condition.Relation
    /// One; of `in` and `not in` one or more.
    package var values: [Value]

    package init(_ column: String, _ relation: Condition.Relation, _ values: [Value]) {
      (self.column, self.relation, self.values) = (column, relation, values)
    }
  }

  /// What a label is compared with.
  package enum Value: Sendable, Hashable {
    case word(String)
    /// With the letters by which it was typed, since a class may be called `007`.
    case number(Double, typed: String)
    case range(Double, Double)

    /// As it is compared with words; nil for a range.
    package var text: String? {
      switch self {
      case .word(let text), .number(_, let text): text
      case .range: nil
      }
    }
  }

  /// What a label that is missing is compared with.
  package static let unknown = "unknown"
}

// MARK: Reading

extension ExampleCondition {
  /// - Throws: at what says nothing of labels: `min(x)`, `x at 5`, `like`.
  package init(parsing condition: Condition) throws(Diagnostic) {
    func parts(_ parts: [Condition]) throws(Diagnostic) -> [ExampleCondition] {
      try parts.map { part throws(Diagnostic) in try ExampleCondition(parsing: part) }
    }
    switch condition {
    case .all(let conditions): self = .all(try parts(conditions))
    case .any(let conditions): self = .any(try parts(conditions))
    case .not(let inner): self = .not(try ExampleCondition(parsing: inner))
    case .test(let test): self = .test(try Test(parsing: test))
    }
  }
}

extension ExampleCondition.Test {
  fileprivate init(parsing test: Condition.Test) throws(Diagnostic) {
    let quantity = test.quantity
    guard quantity.function == nil, quantity.step == nil else {
      throw Diagnostic(
        "`\(quantity)` is said of runs; examples have labels", at: quantity.span,
        help: ["write it like `Smiling=yes`, `age>=20` or `race in asian,black`"])
    }
    guard case .value(let term) = test.operand else {
      throw Diagnostic(
        "a label is compared with a word or a number", at: test.operand.span,
        help: ["write it like `Smiling=yes`, `age>=20` or `race in asian,black`"])
    }
    column = quantity.name.text
    relation = test.relation
    switch relation {
    case .like, .unlike:
      throw Diagnostic(
        "labels are not compared by patterns", at: test.span,
        help: ["name the values: `\(quantity.name.text) in one,other`"])
    case .within, .notWithin:
      values = try term.elements.map { element throws(Diagnostic) in
        try ExampleCondition.Value(parsing: element, allowsRange: true)
      }
    case .equal, .unequal, .less, .lessOrEqual, .greater, .greaterOrEqual:
      if case .list = term.value {
        throw Diagnostic(
          "several values stand after `in`", at: term.span,
          help: [
            "write `\(quantity.name.text) \(relation == .unequal ? "not in" : "in") \(term.brief)`"
          ])
      }
      values = [try ExampleCondition.Value(parsing: term, allowsRange: false)]
    }
  }
}

extension ExampleCondition.Value {
  fileprivate init(parsing term: Term, allowsRange: Bool) throws(Diagnostic) {
    switch term.value {
    case .number(let number): self = .number(number, typed: term.source)
    case .range(let lower, let upper):
      guard allowsRange else {
        throw Diagnostic("a range stands after `in`", at: term.span)
      }
      self = .range(lower, upper)
    case .name, .string, .size, .tagged, .schedule: self = .word(term.text)
    case .list: throw Diagnostic("a value is a word or a number", at: term.span)
    }
  }
}

// MARK: Printing

extension ExampleCondition: CustomStringConvertible {
  /// As it is typed after `where`; it parses to the same condition.
  package var description: String { condition.description }

  private var condition: Condition {
    switch self {
    case .all(let parts): .all(parts.map(\.condition))
    case .any(let parts): .any(parts.map(\.condition))
    case .not(let inner): .not(inner.condition)
    case .test(let test): .test(test.condition)
    }
  }
}

extension ExampleCondition.Test {
  fileprivate var condition: Condition.Test {
    let place = Span(0, 0)
    let terms = values.map(\.term)
    return Condition.Test(
      Quantity(Word(column, at: place), at: place), relation,
      .value(terms.count == 1 ? terms[0] : Term(.list(terms), at: place, source: "")), at: place)
  }
}

extension ExampleCondition.Value {
  fileprivate var term: Term {
    let place = Span(0, 0)
    return switch self {
    // Its letters and no others: as a name it is printed as it is.
    case .number(_, let typed): Term(.name(typed), at: place, source: typed)
    case .range(let lower, let upper): Term(.range(lower, upper), at: place, source: "")
    case .word(let text):
      Term(Self.isPlain(text) ? .name(text) : .string(text), at: place, source: text)
    }
  }

  /// Whether a word stands in a condition without quotes and is nothing else there.
  private static func isPlain(_ text: String) -> Bool {
    let words: Set<String> = [
      "and", "or", "not", "in", "like", "at", "ago", "where", "order", "by",
    ]
    guard let first = text.utf8.first, isLetter(first), !words.contains(text) else { return false }
    return text.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == 95 || $0 == 45 }
      && storedWord(text) == text
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (65...90).contains(byte) || (97...122).contains(byte)
  }
}
