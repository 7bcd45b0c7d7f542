import Foundation
import GRDB
import Notebook
import Shell
import Testing

@Suite struct QueryTests {
  let folder: TemporaryFolder
  let notebook: Notebook
  init() throws {
    folder = try TemporaryFolder()
    notebook = try Notebook.open(at: folder.path(), derivation: .language)
  }

  @Test func `a comparison speaks as one types`() throws {
    func text(_ recipe: String, _ layers: [String], seed: Int, _ name: String) -> String {
      """
      data d portraits count=10 seed=\(seed) size=32
      arch m like mlp points=2 latent=2 {
        generator init=normal:0.02 {
      \(layers.map { "    " + $0 }.joined(separator: "\n"))
        }
        discriminator init=torch {
          dense 16
          dense 1
        }
      }
      recipe r objective=minimax \(recipe)
      run m on d with r steps=10 seed=7 as \(name)
      """
    }
    func begin(_ name: String, _ text: String) throws -> RunRecord {
      try notebook.begin(
        RunStart(
          name: name, text: text, seed: 7, stepsPlanned: name == "b" ? 20 : 10,
          build: "x", threads: 2, kernels: "k", host: "h"))
    }
    _ = try begin("a", text("lr=0.0002 betas=0,0.9", ["dense 8 bias=no", "dense 2"], seed: 1, "a"))
    let b = try begin(
      "b",
      text(
        "glr=0.001 dlr=0.0002->0 over 500 betas=0,0.9", ["dense 8 bias=no", "tanh", "dense 2"],
        seed: 2, "b"))
    let writer = notebook.metricWriter(for: b)
    try writer.log("loss", 2, step: 1)
    try writer.close()
    let comparison = try notebook.compare(["a", "b"])
    let differences = Dictionary(
      comparison.differences.map { ($0.name, $0.values) }, uniquingKeysWith: { first, _ in first })
    #expect(
      differences == [
        "glr": ["0.0002", "0.001"], "dlr": ["0.0002", "0.0002->0 over 500"],
        "generator.1.tanh": [nil, "tanh"],
        "data.seed": ["1", "2"], "steps": ["10", "20"],
      ])
    let all = Dictionary(
      comparison.parameters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    #expect(all.count == comparison.parameters.count, "no name stands twice")
    #expect(all["objective"]?.values == ["minimax", "minimax"])
    #expect(all["generator.init"]?.values == ["normal:0.02", "normal:0.02"])
    #expect(
      all["discriminator.1.dense"]?.kind == .layer && all["arch.width"]?.values == ["8", "8"])
    #expect(
      all["arch.preset"]?.values == ["mlp", "mlp"] && all["data.source"]?.values[0] == "portraits")
    #expect(all["seed"]?.values == ["7", "7"] && all["threads"]?.kind == .environment)
    #expect(comparison.parameters.first?.name == "objective", "the recipe stands first")
    #expect(comparison.metrics.map(\.name) == ["loss"])
    #expect(comparison.metrics[0].summaries.map { $0?.last } == [nil, 2])
    #expect(throws: NotebookError.noSuchRun("c")) { try notebook.compare(["a", "c"]) }
  }

  @Test func `a run gets another name with everything that bears it`() throws {
    let run = try notebook.begin(.sample("base"))
    try notebook.record(
      checkpoint: "lab.runs/base/1.safetensors", run: run.id, step: 1, digest: "d", bytes: 3)
    try notebook.finish(run: run.id, status: .finished, stepsDone: 1)
    _ = try notebook.begin(.sample("other"))
    var isMoved = false
    func rename(_ name: String, _ newName: String, move: () throws -> Void) throws {
      try notebook.rename(
        run: name, to: newName, paths: { $0.replacingOccurrences(of: "base", with: newName) },
        move: move)
    }
    struct Refusal: Error {}
    #expect(throws: NotebookError.self) { try rename("base", "new") { throw Refusal() } }
    #expect(try notebook.run(named: "base") != nil, "nothing has changed")
    #expect(throws: NotebookError.nameTaken("other")) { try rename("base", "other") {} }
    #expect(throws: NotebookError.noSuchRun("nobody")) { try rename("nobody", "x") {} }
    #expect(throws: NotebookError.self, "it runs") { try rename("other", "x") {} }
    try rename("base", "new") { isMoved = true }
    #expect(isMoved)
    let renamed = try #require(try notebook.run(named: "new"))
    #expect(renamed.id == run.id && renamed.text == "run dc on faces as new")
    #expect(try notebook.run(named: "base") == nil)
    #expect(
      try notebook.checkpoints(run: run.id).map(\.path) == ["lab.runs/new/1.safetensors"])
    #expect(try notebook.events(run: run.id).map(\.kind) == ["renamed"])
  }

  @Test func `an outline is a mean of each stretch`() throws {
    let (long, short) = (try notebook.begin(.sample("a")), try notebook.begin(.sample("b")))
    let writer = notebook.metricWriter(for: long)
    for step in 1...1000 { try writer.log("loss", step <= 500 ? 1 : .nan, step: step) }
    try writer.close()
    let other = notebook.metricWriter(for: short)
    for step in 1...3 { try other.log("loss", Double(step), step: step) }
    try other.close()
    let outlines = try notebook.outlines(
      ofRuns: [long.id, short.id, 99], metric: "loss", stretches: 4)
    #expect(outlines[long.id] == [1, 1, nil, nil])
    // Three points in four stretches: one of them is empty.
    #expect(outlines[short.id]?.compactMap { $0 } == [1, 2, 3])
    #expect(outlines.count == 2)
    #expect(try notebook.outlines(ofRuns: [long.id], metric: "none", stretches: 4).isEmpty)
    #expect(try notebook.outlines(ofRuns: [long.id], metric: "loss", stretches: 0).isEmpty)
  }

  @Test func `what a name meant at a moment`() throws {
    for (index, text) in ["one", "two", "one"].enumerated() {
      _ = try notebook.declare(
        .recipe, name: "calm", text: text,
        at: Date(timeIntervalSince1970: 100 * Double(index)))
    }
    func meaning(_ time: Double) throws -> String? {
      try notebook.declaration(
        .recipe, named: "calm", asOf: Date(timeIntervalSince1970: time))?.text
    }
    #expect(try meaning(-1) == nil)
    #expect(try [meaning(0), meaning(150), meaning(200)] == ["one", "two", "one"])
  }

  @Test func `a query gives columns and rows of every kind of value`() throws {
    let result = try notebook.query("select 1 as a, 2.5 as b, 'x' as c, null as d, x'00ff' as e;")
    #expect(result.columns == ["a", "b", "c", "d", "e"])
    #expect(
      result.rows == [[.integer(1), .real(2.5), .text("x"), .null, .blob(Data([0, 255]))]])
    let many = "with recursive n(i) as (select 1 union all select i + 1 from n) select i from n"
    let some = try notebook.query(many, limit: 10)
    #expect(some.rows.count == 10 && some.isCutShort)
  }

  @Test(arguments: [
    "delete from run", "insert into tag values (1, 'x')", "drop table run",
    "update run set name = 'x'", "pragma query_only = 0", "attach 'other.sqlite' as other",
    "vacuum", "begin", "with x as (select 1) delete from run", "create table t (a)",
  ])
  func `a query never writes`(_ sql: String) throws {
    _ = try notebook.begin(.sample())
    do {
      _ = try notebook.query(sql)
      Issue.record("`\(sql)` was answered")
    } catch {
      guard case .onlyReads = error else {
        Issue.record("`\(sql)`: \(error)")
        return
      }
    }
    #expect(try notebook.runs().map(\.name) == ["base"])
  }

  @Test(arguments: ["", "selec 1", "select * from nothing", "select 1; select 2", "  ;"])
  func `a query that cannot be answered says why`(_ sql: String) throws {
    do {
      _ = try notebook.query(sql)
      Issue.record("`\(sql)` was answered")
    } catch {
      guard case .badQuery = error else {
        Issue.record("`\(sql)`: \(error)")
        return
      }
    }
  }

  @Test func `a query that never ends can be interrupted`() async throws {
    let notebook = notebook
    let endless = Task.detached {
      try notebook.query(
        """
        with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n
        """)
    }
    let interrupter = Task.detached {
      while !Task.isCancelled {
        notebook.interruptQuery()
        try? await Task.sleep(for: .milliseconds(20))
      }
    }
    await #expect(throws: NotebookError.interrupted) { try await endless.value }
    interrupter.cancel()
  }

  @Test func `every table and column is described, and nothing else`() throws {
    let tables = try notebook.query(
      """
      select name from sqlite_schema
      where type in ('table', 'view') and name not like 'sqlite_%' and name not like 'grdb_%'
      """
    ).rows.map { row in row.first.map { "\($0)" } ?? "" }
    let described = Notebook.schemaDescription
    #expect(Set(tables) == Set(described.map { "\(SQLValue.text($0.name))" }))
    for table in described {
      let columns = try notebook.query("select name from pragma_table_info('\(table.name)')").rows
      #expect(Set(columns) == Set(table.columns.map { [.text($0.name)] }), "\(table.name)")
      #expect(columns.count == table.columns.count, "\(table.name)")
      #expect(table.columns.allSatisfy { $0.summary.hasSuffix(".") })
    }
  }
}
