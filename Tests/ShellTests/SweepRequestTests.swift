import Foundation
import TestSupport
import Testing

/// What a `sweep` statement asks for: alternatives, ranges, draws, seeds, constraints.
@Suite struct SweepRequestTests {
  private static let declarations = """
    data ring ring modes=8
    data grid grid side=3
    arch mine like mlp points=2 width=4
    arch packed like mlp points=2 width=4 pack=2
    recipe calm lr=1e-4
    recipe wild lr=1e-2

    """

  /// Runs that a line asks for, without beginning them: a row of comma-separated values each.
  private func rows(_ line: String) throws -> [String] {
    try Program.withFolder { folder in
      let script = Self.declarations + "sweep \(line) steps=4 dry=yes as s\n"
      let result = try Program.run(["--output", "csv"], in: folder, input: script)
      #expect(result.status == 0, "\(line): \(result.errors)")
      let lines = result.output.split(separator: "\n").map(String.init)
      let first = lines.firstIndex { $0.hasPrefix("run,") } ?? lines.endIndex
      return Array(lines[first...])
    }
  }

  @Test func `commas separate alternatives, the last option turning fastest`() throws {
    #expect(
      try rows("mine on ring lr=2e-4,5e-4 objective=hinge,minimax seeds=2") == [
        "run,lr,objective,seed,steps", "s-1,2e-4,hinge,1,4", "s-2,2e-4,hinge,2,4",
        "s-3,2e-4,minimax,1,4", "s-4,2e-4,minimax,2,4", "s-5,5e-4,hinge,1,4",
        "s-6,5e-4,hinge,2,4", "s-7,5e-4,minimax,1,4", "s-8,5e-4,minimax,2,4",
      ])
  }

  @Test func `networks, data and recipes are alternatives too`() throws {
    #expect(
      try rows("mine,packed on ring,grid with calm,wild batch=4").dropFirst().map { row in
        row.split(separator: ",").dropFirst().prefix(3).joined(separator: " ")
      } == [
        "mine ring calm", "mine ring wild", "mine grid calm", "mine grid wild", "packed ring calm",
        "packed ring wild", "packed grid calm", "packed grid wild",
      ])
  }

  @Test(
    arguments: [
      ("betas=0,0.9|0.5,0.999", ["\"0,0.9\"", "\"0.5,0.999\""]),
      ("objective=hinge|minimax", ["hinge", "minimax"]),
      ("batch=4..16:4", ["4", "8", "12", "16"]), ("batch=4..64:log:3", ["4", "16", "64"]),
      ("lr=1e-5..1e-3:log:3", ["1e-05", "0.0001", "0.001"]),
      ("lr=1e-4..3e-4:3", ["0.0001", "0.0002", "0.0003"]),
      ("penalty=no,r1:10@16+drift:0.001", ["no", "r1:10@16+drift:0.001"]),
      ("lr=1e-4,2e-4->1e-5 over 2", ["1e-4", "2e-4->1e-5 over 2"]),
    ] as [(String, [String])])
  func `values of an option`(option: String, values: [String]) throws {
    #expect(
      try rows("mine on ring \(option)").dropFirst().map { row in
        let rest = row.drop { $0 != "," }.dropFirst()
        return String(rest.dropLast(4))
      } == values, "\(option)")
  }

  @Test func `seeds are counted from one, named, or a range`() throws {
    func seeds(_ text: String) throws -> [String] {
      try rows("mine on ring \(text)").dropFirst().map { row in
        String(row.split(separator: ",").dropFirst()[1])
      }
    }
    #expect(try seeds("seeds=3") == ["1", "2", "3"])
    #expect(try seeds("seeds=2 seed=7") == ["7", "8"])
    #expect(try seeds("seeds=3,9,18446744073709551615") == ["3", "9", "18446744073709551615"])
    #expect(try seeds("seeds=4..6") == ["4", "5", "6"])
    #expect(try seeds("seed=5") == ["5"])
  }

  @Test func `draws depend on their seed and number alone`() throws {
    let few = try rows("mine on ring lr=1e-5..1e-3:log batch=4..64 objective=hinge,minimax draws=3")
    let more = try rows(
      "mine on ring lr=1e-5..1e-3:log batch=4..64 objective=hinge,minimax draws=6")
    #expect(few == Array(more.prefix(4)) && more.count == 7)
    let other = try rows(
      "mine on ring lr=1e-5..1e-3:log batch=4..64 objective=hinge,minimax draws=3 draw-seed=2")
    #expect(Set(few.dropFirst()).isDisjoint(with: other))
    for row in more.dropFirst() {
      let parts = row.split(separator: ",")
      let (lr, batch) = (Double(parts[1]) ?? 0, Int(parts[2]) ?? 0)
      #expect((1e-5...1e-3).contains(lr) && (4...64).contains(batch))
    }
    // One draw of another key changes none of the others.
    let wider = try rows("mine on ring lr=1e-5..1e-3:log epsilon=1e-8..1e-6:log draws=3")
    #expect(
      wider.dropFirst().map { $0.split(separator: ",")[1] }
        == few.dropFirst().map { $0.split(separator: ",")[1] })
  }

  @Test func `a search begins with what would be drawn`() throws {
    let keys = "mine on ring lr=1e-5..1e-3:log batch=4..64 objective=hinge,minimax draw-seed=3"
    #expect(try rows(keys + " search=tpe trials=30") == rows(keys + " draws=10"))
    #expect(try rows(keys + " search=tpe trials=4 seeds=2").count == 9)
    let rest = try rows(keys + " search=tpe trials=10 where batch<30").dropFirst()
    #expect(rest.count == 10)
    #expect(rest.allSatisfy { (Int($0.split(separator: ",")[2]) ?? 99) < 30 })
  }

  @Test func `carets point at what is missing`() throws {
    try Program.withFolder { folder in
      let line = "sweep mine on ring lr=1e-5..1e-3 trials=4 as s"
      let result = try Program.run(
        ["--keep-going"], in: folder, input: Self.declarations + line + "\n")
      let lines = result.errors.split(separator: "\n").map(String.init)
      let shown = try #require(lines.firstIndex { $0.contains(line) })
      let start = try #require(lines[shown].firstRange(of: "trials=4")?.lowerBound)
      let column = lines[shown].distance(from: lines[shown].startIndex, to: start)
      #expect(lines[shown + 1].firstIndex(of: "^")?.utf16Offset(in: lines[shown + 1]) == column)
    }
  }

  @Test func `a condition leaves configurations out`() throws {
    #expect(
      try rows("mine on ring glr=1e-4,4e-4 dlr=1e-4,4e-4 where dlr>=glr").dropFirst().map {
        $0.split(separator: ",")[1...2].joined(separator: " ")
      } == ["1e-4 1e-4", "1e-4 4e-4", "4e-4 4e-4"])
    #expect(
      try rows("mine,packed on ring lr=1e-4,2e-4 where not (arch=packed and lr>1e-4)").count == 4)
    #expect(try rows("mine on ring lr=1e-4,2e-4,3e-4 where lr in 2e-4..3e-4").count == 3)
  }

  @Test func `the first of the rungs is so short that the last is the goal`() throws {
    #expect(
      try rows("mine on ring lr=1e-4,2e-4 halving=modes:2 rungs=3").dropFirst().map {
        String($0.suffix(4))
      } == [",1,4", ",1,4"])
  }

  @Test func `without earlier runs a short one says how long all take`() throws {
    try Program.withFolder { folder in
      let result = try Program.run(
        [], in: folder,
        input: Self.declarations
          + "sweep mine on ring lr=1e-4,2e-4 steps=20 threads=1 dry=yes as s\n")
      #expect(
        result.output.contains("a run of 20 steps of the first configuration took "),
        "\(result.output)\(result.errors)")
      #expect(!result.output.contains(" 0 ms"))
      #expect(!FileManager.default.fileExists(atPath: folder + "/gansh.runs"))
    }
  }

  @Test(arguments: [
    ("mine on ring lr=1e-5..1e-3:log as s", "has a range without a count"),
    ("mine on ring lr=1e-3..1e-5:3 as s", "a range goes up"),
    ("mine on ring lr=0..1e-5:log:3 as s", "begins above 0"),
    ("mine on ring lr=1e-5..1:lag:3 as s", "says nothing of a range"),
    ("mine on ring lr=1e-4,1e-4 as s", "stands twice"),
    ("mine on ring lr=1e-4,0.0001 as s", "two configurations are the same run"),
    ("mine on ring lr=1e-4,fast as s", "lr is a number"),
    ("mine on ring lrr=1,2 as s", "did you mean `lr`?"),
    ("mine on ring,gird as s", "did you mean `grid`?"), ("mine on ring lr=1e-4,2e-4", "needs"),
    ("mine on ring lr=1e-4,2e-4 as s where lr>1", "leaves no configuration"),
    ("mine on ring lr=1e-4,2e-4 as s where lrr>1", "did you mean `lr`?"),
    ("mine on ring draw-seed=3 as s", "needs `draws`"),
    ("mine on ring lr=1e-5..1e-3 trials=4 as s", "`trials` needs `search`"),
    ("mine on ring lr=1e-5..1e-3 by=modes as s", "`by` needs `search`"),
    ("mine on ring lr=1e-5..1e-3 search=tpe as s", "`search` needs `trials`"),
    ("mine on ring lr=1e-5..1e-3 search=tpa trials=4 as s", "did you mean `tpe`?"),
    ("mine on ring lr=1e-5..1e-3 search=tpe trials=0 as s", "trials is a whole number"),
    ("mine on ring lr=1e-5..1e-3 search=tpe trials=4 draws=3 as s", "and so does `draws`"),
    ("mine on ring lr=1e-4,1e-3 search=tpe trials=4 halving=modes as s", "and so does `halving`"),
    ("mine on ring lr=1e-4 search=tpe trials=4 as s", "nothing here has several values"),
    ("mine on ring lr=1e-5..1e-3 search=tpe trials=4 by=modess as s", "did you mean `modes`?"),
    ("mine on ring lr=1e-5..1e-3 search=tpe trials=4 by=generator_loss as s", "neither end"),
    ("mine on ring lr=1e-5..1e-3 search=tpe trials=2000 seeds=9 as s", "at most 10,000"),
    ("mine on ring batch=4.2..4.8 draws=3 as s", "no whole number"),
    (
      "mine on ring lr=1e-5..1e-3 search=tpe trials=9 steps=1M within=1s as s",
      "9 runs would take"
    ),
    ("mine on ring rungs=3 as s", "needs `halving`"),
    ("mine on ring halving=generator_loss as s", "neither end of `generator_loss` is better"),
    ("mine on ring lr=1e-5..1e-3:1000 batch=4..64:61 seeds=9 as s", "at most 10,000"),
    ("mine on ring seeds=3,3 as s", "twice"), ("mine on ring seeds=3,4 seed=2 as s", "named"),
    ("mine on ring smooth=0.9 objective=hinge,minimax as s", "smooth"),
    ("mine on ring lr=1e-4,2e-4 steps=1M within=1s as s", "would take"),
  ])
  func `what means nothing begins nothing`(line: String, message: String) throws {
    try Program.withFolder { folder in
      let result = try Program.run(
        ["--keep-going"], in: folder, input: Self.declarations + "sweep \(line)\n")
      #expect(result.status == 1 && result.errors.contains(message), "\(line)\n\(result.errors)")
      let kept = try Program.run(
        ["-c", "sql select (select count(*) from sweep) + (select count(*) from run) as n | csv"],
        in: folder)
      #expect(kept.output == "n\n0\n")
    }
  }
}
