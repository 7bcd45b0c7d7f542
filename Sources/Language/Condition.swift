/// Which rows are asked for: `lr<=3e-4 and (status in running,finished or not tag=good)`.
package indirect enum Condition: Sendable, Hashable {
  /// Joined by `and`; two or more.
  case all([Condition])
  /// Joined by `or`; two or more.
  case any([Condition])
  case not(Condition)
  case test(Test)

  /// One comparison: `min(loss)>0.4`, `status in running,finished`.
  package struct Test: Sendable, Hashable {
    package var quantity: Quantity
    package var relation: Relation
    package var operand: Operand
    package var span: Span

    package init(
      _ quantity: Quantity, _ relation: Relation, _ operand: Operand, at span: Span
    ) {
      self.quantity = quantity
      self.relation = relation
      self.operand = operand
      self.span = span
    }
  }

  /// How two sides stand to each other, as it is typed.
  package enum Relation: String, Sendable, Hashable, CaseIterable {
    case equal = "="
    case unequal = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    /// One of a list of values and ranges.
    case within = "in"
    case notWithin = "not in"
    /// A pattern in which `*` (or `%`) stands for any text and `?` for one letter.
    case like
    case unlike = "not like"
  }

  /// What stands on the right.
  package enum Operand: Sendable, Hashable {
    /// A value; a bare name may also name a quantity, which only its reader can tell.
    case value(Term)
    /// What can only be a quantity: `max(loss)`.
    case quantity(Quantity)

    package var span: Span {
      switch self {
      case .value(let term): term.span
      case .quantity(let quantity): quantity.span
      }
    }
  }
}

/// What is known of a row under a name: `lr`, `min(loss)`, `loss at 5k`.
package struct Quantity: Sendable, Hashable {
  package var name: Word
  /// The word before the parentheses: `min`.
  package var function: Word?
  /// The number after `at`.
  package var step: Term?
  package var span: Span

  package init(_ name: Word, function: Word? = nil, step: Term? = nil, at span: Span) {
    self.name = name
    self.function = function
    self.step = step
    self.span = span
  }
}

/// One entry of `order by`.
package struct Ordering: Sendable, Hashable {
  package var quantity: Quantity
  package var isDescending: Bool

  package init(_ quantity: Quantity, isDescending: Bool = false) {
    self.quantity = quantity
    self.isDescending = isDescending
  }
}
