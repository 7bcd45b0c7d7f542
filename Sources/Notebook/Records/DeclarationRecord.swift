package import Foundation
import GRDB

/// What a declaration declares.
package enum DeclarationKind: String, Sendable, Hashable, Codable, CaseIterable {
  case dataset, architecture, recipe
}

/// A data set, an architecture or a recipe as it was declared; never changed, only succeeded.
package struct DeclarationRecord: Sendable, Hashable, Identifiable, Codable {
  package var id: Int64
  package var kind: DeclarationKind
  package var name: String
  /// The statement that makes it, printed canonically.
  package var text: String
  package var declared: Date
}

extension DeclarationRecord {
  init(_ row: Row) throws {
    let field = Fields(row, of: "declaration")
    id = try field("id")
    kind = try field.choice("kind")
    name = try field("name")
    text = try field("text")
    declared = try field("declared")
  }
}

extension Notebook {
  /// Journals a declaration; from now on its name means this one.
  ///
  /// Declaring again exactly what the name means already adds no row. Runs keep the row they
  /// were started with.
  package func declare(
    _ kind: DeclarationKind, name: String, text: String, session: Int64? = nil,
    at declared: Date = .now
  ) throws(NotebookError) -> DeclarationRecord {
    return try write { db in
      if let newest = try Self.newest(db, kind, name), newest.text == text {
        return newest
      }
      let row = try Row.fetchOne(
        db,
        sql: """
          INSERT INTO declaration (kind, name, text, session, declared)
          VALUES (?, ?, ?, ?, ?) RETURNING *
          """,
        arguments: [kind.rawValue, name, text, session, declared])
      return try DeclarationRecord(required(row, "declaration"))
    }
  }

  /// What `name` means now; nil when nothing of that kind has the name.
  package func declaration(
    _ kind: DeclarationKind, named name: String
  ) throws(NotebookError) -> DeclarationRecord? {
    try read { db in try Self.newest(db, kind, name) }
  }

  /// What `name` meant at a moment; nil when nothing of that kind had the name.
  package func declaration(
    _ kind: DeclarationKind, named name: String, asOf time: Date
  ) throws(NotebookError) -> DeclarationRecord? {
    try read { db in
      try Row.fetchOne(
        db,
        sql: """
          SELECT * FROM declaration WHERE kind = ? AND name = ? AND declared <= ?
          ORDER BY id DESC LIMIT 1
          """,
        arguments: [kind.rawValue, name, time]
      ).map(DeclarationRecord.init)
    }
  }

  /// A declaration by its id.
  package func declaration(_ id: Int64) throws(NotebookError) -> DeclarationRecord? {
    try read { db in
      try Row.fetchOne(db, sql: "SELECT * FROM declaration WHERE id = ?", arguments: [id])
        .map(DeclarationRecord.init)
    }
  }

  /// The newest declaration of each name, in the order in which they were made.
  package func declarations(
    _ kind: DeclarationKind? = nil
  ) throws(NotebookError) -> [DeclarationRecord] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM declaration
          WHERE id IN (SELECT max(id) FROM declaration GROUP BY kind, name)
            AND (?1 IS NULL OR kind = ?1)
          ORDER BY id
          """,
        arguments: [kind?.rawValue]
      ).map(DeclarationRecord.init)
    }
  }

  static func newest(
    _ db: Database, _ kind: DeclarationKind, _ name: String
  ) throws -> DeclarationRecord? {
    try Row.fetchOne(
      db,
      sql: "SELECT * FROM declaration WHERE kind = ? AND name = ? ORDER BY id DESC LIMIT 1",
      arguments: [kind.rawValue, name]
    ).map(DeclarationRecord.init)
  }
}
