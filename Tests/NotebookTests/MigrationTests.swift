import Foundation
import GRDB
import Notebook
import TestSupport
import Testing

/// Every schema that has shipped has a notebook in `Fixtures/notebooks`, made by `make.sh` there.
@Suite struct MigrationTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private static let fixtures = Fixture.folder.appendingPathComponent("notebooks")

  static let shipped: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: fixtures.path)) ?? [])
    .filter { $0.hasSuffix(".sqlite") }.sorted()

  /// All rows of the tables and columns that the file had, each as text that tells types apart.
  private func rows(
    _ queue: DatabaseQueue, of tables: [String: [String]]
  ) throws -> [String: [String]] {
    try queue.read { db in
      var rows: [String: [String]] = [:]
      for (table, names) in tables {
        let columns = names.map { "quote(\"\($0)\")" }
        rows[table] = try String.fetchAll(
          db, sql: "SELECT \(columns.joined(separator: " || ',' || ")) FROM \"\(table)\" ORDER BY 1"
        )
      }
      return rows
    }
  }

  /// The columns of each table.
  private func tables(_ queue: DatabaseQueue) throws -> [String: [String]] {
    try queue.read { db in
      let names = try String.fetchAll(
        db,
        sql: """
          SELECT name FROM sqlite_schema
          WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'grdb_migrations'
          """)
      return try Dictionary(
        uniqueKeysWithValues: names.map { ($0, try db.columns(in: $0).map(\.name)) })
    }
  }

  private func schema(_ path: String) throws -> [String] {
    let queue = try DatabaseQueue(path: path)
    return try queue.read { db in
      try String.fetchAll(
        db,
        sql: "SELECT type || ' ' || name || ' ' || ifnull(sql, '') FROM sqlite_schema ORDER BY 1")
    }
  }

  @Test(arguments: shipped)
  func `a notebook of every shipped schema becomes one of today, with its rows`(
    _ name: String
  ) throws {
    let path = folder.path()
    try FileManager.default.copyItem(
      at: Self.fixtures.appendingPathComponent(name), to: URL(fileURLWithPath: path))
    var old: DatabaseQueue? = try DatabaseQueue(path: path)
    let before = try #require(old)
    let names = try tables(before)
    let rowsBefore = try rows(before, of: names)
    #expect(rowsBefore.values.allSatisfy { !$0.isEmpty }, "a fixture has rows everywhere")
    try before.close()
    old = nil

    let notebook = try Notebook.open(at: path)
    #expect(try notebook.integrityProblems().isEmpty)
    #expect(try notebook.query("select * from pragma_foreign_key_check").rows.isEmpty)
    // What the records make of it.
    let runs = try notebook.runs()
    #expect(runs.prefix(2).map(\.name) == ["base", "brief"])
    #expect(runs.prefix(2).map(\.status) == [.finished, .interrupted])
    let probe = try notebook.series(run: runs[0].id, metric: "probe").points.map(\.value)
    #expect(probe.map { "\($0)" } == ["1.5", "nan", "inf", "-inf"])
    #expect(try notebook.series(run: runs[0].id, metric: "generator_loss").points.count == 80)
    #expect(try notebook.details(ofRun: "base").checkpoints.map(\.step).last == 320)
    try notebook.close()

    let after = try DatabaseQueue(path: path)
    #expect(try rows(after, of: names) == rowsBefore)
    try after.close()
    let fresh = folder.path("fresh.sqlite")
    try Notebook.open(at: fresh).close()
    #expect(try schema(path) == schema(fresh))
  }

  @Test func `every schema before today's has its fixture`() throws {
    let path = folder.path()
    let notebook = try Notebook.open(at: path)
    guard
      case .integer(let version)? = try notebook.query("select * from pragma_user_version").rows
        .first?.first
    else {
      Issue.record("a notebook has a version")
      return
    }
    for earlier in 1..<max(version, 2) {
      #expect(Self.shipped.contains("v\(earlier).sqlite"), "make.sh GANSH v\(earlier)")
    }
  }
}
