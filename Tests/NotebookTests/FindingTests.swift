import Foundation
import Notebook
import Shell
import Testing

/// Choosing rows: what the filters mean, on a notebook whose runs differ in everything.
@Suite struct FindingTests {
  let folder: TemporaryFolder
  let notebook: Notebook

  init() throws {
    folder = try TemporaryFolder()
    notebook = try Notebook.open(at: folder.path(), derivation: .language)
    // name, lr, penalty, last of `loss`, lowest of it
    let runs: [(String, String, String, [Double])] = [
      ("a", "0.0001", "no", [3, 1, 2]), ("b", "0.0002", "gp:10", [5, 6, .nan]),
      ("c_d", "0.0003", "gp:2.5", [4, .infinity]), ("c-d", "0.001", "no", []),
    ]
    for (index, (name, lr, penalty, losses)) in runs.enumerated() {
      let text = """
        data d folder path="/x y/lr=9" size=64x48
        arch m like mlp points=2 latent=2 prior=normal {
          generator init=torch {
            dense 4x4x\(8 << index)
            dense 2
          }
          discriminator init=torch {
            conv 64 kernel=4
            dense 1
          }
        }
        recipe r lr=\(lr) betas=0.5,0.999 penalty=\(penalty)
        run m on d with r steps=10 seed=\(index) as \(name)
        """
      let start = RunStart(
        name: name, text: text, seed: index == 3 ? .max : UInt64(index),
        stepsPlanned: 10, build: "b", threads: 2, kernels: "k",
        started: Date(timeIntervalSince1970: 1000 * Double(index)))
      let run = try notebook.begin(start)
      let writer = notebook.metricWriter(for: run)
      for (step, loss) in losses.enumerated() {
        try writer.log("loss", loss, step: 10 * (step + 1))
      }
      try writer.close()
      try notebook.finish(
        run: run.id, status: index == 1 ? .diverged : .finished, stepsDone: 10 * index,
        at: Date(timeIntervalSince1970: 1000 * Double(index) + 10 * Double(index)))
      if index < 2 { try notebook.tag("good", run: run.id) }
      if index == 0 { try notebook.tag("old", run: run.id) }
    }
  }

  private typealias Filter = RowFilter<RunQuantity>

  private func names(_ filter: Filter) throws -> String {
    try notebook.runs(matching: RowQuery(filter)).map(\.name).joined(separator: " ")
  }

  @Test func `comparisons are with what is there, and what is missing meets none`() throws {
    let last = RunQuantity.metric("loss", .last)
    #expect(try names(.compare(last, .less, .real(3))) == "a")
    #expect(try names(.compare(last, .greater, .real(3))) == "c_d", "infinity is large")
    #expect(try names(.not(.compare(last, .less, .real(3)))) == "b c_d c-d")
    #expect(try names(.compare(.metricIsNaN("loss"), .equal, .integer(1))) == "b")
    #expect(try names(.isMissing(last)) == "b c-d")
    #expect(try names(.compare(.metric("loss", .minimum), .lessOrEqual, .real(4))) == "a c_d")
    #expect(try names(.compare(.metric("loss", .maximum), .greaterOrEqual, .real(4))) == "b c_d")
    #expect(try names(.compare(.metric("nothing", .last), .greater, .real(-1))) == "")
    #expect(
      try names(.compareQuantities(.metric("loss", .first), .greater, last)) == "a",
      "first 3, last 2")
  }

  @Test func `a value at a step is that of the last point before it`() throws {
    func at(_ step: Int, _ value: Double) -> Filter {
      .compare(.metricAt("loss", step: step), .equal, .real(value))
    }
    #expect(try names(at(20, 1)) == "a")
    #expect(try names(at(25, 1)) == "a")
    #expect(try names(at(15, 5)) == "b")
    #expect(try names(at(5, 3)) == "", "nothing was logged so early")
    #expect(try names(.isMissing(.metricAt("loss", step: 25))) == "c_d c-d")
    #expect(try names(.isMissing(.metricAt("loss", step: 30))) == "b c_d c-d", "b came to NaN")
    #expect(try names(.isMissing(.metricAt("loss", step: 1_000_000))) == "a b c_d c-d")
  }

  @Test func `parameters are read off the canonical text`() throws {
    let (text, number) = (RunQuantity.parameter("lr"), RunQuantity.numericParameter("lr"))
    #expect(try names(.compare(number, .lessOrEqual, .real(2e-4))) == "a b")
    #expect(try names(.compare(text, .equal, .real(3e-4))) == "c_d")
    let penalty = RunQuantity.parameter("penalty")
    #expect(try names(.compare(penalty, .equal, .text("no"))) == "a c-d")
    #expect(
      try names(.compare(.numericParameter("penalty"), .greater, .real(3))) == "b")
    #expect(try names(.compare(.numericParameter("glr"), .less, .real(2e-4))) == "a")
    #expect(try names(.isMissing(.parameter("nothing"))) == "a b c_d c-d")
    #expect(try names(.compare(.numericParameter("arch.width"), .greater, .real(16))) == "c_d c-d")
  }

  @Test(
    arguments: [
      ("lr", .real(0.0001)), ("glr", .real(0.0001)), ("data.lr", .null),
      ("data.path", .text("/x y/lr=9")), ("data.size", .text("64x48")),
      ("arch.latent", .integer(2)),
      ("steps", .integer(10)), ("betas", .text("0.5,0.999")), ("arch.preset", .text("mlp")),
      ("data.source", .text("folder")), ("arch.width", .integer(8)), ("seed", .integer(0)),
      ("precision", .text("fp32")), ("generator.init", .text("torch")),
      ("generator.1.dense", .text("dense 4x4x8")), ("generator.2.dense.units", .integer(2)),
      ("discriminator.1.conv.kernel", .integer(4)), ("penalty.gp", .null), ("l", .null),
      ("", .null),
      (".", .null), ("kernel", .null), ("nothing.lr", .null),
    ] as [(String, SQLValue)])
  func `what stands under a key`(key: String, expected: SQLValue) throws {
    let query = RowQuery<RunQuantity>(.compare(.column(.name), .equal, .text("a")))
    let found = try notebook.values([.parameter(key)], ofRuns: query)
    #expect(found.map(\.values) == [[expected]])
    #expect(try notebook.hasParameter(key) == (expected != .null || key == "penalty.gp"))
  }

  @Test func `tags are met by any of them`() throws {
    let tag = RunQuantity.member(.tag)
    #expect(try names(.compare(tag, .equal, .text("good"))) == "a b")
    #expect(try names(.compare(tag, .equal, .text("old"))) == "a")
    #expect(try names(.not(.compare(tag, .equal, .text("old")))) == "b c_d c-d")
    #expect(try names(.isMissing(tag)) == "c_d c-d")
    #expect(try names(.like(tag, "%o%")) == "a b")
    let shown = try notebook.values([tag], ofRuns: RowQuery(limit: 1))
    #expect(shown.map(\.values) == [[.text("good, old")]])
  }

  @Test func `patterns escape what is theirs`() throws {
    #expect(try names(.like(.column(.name), "c%")) == "c_d c-d")
    #expect(try names(.like(.column(.name), "c\\_d")) == "c_d")
    #expect(try names(.like(.column(.name), "_")) == "a b")
    #expect(try names(.like(.column(.name), "A")) == "a")
  }

  @Test func `joined by and, or, not`() throws {
    let (a, b) = (
      Filter.compare(.column(.name), .equal, .text("a")),
      Filter.compare(.column(.name), .equal, .text("b"))
    )
    #expect(try names(.any([a, b])) == "a b")
    #expect(try names(.all([a, b])) == "")
    #expect(try names(.all([.not(a), .not(b)])) == "c_d c-d")
    #expect(try names(.all([])) == "a b c_d c-d" && names(.any([])) == "")
    // What was typed never becomes SQL.
    #expect(try names(.compare(.column(.name), .equal, .text("' OR 1 --"))) == "")
    #expect(try names(.compare(.metric("x') OR 1 --", .last), .equal, .real(1))) == "")
  }

  @Test func `columns of every kind`() throws {
    #expect(try names(.compare(.column(.status), .unequal, .text("finished"))) == "b")
    #expect(
      try names(
        .compare(.column(.seed), .equal, .integer(Int64(bitPattern: UInt64.max)))) == "c-d")
    let moment = SQLValue.date(Date(timeIntervalSince1970: 1500))
    #expect(try names(.compare(.column(.started), .less, moment)) == "a b")
    #expect(try names(.compare(.column(.took), .greater, .real(15))) == "c_d c-d")
    #expect(
      try names(.compareQuantities(.column(.steps), .greater, .column(.planned))) == "c_d c-d")
    for column in RunColumn.allCases {
      _ = try notebook.values([.column(column)], ofRuns: RowQuery(.isMissing(.column(column))))
    }
  }

  @Test func `what is missing is last in every order, and a limit is kept`() throws {
    func order(_ quantity: RunQuantity, _ isDescending: Bool, limit: Int? = nil) throws -> String {
      let query = RowQuery(
        order: [.init(quantity, isDescending: isDescending)], limit: limit)
      return try notebook.runs(matching: query).map(\.name).joined(separator: " ")
    }
    #expect(try order(.metric("loss", .last), false) == "a c_d b c-d")
    #expect(try order(.metric("loss", .last), true) == "c_d a b c-d")
    #expect(try order(.numericParameter("lr"), true, limit: 2) == "c-d c_d")
    #expect(try order(.column(.name), false) == "a b c-d c_d")
  }

  @Test func `the SQL is parametrised`() throws {
    let filter = Filter.all([
      .compare(.metric("loss", .last), .less, .real(3)), .like(.column(.name), "a%"),
    ])
    let sql = RowQuery(filter, limit: 3).sql(selecting: SQLFragment("run.id"))
    #expect(sql.arguments == [.text("loss"), .real(3), .text("a%"), .integer(3)])
    #expect(!sql.text.contains("loss") && !sql.text.contains("a%"))
  }

  @Test func `cells are found the same way, the latest unless an order is given`() throws {
    let session = try notebook.begin(SessionStart(build: "b", threads: 1, directory: "/"))
    for (index, source) in ["runs", "run a", "quit", "runs where x"].enumerated() {
      let cell = try notebook.beginCell(session: session.id, source: source)
      try notebook.finishCell(
        cell.id, status: index == 2 ? .error : .ok, output: "", duration: Double(index))
    }
    func cells(_ query: RowQuery<CellQuantity>) throws -> [Int] {
      try notebook.cells(matching: query).map(\.number)
    }
    #expect(try cells(RowQuery(limit: 2)) == [3, 4])
    #expect(try cells(RowQuery(.like(.text, "run%"))) == [1, 2, 4])
    #expect(try cells(RowQuery(.compare(.status, .equal, .text("error")))) == [3])
    #expect(try cells(RowQuery(order: [.init(.took, isDescending: true)], limit: 2)) == [4, 3])
    #expect(try cells(RowQuery(.compare(.session, .greater, .integer(session.id)))) == [])
  }
}
