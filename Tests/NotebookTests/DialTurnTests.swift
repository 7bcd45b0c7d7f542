import Foundation
import GRDB
import Notebook
import Testing

/// Dials that were turned, wherever a run's settings are read.
@Suite struct DialTurnTests {
  let folder: TemporaryFolder
  let notebook: Notebook
  init() throws {
    folder = try TemporaryFolder()
    notebook = try Notebook.open(at: folder.path())
  }

  private func addRun(
    _ name: String, recipe: String = "lr=0.0002 betas=0.5,0.999 penalty=gp:10", done: Int = 1000,
    _ turns: [(dial: String, setting: String, step: Int?)] = []
  ) throws {
    let text = """
      data d ring modes=8 radius=1
      recipe r \(recipe)
      run m on d with r steps=10 seed=18446744073709551615 as \(name)
      """
    let run = try notebook.begin(
      RunStart(
        name: name, text: text, json: "{}", seed: .max, stepsPlanned: 2000, build: "b", threads: 2,
        kernels: "k"))
    try notebook.tune(run: run.id, turns)
    try notebook.finish(run: run.id, status: .stopped, stepsDone: done)
  }

  private func values(_ name: String, _ runs: [String]) throws -> [String?] {
    try notebook.compare(runs).parameters.first { $0.name == name }?.values ?? []
  }

  @Test func `a comparison has the first value, every turn, and where a dial stands now`() throws {
    try addRun("still")
    try addRun("turned", [("lr", "0.0001", 499), ("penalty", "5", 700)])
    try addRun("gliding", [("lr", "0.0004->0.0002 over 1000", 500), ("lr", "1", nil)])
    let runs = ["still", "turned", "gliding"]
    #expect(
      try values("lr", runs) == [
        "0.0002", "0.0002, 0.0001 from step 500",
        "0.0002, 0.0004->0.0002 over 1000 from step 501, now 0.00030000000000000003",
      ])
    #expect(try values("penalty", runs) == ["gp:10", "gp:10, gp:5 from step 701", "gp:10"])
    #expect(try notebook.compare(runs).differences.map(\.name) == ["lr", "penalty"])
  }

  @Test func `a turn of one network is told apart from the other's`() throws {
    try addRun("both", [("lr", "0.0001", 10), ("dlr", "0.00005", 20)])
    try addRun("apart", recipe: "glr=0.0003 dlr=0.0001", [("lr", "1", 5)])
    let runs = ["both", "apart"]
    #expect(
      try values("glr", runs)
        == ["0.0002, 0.0001 from step 11", "0.0003, 1 from step 6"])
    #expect(
      try values("dlr", runs)
        == [
          "0.0002, 0.0001 from step 11, 0.00005 from step 21", "0.0001, 1 from step 6",
        ])
    #expect(try values("lr", runs).isEmpty)
  }

  @Test func `a turn that another one replaced before a step was done was never in force`() throws {
    try addRun(
      "hasty", [("lr", "9", 10), ("glr", "8", 10), ("lr", "0.0001", 10), ("lr", "7", 2000)])
    #expect(
      try values("lr", ["hasty"]).isEmpty
        && values("glr", ["hasty"])
          == ["0.0002, 0.0001 from step 11, 7 from step 2001, now 0.0001"]
    )
    let run = try #require(try notebook.run(named: "hasty"))
    #expect(try notebook.tweaks(run: run.id).effective.map(\.setting) == ["0.0001", "7"])
  }

  @Test func `runs are chosen by what a dial stands at now`() throws {
    try addRun("still")
    try addRun("turned", [("lr", "0.0001", 499), ("penalty", "5", 700)])
    try addRun("later", [("lr", "0.0001", 1500)])
    try addRun("halves", [("dlr", "0.0001", 499)])
    func names(_ filter: RowFilter<RunQuantity>) throws -> String {
      try notebook.runs(matching: RowQuery(filter)).map(\.name).joined(separator: " ")
    }
    func less(_ keys: [String], _ value: Double) -> RowFilter<RunQuantity> {
      .compare(.numericParameter(keys), .less, .real(value))
    }
    #expect(try names(less(["recipe.lr"], 1.5e-4)) == "turned")
    #expect(try names(less(["recipe.dlr", "recipe.lr"], 1.5e-4)) == "turned halves")
    #expect(try names(less(["recipe.glr", "recipe.lr"], 1.5e-4)) == "turned")
    #expect(try names(less(["recipe.penalty"], 10)) == "turned")
    #expect(try names(.isMissing(.parameter(["recipe.lr"]))) == "halves")
    #expect(
      try names(.compare(.parameter(["data.modes"]), .equal, .real(8)))
        == "still turned later halves")
  }

  @Test func `views have names, and steps as listings have them`() throws {
    try addRun("turned", [("lr", "0.0001", 499), ("critic", "5", nil)])
    let run = try #require(try notebook.run(named: "turned"))
    let writer = notebook.metricWriter(for: run)
    for (step, value) in [1.5, .nan, .infinity].enumerated() {
      try writer.log("loss", value, step: step + 1)
    }
    try writer.close()
    #expect(
      try notebook.query("select run, name, step, value from metrics order by step").rows == [
        [.text("turned"), .text("loss"), .integer(1), .real(1.5)],
        [.text("turned"), .text("loss"), .integer(2), .null],
        [.text("turned"), .text("loss"), .integer(3), .real(.infinity)],
      ])
    #expect(
      try notebook.query("select run, dial, step from tweaks order by step nulls last").rows == [
        [.text("turned"), .text("lr"), .integer(500)], [.text("turned"), .text("critic"), .null],
      ])
    #expect(
      try notebook.query(
        """
        select key, value from parameters
        where run = 'turned' and key in ('lr', 'penalty', 'steps', 'seed', 'source')
        """
      ).rows == [
        [.text("lr"), .real(0.0001)], [.text("penalty"), .text("gp:10")],
        [.text("source"), .text("ring")], [.text("steps"), .integer(2000)],
        [.text("seed"), .text("18446744073709551615")],
      ])
    // A metric by its names is found by its keys, not by reading every point.
    let plan = try notebook.query(
      "explain query plan select value from metrics where run = 'turned' and name = 'loss' and step = 2"
    ).rows.map { "\($0)" }.joined()
    #expect(!plan.contains("SCAN"), "\(plan)")
  }

  @Test func `what stands in a tweak's row cannot trap`() throws {
    try addRun(
      "odd",
      [("lr", "", 1 << 53), ("lr", "->over ", 0), ("glr", "1->2 over 0", 3), ("no\ndial", "x", 4)])
    let run = try #require(try notebook.run(named: "odd"))
    #expect(try notebook.tweaks(run: run.id).map(\.firstStep) == [1, 4, 5, (1 << 53) + 1])
    #expect(try !notebook.compare(["odd"]).parameters.isEmpty)
    #expect(try notebook.query("select * from parameters").rows.count > 5)
    let queue = try DatabaseQueue(path: folder.path())
    try queue.write { try $0.execute(sql: "UPDATE tweak SET step = 9223372036854775807") }
    #expect(
      throws: NotebookError.unexpected(path: folder.path(), place: "`tweak.step` of row 1")
    ) { try notebook.tweaks(run: run.id) }
    #expect(try notebook.query("select max(step) from tweaks").rows == [[.integer(.max)]])
  }
}
