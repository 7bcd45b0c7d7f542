import Foundation
import GRDB
import Notebook
import Testing

@Suite struct QueryTests {
  let folder: TemporaryFolder
  let notebook: Notebook
  init() throws {
    folder = try TemporaryFolder()
    notebook = try Notebook.open(at: folder.path())
  }

  @Test func `a comparison names what differs first`() throws {
    func json(_ rate: String, _ layers: String) -> String {
      """
      {"seed":7,"recipe":{"batch":64,"learningRate":\(rate),"objective":"minimax"},
       "image":[64,64,3],"initialisation":{"normal":{"deviation":0.02}},
       "layers":[\(layers)]}
      """
    }
    let dense = #"{"kind":{"dense":{"output":[8,8,512],"bias":true}}}"#
    let tanh = #"{"kind":{"activation":{"_0":{"tanh":{}}}}}"#
    _ = try notebook.begin(.sample("a", json: json("0.0002", dense), seed: 1))
    let b = try notebook.begin(.sample("b", json: json("0.0001", dense + "," + tanh), seed: 1))
    let writer = notebook.metricWriter(for: b)
    try writer.log("loss", 2, step: 1)
    try writer.close()
    let comparison = try notebook.compare(["a", "b"])
    #expect(
      comparison.differences.map(\.path) == ["layers.2", "recipe.learningRate"])
    #expect(comparison.differences[0].values == [nil, "activation tanh"])
    #expect(comparison.differences[1].values == ["0.0002", "0.0001"])
    let all = Dictionary(
      comparison.parameters.map { ($0.path, $0.values) }, uniquingKeysWith: { first, _ in first })
    #expect(all["image"] == ["64x64x3", "64x64x3"])
    #expect(all["layers.1"] == ["dense bias=yes output=8x8x512", "dense bias=yes output=8x8x512"])
    #expect(all["initialisation.normal.deviation"] == ["0.02", "0.02"])
    #expect(all["seed"] == ["1", "1"] && all["environment.threads"] == ["2", "2"])
    #expect(comparison.metrics.map(\.name) == ["loss"])
    #expect(comparison.metrics[0].summaries.map { $0?.last } == [nil, 2])
    #expect(throws: NotebookError.noSuchRun("c")) { try notebook.compare(["a", "c"]) }
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
      where type = 'table' and name not like 'sqlite_%' and name not like 'grdb_%'
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
