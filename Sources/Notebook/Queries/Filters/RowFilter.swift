/// What can be asked of the rows of one table: an expression in SQL over that table's columns.
package protocol SQLQuantity: Sendable, Hashable {
  /// The table whose rows are chosen.
  static var table: String { get }

  /// The value of a row.
  var value: SQLFragment { get }

  /// Whether a test holds for the row; for what a row has several of (tags), whether it holds for
  /// any of them.
  func holds(_ test: (SQLFragment) -> SQLFragment) -> SQLFragment
}

extension SQLQuantity {
  package func holds(_ test: (SQLFragment) -> SQLFragment) -> SQLFragment { test(value) }
}

/// Which rows are wanted, in terms that are known to exist. A comparison with a value that is missing
/// does not hold, and so its negation does.
package indirect enum RowFilter<Quantity: SQLQuantity>: Sendable, Hashable {
  case all([RowFilter])
  case any([RowFilter])
  case not(RowFilter)
  case compare(Quantity, Comparison, SQLValue)
  case compareQuantities(Quantity, Comparison, Quantity)
  /// A pattern of SQL's `LIKE` with `\` as its escape; case does not count.
  case like(Quantity, String)
  case isMissing(Quantity)

  package enum Comparison: String, Sendable, Hashable {
    case equal = "="
    case unequal = "<>"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
  }

  /// The condition in SQL: 1 or 0, never null.
  package var sql: SQLFragment {
    switch self {
    case .all(let parts): Self.joined(parts, by: " AND ", empty: "1")
    case .any(let parts): Self.joined(parts, by: " OR ", empty: "0")
    case .not(let inner): "NOT (" + inner.sql + ")"
    case .compare(let quantity, let comparison, let value):
      quantity.holds { Self.known($0 + " \(comparison.rawValue) " + SQLFragment("?", [value])) }
    case .compareQuantities(let left, let comparison, let right):
      left.holds { left in
        right.holds { Self.known(left + " \(comparison.rawValue) " + $0) }
      }
    case .like(let quantity, let pattern):
      quantity.holds { Self.known($0 + SQLFragment(" LIKE ? ESCAPE '\\'", [.text(pattern)])) }
    case .isMissing(let quantity): "NOT " + quantity.holds { "(" + $0 + " IS NOT NULL)" }
    }
  }

  private static func joined(
    _ parts: [RowFilter], by joint: String, empty: String
  ) -> SQLFragment {
    guard !parts.isEmpty else { return SQLFragment(empty) }
    return "(" + SQLFragment.joined(parts.map(\.sql), by: joint) + ")"
  }

  private static func known(_ test: SQLFragment) -> SQLFragment { "ifnull(" + test + ", 0)" }
}

/// Which rows of a table, in which order, and how many.
package struct RowQuery<Quantity: SQLQuantity>: Sendable, Hashable {
  package var filter: RowFilter<Quantity>?
  package var order: [Ordering]
  package var limit: Int?

  /// Rows in which the quantity is missing come last, whatever the direction.
  package struct Ordering: Sendable, Hashable {
    package var quantity: Quantity
    package var isDescending: Bool

    package init(_ quantity: Quantity, isDescending: Bool = false) {
      self.quantity = quantity
      self.isDescending = isDescending
    }
  }

  package init(
    _ filter: RowFilter<Quantity>? = nil, order: [Ordering] = [], limit: Int? = nil
  ) {
    self.filter = filter
    self.order = order
    self.limit = limit
  }

  /// `SELECT …`; rows that are alike in the order stand as they were made.
  package func sql(selecting columns: SQLFragment) -> SQLFragment {
    var sql = "SELECT " + columns + " FROM \(Quantity.table)"
    if let filter { sql = sql + " WHERE " + filter.sql }
    let keys = order.map { $0.quantity.value + ($0.isDescending ? " DESC" : "") + " NULLS LAST" }
    sql = sql + " ORDER BY " + .joined(keys + [SQLFragment("\(Quantity.table).id")], by: ", ")
    if let limit { sql = sql + SQLFragment(" LIMIT ?", [.integer(Int64(limit))]) }
    return sql
  }

  func sql(selecting quantities: [Quantity]) -> SQLFragment {
    sql(selecting: .joined(quantities.map(\.value), by: ", "))
  }
}
