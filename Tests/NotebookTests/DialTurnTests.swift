import Foundation
import GRDB
import Notebook
import Shell
import Specification
import Testing

/// Dials that were turned, wherever a run's settings are read.
@Suite struct DialTurnTests {
  let folder: TemporaryFolder
  let notebook: Notebook
  init() throws {
    folder = try TemporaryFolder()
    notebook = try Notebook.open(at: folder.path(), derivation: .language)
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
        name: name, text: text, seed: .max, stepsPlanned: 2000, build: "b", threads: 2,
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

  @Test func `what is asked for later goes before a turn whose step is still to come again`() throws
  {
    // A run that was killed goes on from before the first turn's step.
    try addRun("killed", [("lr", "0.001", 700), ("lr", "0.0001", 0), ("glr", "0.0003", 20)])
    #expect(
      try notebook.tweaks(run: try #require(try notebook.run(named: "killed")).id).map(\.step) == [
        700, 0, 20,
      ])
    #expect(
      try values("glr", ["killed"]) == ["0.0002, 0.0001 from step 1, 0.0003 from step 21"])
    #expect(try values("dlr", ["killed"]) == ["0.0002, 0.0001 from step 1"])
    let standing = try notebook.query(
      "select value from parameters where run = 'killed' and key = 'dlr'"
    ).rows
    #expect("\(standing)".contains("0.0001"), "\(standing)")
    let run = try #require(try notebook.run(named: "killed")).id
    #expect(try notebook.effectiveTweaks(run: run).map(\.step) == [0, 20])
    let turns = [
      Tweak(.learningRate, .numbers([0.001]), from: 700),
      Tweak(.learningRate, .numbers([0.0001]), from: 0),
    ]
    let recipe = RecipeSpecification()
    for done in [0, 699, 700, 900] {
      #expect(recipe.tuned(by: turns, after: done).numbers(of: .learningRate) == [0.0001])
    }
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
      try values("lr", ["hasty"]) == ["0.0002, 0.0001 from step 11, 7 from step 2001, now 0.0001"])
    #expect(try values("glr", ["hasty"]).isEmpty)
    let run = try #require(try notebook.run(named: "hasty"))
    #expect(try notebook.effectiveTweaks(run: run.id).map(\.setting) == ["0.0001", "7"])
  }

  @Test func `a turn that its two halves replaced before a step was done was never in force`()
    throws
  {
    try addRun("halved", [("lr", "9", 10), ("dlr", "1", 10), ("glr", "2", 10), ("glr", "3", nil)])
    let run = try #require(try notebook.run(named: "halved"))
    #expect(try notebook.effectiveTweaks(run: run.id).map(\.setting) == ["1", "2", "3"])
  }

  @Test func `a dial of both networks has a value while theirs is the same`() throws {
    try addRun("still")
    try addRun("later", [("glr", "0.0005", 10), ("lr", "0.0002", 20)])
    try addRun("apart", recipe: "glr=0.0003 dlr=0.0001", [("lr", "0.0002", 5)])
    try addRun("back", [("glr", "0.0005", 10), ("glr", "2e-4", 20)])
    try addRun("met", [("glr", "0.0005->0.0002 over 100", 10)])
    try addRun("differs", [("lr", "0.0002", 10), ("glr", "0.0005", 20)])
    try addRun("awaits", recipe: "glr=0.0003 dlr=0.0001", [("lr", "0.0002", nil)])
    try addRun("decays", recipe: "gbetas=0,0.9 dbetas=0.5,0.9 lr=1", [("dbetas", "0,0.90", 3)])
    func now(_ key: String) throws -> [[SQLValue]] {
      try notebook.query(
        "select run, value from parameters where key = '\(key)' order by run"
      ).rows
    }
    let same = ["apart", "back", "later", "met", "still"]
    #expect(
      try now("lr")
        == ["apart", "back", "decays", "later", "met", "still"].map { name in
          [.text(name), name == "decays" ? .integer(1) : .real(2e-4)]
        })
    #expect(
      try now("glr") == [
        [.text("awaits"), .real(3e-4)], [.text("differs"), .real(5e-4)],
      ])
    #expect(try now("betas").contains([.text("decays"), .text("0,0.9")]))
    for (key, names) in [("lr", same), ("glr", same), ("dlr", same + ["differs"])] {
      let found = try notebook.runs(
        matching: RowQuery(.compare(.numericParameter(key), .equal, .real(2e-4))))
      #expect(Set(found.map(\.name)) == Set(names), "\(key)")
    }
  }

  @Test func `a turn that changes nothing makes no difference`() throws {
    try addRun("still")
    try addRun("same", [("lr", "2e-4", 300), ("betas", "0.5,0.9990", 300), ("penalty", "10", 300)])
    try addRun("half", [("dlr", "0.0002", 300)])
    let runs = ["still", "same", "half"]
    #expect(try notebook.compare(runs).differences.isEmpty)
    #expect(try values("lr", runs) == ["0.0002", "0.0002", "0.0002"])
    // It ends a glide that is not over; after one that is over, it changes nothing.
    try addRun("ended", [("lr", "0.0004->0.0002 over 100", 10), ("lr", "0.0003", 60)])
    try addRun("over", [("lr", "0.0004->0.0002 over 100", 10), ("lr", "0.0002", 110)])
    #expect(
      try values("lr", ["ended", "over"]) == [
        "0.0002, 0.0004->0.0002 over 100 from step 11, 0.0003 from step 61",
        "0.0002, 0.0004->0.0002 over 100 from step 11, now 0.0002",
      ])
  }

  @Test func `runs are chosen by what a dial stands at now`() throws {
    try addRun("still")
    try addRun("turned", [("lr", "0.0001", 499), ("penalty", "5", 700)])
    try addRun("later", [("lr", "0.0001", 1500)])
    try addRun("halves", [("dlr", "0.0001", 499)])
    func names(_ filter: RowFilter<RunQuantity>) throws -> String {
      try notebook.runs(matching: RowQuery(filter)).map(\.name).joined(separator: " ")
    }
    func less(_ key: String, _ value: Double) -> RowFilter<RunQuantity> {
      .compare(.numericParameter(key), .less, .real(value))
    }
    #expect(try names(less("lr", 1.5e-4)) == "turned")
    #expect(try names(less("dlr", 1.5e-4)) == "turned halves")
    #expect(try names(less("glr", 1.5e-4)) == "turned")
    #expect(try names(less("penalty", 10)) == "turned")
    #expect(try names(less("penalty.gp", 10)) == "turned")
    #expect(try names(.isMissing(.parameter("lr"))) == "halves")
    #expect(
      try names(.compare(.parameter("data.modes"), .equal, .real(8)))
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
        where run = 'turned' and key in ('lr', 'penalty', 'steps', 'seed', 'data.source')
        """
      ).rows == [
        [.text("lr"), .real(0.0001)], [.text("penalty"), .text("gp:10")],
        [.text("data.source"), .text("ring")], [.text("steps"), .integer(2000)],
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
    #expect(try notebook.tweaks(run: run.id).map(\.firstStep) == [(1 << 53) + 1, 1, 4, 5])
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
