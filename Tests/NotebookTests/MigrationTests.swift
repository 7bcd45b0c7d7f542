import Foundation
import GRDB
import Notebook
import Shell
import TestSupport
import Testing

/// Every schema that has shipped has a notebook in `Fixtures/notebooks`, made by `make.sh` there; those of v4
/// and v7, which no release had, are the ones before them as their migrations left them.
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

  /// The columns of each table, and of the view that has the place of one.
  private func tables(_ queue: DatabaseQueue) throws -> [String: [String]] {
    try queue.read { db in
      let names = try String.fetchAll(
        db,
        sql: """
          SELECT name FROM sqlite_schema
          WHERE (type = 'table' OR name = 'sampleSheet') AND name NOT LIKE 'sqlite_%' AND name <> 'grdb_migrations'
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
    var names = try tables(before)
    // A cache of the texts, made anew by a program that derives otherwise.
    names["parameter"] = nil
    names["run"]?.removeAll { $0 == "derivation" }
    let rowsBefore = try rows(before, of: names)
    #expect(rowsBefore.values.allSatisfy { !$0.isEmpty }, "a fixture has rows everywhere")
    try before.close()
    old = nil

    let notebook = try Notebook.open(at: path, derivation: .language)
    #expect(try notebook.integrityProblems().isEmpty)
    #expect(
      try notebook.query("select value from parameters where run = 'brief' and key = 'precision'")
        .rows == [[.text("fp32")]], "also where the text is from before there was the argument")
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
    // What was kept twice is kept as text alone.
    let now = try tables(after)
    let kept = Dictionary(
      uniqueKeysWithValues: names.map { table, columns in
        (table, columns.filter { now[table]?.contains($0) == true })
      })
    let gone = names.flatMap { table, columns in
      columns.filter { kept[table]?.contains($0) != true }.map { "\(table).\($0)" }
    }
    let dropped = [("declaration", "digest"), ("declaration", "json"), ("run", "json")]
      .filter { names[$0.0]?.contains($0.1) == true }
    #expect(gone.sorted() == dropped.map { "\($0.0).\($0.1)" })
    // One of today's schema needs no copy.
    let isOld =
      try name != "v\(after.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } ?? 0).sqlite"
    let copy = try isOld ? #require(try notebook.copyBefore?.get()) : path
    let asItWas = try DatabaseQueue(path: copy)
    #expect(try rows(after, of: kept) == rows(asItWas, of: kept))
    #expect(try rows(asItWas, of: names) == rowsBefore, "the copy is the notebook as it was")
    try asItWas.close()
    try after.close()
    let fresh = folder.path("fresh.sqlite")
    try Notebook.open(at: fresh).close()
    #expect(try schema(path) == schema(fresh))
  }

  @Test func `sheets of many runs move, and the file hardly grows`() throws {
    let path = folder.path()
    try FileManager.default.copyItem(
      at: Self.fixtures.appendingPathComponent("v5.sqlite"), to: URL(fileURLWithPath: path))
    let old = try DatabaseQueue(path: path)
    try old.write { db in
      try db.execute(
        sql: """
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
          INSERT INTO sampleSheet (run, step, png, latentSeed, width, height, count, made)
            SELECT 1 + i % 7, 1000 + i, randomblob(20000), -i, 8, 4, 2, '2026-01-01' FROM n
          """)
    }
    func sum(_ queue: DatabaseQueue) throws -> [String] {
      try queue.read { db in
        try String.fetchAll(
          db,
          sql: """
            SELECT id || run || step || latentSeed || width || height || count || made || hex(png)
            FROM sampleSheet ORDER BY id
            """)
      }
    }
    let before = try sum(old)
    try old.close()
    let size = try #require(FileManager.default.contents(atPath: path)).count
    let notebook = try Notebook.open(at: path)
    #expect(try notebook.sampleSheets(run: 1).last?.seed == UInt64(bitPattern: -497))
    try notebook.close()
    let new = try DatabaseQueue(path: path)
    #expect(try sum(new) == before && before.count > 500)
    try new.close()
    let now = try #require(FileManager.default.contents(atPath: path)).count
    #expect(Double(now) < 1.2 * Double(size), "\(size) bytes, \(now) afterwards")
  }

  @Test func `entries that another derivation has made are made anew`() throws {
    let path = folder.path()
    let text = "recipe r lr=1\nrun a on d with r steps=2 seed=3 as x"
    func entries(_ derivation: ParameterDerivation) throws -> [[SQLValue]] {
      let notebook = try Notebook.open(at: path, derivation: derivation)
      if try notebook.runs().isEmpty {
        _ = try notebook.begin(
          RunStart(
            name: "x", text: text, seed: 3, stepsPlanned: 2, build: "", threads: 1, kernels: ""))
      }
      let rows = try notebook.query(
        "select key, text from parameter where key like '%lr' order by key limit 2"
      ).rows
      try notebook.close()
      return rows
    }
    var other = ParameterDerivation.language
    other.number = -1
    other.entries = { _ in
      [ParameterEntry(key: "lr", text: "old", number: .null, kind: .setting, whole: nil)]
    }
    #expect(try entries(other) == [[.text("lr"), .text("old")]])
    #expect(
      try entries(.language) == [[.text("dlr"), .text("1")], [.text("glr"), .text("1")]])
    #expect(try entries(other) == [[.text("lr"), .text("old")]])
    let without = try Notebook.open(at: path)
    #expect(try without.query("select text from parameter").rows == [[.text("old")]])
  }

  @Test func `a place to which data were moved is kept as the options that say so`() throws {
    let path = folder.path()
    try FileManager.default.copyItem(
      at: Self.fixtures.appendingPathComponent("v3.sqlite"), to: URL(fileURLWithPath: path))
    let old = try DatabaseQueue(path: path)
    try old.write { db in
      for json in [
        #"{"preprocessing":{"size":4},"source":{"folder":{"labels":"/b/a.csv","path":"/b"}}}"#,
        #"{"source":{"mnist":{"path":"/c","split":"train"}}}"#, "no json",
      ] {
        try db.execute(
          sql:
            "INSERT INTO event (run, step, kind, message, json, time) VALUES (1, 3, 'moved', '', ?, '')",
          arguments: [json])
      }
    }
    try old.close()
    try Notebook.open(at: path).close()
    let new = try DatabaseQueue(path: path)
    #expect(
      try new.read { try String.fetchAll($0, sql: "SELECT json FROM event WHERE kind = 'moved'") }
        == [
          #"{"path":"/b","labels":"/b/a.csv"}"#, #"{"path":"/c","labels":null}"#, "no json",
        ])
  }

  @Test func `where a killed run was turned again what was asked for last counts`() throws {
    let path = folder.path()
    try FileManager.default.copyItem(
      at: Self.fixtures.appendingPathComponent("v6.sqlite"), to: URL(fileURLWithPath: path))
    let old = try DatabaseQueue(path: path)
    // Turned after 30 steps, killed, gone on with from step 10, turned otherwise after 20.
    try old.write { db in
      try db.execute(
        sql: """
          INSERT INTO tweak (run, dial, setting, step, asked)
            SELECT id, 'lr', '0.5', 30, '' FROM run WHERE name = 'brief' UNION ALL
            SELECT id, 'lr', '0.25', 20, '' FROM run WHERE name = 'brief'
          """)
    }
    try old.close()
    let notebook = try Notebook.open(at: path, derivation: .language)
    func rows() throws -> [[SQLValue]] {
      try notebook.query(
        "select value from parameters where run = 'brief' and key in ('lr', 'glr', 'dlr')"
      ).rows
    }
    #expect(try rows() == [[.real(0.25)]])
    try notebook.close()
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

/// What lies where the copy of a notebook of an older schema would be.
@Suite struct CopyBeforeMigrationTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func older() throws -> String {
    let path = folder.path("lab.sqlite")
    let fixture = Fixture.folder.appendingPathComponent("notebooks/v3.sqlite")
    try FileManager.default.copyItem(at: fixture, to: URL(fileURLWithPath: path))
    return path
  }

  private func version(_ path: String) throws -> Int? {
    let queue = try DatabaseQueue(path: path)
    defer { try? queue.close() }
    return try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") }
  }

  @Test func `what has the copy's name stays, and is not taken for the copy`() throws {
    let path = try older()
    let thesis = folder.path("lab.v3.sqlite/thesis.txt")
    try FileManager.default.createDirectory(
      atPath: folder.path("lab.v3.sqlite"), withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: URL(fileURLWithPath: thesis))
    try Data("mine".utf8).write(to: URL(fileURLWithPath: folder.path("lab.v3-2.sqlite")))
    let notebook = try Notebook.open(at: path)
    let copy = try #require(try notebook.copyBefore?.get())
    try notebook.close()
    #expect(copy == folder.path("lab.v3-3.sqlite"))
    #expect(try version(copy) == 3)
    #expect(FileManager.default.contents(atPath: thesis) == Data("mine".utf8))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path(""))
    #expect(!names.contains { $0.contains(".part") }, "\(names)")
  }

  @Test func `the same copy is not made twice`() throws {
    let path = try older()
    try Notebook.open(at: path).close()
    for name in ["lab.sqlite", "lab.sqlite-wal", "lab.sqlite-shm"] {
      try? FileManager.default.removeItem(atPath: folder.path(name))
    }
    _ = try older()
    let notebook = try Notebook.open(at: path)
    #expect(try notebook.copyBefore?.get() == folder.path("lab.v3.sqlite"))
    try notebook.close()
    #expect(!FileManager.default.fileExists(atPath: folder.path("lab.v3-2.sqlite")))
  }

  @Test func `where another process is in the way the copy is told of when it is made`() throws {
    let path = try older()
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let other = try DatabaseQueue(path: path, configuration: configuration)
    try other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
    let notebook = try Notebook.open(at: path, patience: 0.3)
    #expect(notebook.copyBefore == nil)
    #expect(try notebook.runs().count == 7, "it is read meanwhile")
    try other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
    try other.close()
    try notebook.record(event: "looked", message: "at it")
    let copy = try #require(try notebook.copyBefore?.get())
    #expect(try version(copy) == 3 && version(path) == 10)
    try notebook.close()
  }

  @Test func `a schema that cannot be brought up to date stays as it was`() throws {
    let path = try older()
    let queue = try DatabaseQueue(path: path)
    try queue.write { try $0.execute(sql: "CREATE VIEW mine AS SELECT name, json FROM run") }
    try queue.close()
    #expect(throws: NotebookError.self) { try Notebook.open(at: path) }
    #expect(try version(path) == 3)
  }
}
