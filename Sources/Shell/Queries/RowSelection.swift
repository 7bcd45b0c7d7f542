import Foundation
import Language
import Notebook

/// `where …`, `order by …` and `limit …` as they were typed.
struct RowSelection {
  let condition: Condition?
  let order: [Ordering]
  let limit: Int?

  init(_ statement: Statement, limit: Int? = nil) {
    condition = statement.condition
    order = statement.order
    self.limit = limit
  }

  /// Whether nothing is asked for in particular.
  var isEverything: Bool { condition == nil && order.isEmpty && limit == nil }

  /// What they mean for what there is.
  func query<Quantity>(
    in vocabulary: Vocabulary<Quantity>
  ) throws(Diagnostic) -> RowQuery<Quantity> {
    RowQuery(
      try condition.map { condition throws(Diagnostic) in try vocabulary.filter(condition) },
      order: try vocabulary.order(order), limit: limit)
  }
}

extension Condition {
  /// Quantities that it speaks of, in the order in which they stand there, each once.
  var quantities: [Quantity] {
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
  var unique: [Quantity] {
    var seen = Set<String>()
    return filter { seen.insert($0.description).inserted }
  }
}

extension Statement {
  /// Where `where` or `order by` stands, about: at the first thing that it speaks of.
  var clausePlace: Span? {
    condition?.quantities.first?.span ?? order.first?.quantity.span
  }
}
