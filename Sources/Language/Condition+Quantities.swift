extension Condition {
  /// Quantities that it speaks of, in the order in which they stand there, each once.
  package var quantities: [Quantity] {
    switch self {
    case .all(let parts), .any(let parts): parts.flatMap(\.quantities).unique
    case .not(let inner): inner.quantities
    case .test(let test):
      if case .quantity(let right) = test.operand {
        [test.quantity, right]
      } else {
        [test.quantity]
      }
    }
  }
}

extension [Quantity] {
  /// Without those that stand there already under the same name.
  package var unique: [Quantity] {
    var seen = Set<String>()
    return filter { seen.insert($0.description).inserted }
  }
}

extension Statement {
  /// Where `where` or `order by` stands, about: at the first thing that it speaks of.
  package var clausePlace: Span? {
    condition?.quantities.first?.span ?? order.first?.quantity.span
  }
}
