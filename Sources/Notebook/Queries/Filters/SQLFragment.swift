import GRDB

/// A piece of SQL with what its question marks stand for.
package struct SQLFragment: Sendable, Hashable {
  package var text: String
  package var arguments: [SQLValue]

  package init(_ text: String, _ arguments: [SQLValue] = []) {
    self.text = text
    self.arguments = arguments
  }

  static func + (a: SQLFragment, b: SQLFragment) -> SQLFragment {
    SQLFragment(a.text + b.text, a.arguments + b.arguments)
  }

  static func + (a: SQLFragment, b: String) -> SQLFragment { a + SQLFragment(b) }
  static func + (a: String, b: SQLFragment) -> SQLFragment { SQLFragment(a) + b }

  static func joined(_ parts: [SQLFragment], by separator: String) -> SQLFragment {
    SQLFragment(
      parts.map(\.text).joined(separator: separator), parts.flatMap(\.arguments))
  }

  var statementArguments: StatementArguments {
    StatementArguments(arguments.map(\.databaseValue))
  }
}

extension SQLValue {
  var databaseValue: DatabaseValue {
    switch self {
    case .null: .null
    case .integer(let number): number.databaseValue
    case .real(let number): number.databaseValue
    case .text(let text): text.databaseValue
    case .blob(let data): data.databaseValue
    }
  }
}
