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
