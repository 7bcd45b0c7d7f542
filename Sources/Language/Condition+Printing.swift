/// Printed so that it parses to the same condition, places aside.
extension Condition: CustomStringConvertible {
  package var description: String {
    switch self {
    case .all(let parts):
      parts.map { $0.isCompound ? "(\($0))" : $0.description }.joined(separator: " and ")
    case .any(let parts):
      parts.map { part in
        if case .any = part { "(\(part))" } else { part.description }
      }.joined(separator: " or ")
    case .not(let inner): inner.isCompound ? "not (\(inner))" : "not \(inner)"
    case .test(let test): test.description
    }
  }

  private var isCompound: Bool {
    switch self {
    case .all, .any: true
    case .not, .test: false
    }
  }
}

extension Condition.Test: CustomStringConvertible {
  package var description: String {
    switch relation {
    case .within, .notWithin, .like, .unlike: "\(quantity) \(relation.rawValue) \(operand)"
    default: "\(quantity)\(relation.rawValue)\(operand)"
    }
  }
}

extension Condition.Operand: CustomStringConvertible {
  package var description: String {
    switch self {
    case .value(let term): term.description
    case .quantity(let quantity): quantity.description
    }
  }
}

extension Quantity: CustomStringConvertible {
  package var description: String {
    let base = function.map { "\(Self.printed($0))(\(Self.printed(name)))" } ?? Self.printed(name)
    return step.map { "\(base) at \($0)" } ?? base
  }

  private static func printed(_ word: Word) -> String {
    Parser.isQuantityName(word.text) ? word.text : quoted(word.text)
  }
}

extension Ordering: CustomStringConvertible {
  package var description: String { isDescending ? "\(quantity) desc" : quantity.description }
}
