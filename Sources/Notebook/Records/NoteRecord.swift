package import Foundation
import GRDB

/// A remark about a run.
package struct NoteRecord: Sendable, Hashable, Identifiable, Codable {
  package var id: Int64
  package var run: Int64
  package var text: String
  package var time: Date
}

extension NoteRecord {
  init(_ row: Row) throws {
    let field = Fields(row, of: "note")
    id = try field("id")
    run = try field("run")
    text = try field("text")
    time = try field("time")
  }
}

extension Notebook {
  /// Adds a remark to a run.
  package func note(_ text: String, run: Int64, at time: Date = .now) throws(NotebookError) {
    try write { db in
      try db.execute(
        sql: "INSERT INTO note (run, text, time) VALUES (?, ?, ?)", arguments: [run, text, time])
    }
  }

  /// A run's remarks, oldest first.
  package func notes(run: Int64) throws(NotebookError) -> [NoteRecord] {
    try read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM note WHERE run = ? ORDER BY id", arguments: [run])
        .map(NoteRecord.init)
    }
  }

  /// Puts a tag on a run; twice is once.
  package func tag(_ name: String, run: Int64) throws(NotebookError) {
    try write { db in
      try db.execute(
        sql: "INSERT INTO tag (run, name) VALUES (?, ?) ON CONFLICT DO NOTHING",
        arguments: [run, name])
    }
  }

  /// Takes a tag off a run.
  package func untag(_ name: String, run: Int64) throws(NotebookError) {
    try write { db in
      try db.execute(
        sql: "DELETE FROM tag WHERE run = ? AND name = ?", arguments: [run, name])
    }
  }

  /// A run's tags, in alphabetical order.
  package func tags(run: Int64) throws(NotebookError) -> [String] {
    try read { db in
      try String.fetchAll(
        db, sql: "SELECT name FROM tag WHERE run = ? ORDER BY name", arguments: [run])
    }
  }
}
